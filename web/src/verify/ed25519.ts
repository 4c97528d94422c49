// Signatures (RFC 8032): by the browser where it can, else by @noble/curves.
import { ed25519 } from '@noble/curves/ed25519';
import { sha256 as hash } from '@noble/hashes/sha2';
import { Bytes, fromHex, joined, toHex } from './encoding';

export const sha256 = (...parts: Bytes[]): Bytes => hash(joined(...parts));
export const sha256Hex = (...parts: Bytes[]): string => toHex(sha256(...parts));

export const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;

// SubtleCrypto takes no view of shared memory, and newer types say so.
export const plain = (bytes: Bytes): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

let byBrowser: Promise<boolean> | undefined;
async function browserCan(): Promise<boolean> {
  try {
    // The first test of RFC 8032 §7.1: a browser that only says it can is found out.
    const key = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    const sig = fromHex(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
    return await verifyInBrowser(key, new Uint8Array(), sig);
  } catch {
    return false;
  }
}

// A release has few keys and many signatures.
const imported = new Map<string, Promise<CryptoKey>>();

async function verifyInBrowser(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const name = toHex(key);
  if (imported.size > 1000) imported.clear();
  const known = imported.get(name) ?? subtle!.importKey('raw', plain(key), 'Ed25519', false, ['verify']);
  imported.set(name, known);
  return subtle!.verify('Ed25519', await known, plain(signature), plain(message));
}

// Keys come as hexadecimal: that is how they are compared everywhere.
export async function verifyEd25519(key: string, message: Bytes, sig: Bytes): Promise<boolean> {
  if (sig.length !== 64) return false;
  byBrowser ??= browserCan();
  try {
    if (await byBrowser) return await verifyInBrowser(fromHex(key), message, sig);
    return ed25519.verify(sig, message, fromHex(key), { zip215: false });
  } catch {
    return false; // no point on the curve
  }
}
