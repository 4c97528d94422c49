// An object read field by field: what is missing, of another type, too long or not known is refused.
import { Bytes, fromBase32, fromBase64, fromHex, toHex, utf8 } from './encoding';
import { Json, JsonMap, parseJson } from './json';
import { Refused } from './reasons';

const daysMax = 3650 * 86_400_000;

export class Fields {
  private readonly read = new Set<string>();
  private readonly map: JsonMap;

  constructor(value: Json) {
    if (!(value instanceof Map)) throw new Refused('field');
    this.map = value;
  }
  static of(payload: Bytes): Fields {
    return new Fields(parseJson(payload));
  }

  has(name: string): boolean {
    return this.map.has(name);
  }
  any(name: string): Json {
    const value = this.map.get(name);
    if (value === undefined) throw new Refused('field', name);
    this.read.add(name);
    return value;
  }
  text(name: string, most: number): string {
    const value = this.any(name);
    if (typeof value !== 'string' || utf8(value).length > most) throw new Refused('field', name);
    return value;
  }
  optionalText(name: string, most: number): string | undefined {
    return this.has(name) ? this.text(name, most) : undefined;
  }
  integer(name: string, least: number, most: number): number {
    const value = this.any(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new Refused('field', name);
    return value;
  }
  boolean(name: string): boolean {
    const value = this.any(name);
    if (typeof value !== 'boolean') throw new Refused('field', name);
    return value;
  }
  list(name: string, most: number): Json[] {
    const value = this.any(name);
    if (!Array.isArray(value) || value.length > most) throw new Refused('field', name);
    return value;
  }
  object(name: string): Fields {
    return new Fields(this.any(name));
  }
  base64(name: string, most: number): Bytes {
    const bytes = fromBase64(this.text(name, Math.floor((most + 2) / 3) * 4));
    if (bytes.length > most) throw new Refused('field', name);
    return bytes;
  }
  hex(name: string, size = 32): string {
    const text = this.text(name, 2 * size);
    fromHex(text, size);
    return text;
  }
  // 32 bytes in base64; kept as hexadecimal, so that keys can be compared.
  key(name: string): string {
    return toHex(keyBytes(this.base64(name, 32)));
  }
  time(name: string): number {
    return parseTime(this.text(name, 64));
  }
  duration(name: string): number {
    return this.integer(name, 0, daysMax);
  }
  caseId(): string {
    const text = this.text('case', 64);
    return parseCase(text);
  }
  guardian(): string {
    return this.hex('guardian');
  }
  // Nothing may be left that this version does not know: it could change what the rest means.
  finish(): void {
    for (const name of this.map.keys()) {
      if (!this.read.has(name)) throw new Refused('field', name.slice(0, 64));
    }
  }
}

export function keyBytes(bytes: Bytes): Bytes {
  if (bytes.length !== 32) throw new Refused('field');
  return bytes;
}

// 16 bytes as 26 letters; compared in lower case, in which they are written.
export function parseCase(text: string): string {
  if (fromBase32(text).length !== 16) throw new Refused('field', 'case');
  return text.toLowerCase();
}

// RFC 3339 in UTC with milliseconds: one text per moment.
export function parseTime(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? Date.parse(text) : NaN;
  if (!(ms >= 0) || new Date(ms).toISOString() !== text) throw new Refused('field', 'time');
  return ms;
}

const latest = 253_402_300_799_999; // the year 9999
export const writeTime = (ms: number): string =>
  new Date(Math.min(Math.max(ms, 0), latest)).toISOString();
