// Texts for bytes, one text per value: what could be written in two ways is refused, as the
// program does (RFC 4648 with the unused bits zero).
import { Refused } from './reasons';

export type Bytes = Uint8Array;

const encoder = new TextEncoder();
export const utf8 = (text: string): Bytes => encoder.encode(text);

// ignoreBOM: a byte order mark is a character like another and stays.
export function textOf(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('utf8');
  }
}

export function joined(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function holdsBytes(text: Bytes, part: Bytes): boolean {
  for (let at = 0; at + part.length <= text.length; ++at) {
    let i = 0;
    while (i < part.length && text[at + i] === part[i]) ++i;
    if (i === part.length) return true;
  }
  return false;
}

// By bytes, as C++ sorts names: UTF-16 would put some characters elsewhere.
export function byBytes(a: string, b: string): number {
  const one = utf8(a), other = utf8(b);
  for (let i = 0; i < one.length && i < other.length; ++i) {
    if (one[i] !== other[i]) return one[i]! - other[i]!;
  }
  return one.length - other.length;
}

export function toHex(bytes: Bytes): string {
  let out = '';
  for (const byte of bytes) out += (byte < 16 ? '0' : '') + byte.toString(16);
  return out;
}

export function fromHex(text: string, size?: number): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text) || (size !== undefined && text.length !== 2 * size))
    throw new Refused('encoding');
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; ++i) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function hexText(text: string, size = 32): string {
  fromHex(text, size);
  return text;
}

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const forUrls = standard.slice(0, 62) + '-_';
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
export type Base64 = 'padded' | 'unpadded' | 'url';

const valuesOf = (alphabet: string) => new Map([...alphabet].map((c, i) => [c.charCodeAt(0), i]));
const standardValues = valuesOf(standard), urlValues = valuesOf(forUrls);

// Groups of `bits` as bytes; nothing when bits that no byte uses are not zero.
function packed(count: number, value: (i: number) => number | undefined, bits: number): Bytes {
  const out = new Uint8Array(Math.floor((count * bits) / 8));
  let held = 0, have = 0, at = 0;
  for (let i = 0; i < count; ++i) {
    const next = value(i);
    if (next === undefined) throw new Refused('encoding');
    held = ((held << bits) | next) & 0xffff;
    have += bits;
    if (have >= 8) out[at++] = held >> (have -= 8);
  }
  if (have >= bits || (held & ((1 << have) - 1)) !== 0) throw new Refused('encoding');
  return out;
}

export function fromBase64(text: string, form: Base64 = 'padded'): Bytes {
  let length = text.length;
  if (form === 'padded') {
    if (length % 4 !== 0) throw new Refused('encoding');
    for (let i = 0; i < 2 && text[length - 1] === '='; ++i) --length;
  }
  const values = form === 'url' ? urlValues : standardValues;
  return packed(length, (i) => values.get(text.charCodeAt(i)), 6);
}

// DSSE allows either alphabet, with padding or without.
export function fromBase64Any(text: string): Bytes {
  let plain = text;
  for (let i = 0; i < 2 && plain.endsWith('='); ++i) plain = plain.slice(0, -1);
  if (plain !== text && text.length % 4 !== 0) throw new Refused('encoding');
  return fromBase64(plain, /[-_]/.test(plain) ? 'url' : 'unpadded');
}

export function toBase64(bytes: Bytes, form: Base64 = 'padded'): string {
  const alphabet = form === 'url' ? forUrls : standard;
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = Math.min(bytes.length - i, 3) + 1;
    for (let k = 0; k < letters; ++k) out += alphabet[(three >> (18 - 6 * k)) & 63];
    if (form === 'padded') out += '='.repeat(4 - letters);
  }
  return out;
}

export function fromBase32(text: string): Bytes {
  const lower = text.toLowerCase();
  return packed(lower.length, (i) => {
    const at = base32.indexOf(lower[i]!);
    return at < 0 ? undefined : at;
  }, 5);
}

export function bigEndian(value: bigint, bytes: number): Bytes {
  const out = new Uint8Array(bytes);
  for (let i = bytes; i-- > 0; value >>= 8n) out[i] = Number(value & 0xffn);
  return out;
}
