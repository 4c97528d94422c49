// DSSE 1.0.2: signed documents. A document is known by the digest of its payload, not of its
// envelope: signatures may be added.
import { Bytes, fromBase64Any, joined, utf8 } from './encoding';
import { sha256Hex, verifyEd25519 } from './ed25519';
import { Fields } from './fields';
import { parseJson } from './json';
import { Refused } from './reasons';

// No document is larger; a vote carries a whole check-in and stays far below.
export const documentBytesMax = 256 * 1024;
const payloadBytesMax = 180 * 1024;

export interface Envelope {
  type: string;
  payload: Bytes;
  signatures: Bytes[];
}

function decoded(fields: Fields, name: string, limit: number): Bytes {
  const bytes = fromBase64Any(fields.text(name, Math.floor(limit / 3) * 4 + 8));
  if (bytes.length > limit) throw new Refused('dsse');
  return bytes;
}

// Fields that are not known are ignored here, as DSSE asks: they are not signed.
export function parseEnvelope(text: Bytes, limit: number): Envelope {
  const fields = new Fields(parseJson(text, { bytes: limit, doubles: true }));
  const type = fields.text('payloadType', 256);
  const payload = decoded(fields, 'payload', limit);
  const signatures = fields.list('signatures', 64).map((one) => {
    const entry = new Fields(one);
    entry.optionalText('keyid', 1024);
    return decoded(entry, 'sig', 1024);
  });
  if (signatures.length === 0 || signatures.some((one) => one.length === 0))
    throw new Refused('dsse');
  return { type, payload, signatures };
}

// The pre-authentication encoding: a document of one kind can never pass as another.
export function pae(envelope: Envelope): Bytes {
  const type = utf8(envelope.type);
  return joined(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${envelope.payload.length} `),
                envelope.payload);
}

export const digestOf = (envelope: Envelope): string => sha256Hex(envelope.payload);
// SHA-256 of the raw public key.
export const keyIdOf = (key: Bytes): string => sha256Hex(key);

export async function isSignedBy(envelope: Envelope, key: string): Promise<boolean> {
  const message = pae(envelope);
  for (const signature of envelope.signatures) {
    if (await verifyEd25519(key, message, signature)) return true;
  }
  return false;
}

export interface Kind<T> {
  type: string;
  parse(payload: Bytes): T;
}

// A document whose signature was checked.
export interface Signed<T> {
  value: T;
  digest: string;
  envelope: Envelope;
}

// What a payload claims before its signature is checked: enough to find the key to check it with.
export function peek<T>(kind: Kind<T>, envelope: Envelope): T {
  if (envelope.type !== kind.type) throw new Refused('kind');
  return kind.parse(envelope.payload);
}

export async function open<T>(kind: Kind<T>, envelope: Envelope, key: string): Promise<Signed<T>> {
  if (envelope.type !== kind.type) throw new Refused('kind');
  if (envelope.payload.length > payloadBytesMax) throw new Refused('too-large');
  if (!(await isSignedBy(envelope, key))) throw new Refused('signature');
  return { value: kind.parse(envelope.payload), digest: digestOf(envelope), envelope };
}

