// Bech32 (BIP-173) as age uses it, and the X25519 keys written in it (c2sp.org/age).
import { x25519 } from '@noble/curves/ed25519';
import { Bytes } from './encoding';
import { Refused } from './reasons';

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const textMax = 8192;
const prefixMax = 83;
const identitiesMax = 1000;

class Checksum {
  private state = 1;
  constructor(lowerPrefix: string) {
    for (const c of lowerPrefix) this.add(c.charCodeAt(0) >> 5);
    this.add(0);
    for (const c of lowerPrefix) this.add(c.charCodeAt(0) & 31);
  }
  add(value: number): void {
    const top = this.state >>> 25;
    this.state = ((this.state & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; ++bit) if ((top >> bit) & 1) this.state ^= generator[bit]!;
  }
  finish(): number {
    return this.state >>> 0;
  }
}

export function decodeBech32(text: string): { prefix: string; data: Bytes } {
  const lower = text.toLowerCase();
  const separator = text.lastIndexOf('1');
  const mixed = text !== lower && text !== text.toUpperCase();
  if (text.length > textMax || !/^[\x21-\x7e]*$/.test(text) || mixed || separator < 1 ||
      separator > prefixMax || text.length - separator - 1 < 6)
    throw new Refused('bech32');
  const checksum = new Checksum(lower.slice(0, separator));
  const values = [...lower.slice(separator + 1)].map((c) => alphabet.indexOf(c));
  const out: number[] = [];
  let buffer = 0, bits = 0;
  values.forEach((value, i) => {
    if (value < 0) throw new Refused('bech32');
    checksum.add(value);
    if (i >= values.length - 6) return;
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) out.push((buffer >> (bits -= 8)) & 0xff);
  });
  if (checksum.finish() !== 1) throw new Refused('bech32');
  // BIP-173: an incomplete group at the end is 4 bits or less, all zeroes.
  if (bits > 4 || (buffer & ((1 << bits) - 1)) !== 0) throw new Refused('bech32');
  return { prefix: text.slice(0, separator), data: Uint8Array.from(out) };
}

export function encodeBech32(prefix: string, data: Bytes): string {
  const checksum = new Checksum(prefix);
  let out = prefix + '1', buffer = 0, bits = 0;
  const put = (value: number) => {
    checksum.add(value);
    out += alphabet[value];
  };
  for (const byte of data) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) put((buffer >> (bits - 5)) & 31);
  }
  if (bits > 0) put((buffer << (5 - bits)) & 31);
  for (let i = 0; i < 6; ++i) checksum.add(0);
  const sum = checksum.finish() ^ 1;
  for (let i = 0; i < 6; ++i) out += alphabet[(sum >>> (5 * (5 - i))) & 31];
  return out;
}

// The recipients (age1…) of the identities in an age identity file.
export function recipientsOf(identityFile: string): string[] {
  const out: string[] = [];
  for (const raw of identityFile.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '' || line.startsWith('#')) continue;
    const { prefix, data } = decodeBech32(line);
    if (prefix !== 'AGE-SECRET-KEY-' || data.length !== 32 || out.length >= identitiesMax)
      throw new Refused('identity');
    out.push(encodeBech32('age', x25519.getPublicKey(data)));
  }
  if (out.length === 0) throw new Refused('identity');
  return out;
}
