// Bencode (BEP 3), strictly: no leading zeros, no -0, keys sorted as raw bytes and each once.
// Texts are bytes, so they come as latin1 strings: one character a byte.
import type { Bytes } from './encoding';
import { Refused } from './reasons';

const depthMax = 64;
const valuesMax = 1 << 22;

export type Bencoded = number | string | Bencoded[] | Dictionary;
export class Dictionary {
  readonly members = new Map<string, Bencoded>();
  begin = 0; // where it stood: an infohash is over exactly these bytes
  end = 0;
  get(key: string): Bencoded | undefined {
    return this.members.get(key);
  }
}

class Parser {
  at = 0;
  private values = 0;
  constructor(private readonly bytes: Bytes) {}

  value(depth: number): Bencoded {
    if (depth > depthMax || ++this.values > valuesMax) throw new Refused('bencode');
    const first = this.bytes[this.at];
    if (first === undefined) throw new Refused('bencode');
    if (first === 0x69) return ++this.at, this.number(0x65); // i…e
    if (first === 0x6c) return this.list(depth);
    if (first === 0x64) return this.dictionary(depth);
    return this.text();
  }

  // Canonical decimal up to the delimiter; sizes past 2^53 are no torrent's.
  private number(delimiter: number): number {
    const end = this.bytes.indexOf(delimiter, this.at);
    if (end < 0 || end - this.at > 21) throw new Refused('bencode');
    const text = latin1(this.bytes.subarray(this.at, end));
    if (!/^(?:0|-?[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(Number(text)))
      throw new Refused('bencode');
    this.at = end + 1;
    return Number(text);
  }

  private text(): string {
    const length = this.number(0x3a);
    if (length < 0 || length > this.bytes.length - this.at) throw new Refused('bencode');
    this.at += length;
    return latin1(this.bytes.subarray(this.at - length, this.at));
  }

  private ended(): boolean {
    if (this.at >= this.bytes.length) throw new Refused('bencode');
    if (this.bytes[this.at] !== 0x65) return false;
    ++this.at;
    return true;
  }

  private list(depth: number): Bencoded[] {
    ++this.at;
    const out: Bencoded[] = [];
    while (!this.ended()) out.push(this.value(depth + 1));
    return out;
  }

  private dictionary(depth: number): Dictionary {
    const out = new Dictionary();
    out.begin = this.at++;
    let last: string | undefined;
    while (!this.ended()) {
      const key = this.text();
      if (last !== undefined && key <= last) throw new Refused('bencode');
      out.members.set(key, this.value(depth + 1));
      last = key;
    }
    out.end = this.at;
    return out;
  }
}

export function latin1(bytes: Bytes): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return parts.join('');
}

export const bytesOfLatin1 = (text: string): Bytes =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));

// A line end after the value is common and harmless.
export function parseBencode(bytes: Bytes): Bencoded {
  const parser = new Parser(bytes);
  const value = parser.value(0);
  for (let i = parser.at; i < bytes.length; ++i) {
    if (bytes[i] !== 0x0a && bytes[i] !== 0x0d) throw new Refused('bencode');
  }
  return value;
}
