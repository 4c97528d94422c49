// The seal statement: an SD-JWT (RFC 9901) signed by a key used for this exhibit only. It is put
// together by @sd-jwt/decode; what that leaves open (which algorithm, fields nobody knows, disclosures that
// belong to no digest) is narrowed here before, to what the program takes.
import { decodeSdJwt, getClaims } from '@sd-jwt/decode';
import { Bytes, fromBase64, toBase64, toHex, utf8 } from './encoding';
import { sha256, sha256Hex, verifyEd25519 } from './ed25519';
import { Fields } from './fields';
import { Json, parseJson } from './json';
import { Refused } from './reasons';

const type = 'exhibit-seal+sd-jwt';
const textMax = 8 * 1024;
const disclosuresTextMax = 256 * 1024;
const disclosuresMax = 256;
const digestsMax = 1024;
const reserved = ['_sd', '_sd_alg', '...'];

export interface Statement {
  jwt: string;
  key: string; // of this exhibit alone
  digest: string; // of the text
  caseId: string;
  number: number;
  drill: boolean;
  root: string;
  size: number;
  open: Set<string>; // names of the open claims
  digests: Set<string>; // of all facts, decoys among them
}

export interface Disclosure {
  salt: string;
  name: string;
  value: Json;
  encoded: string;
}

function url(text: string): Bytes {
  try {
    return fromBase64(text, 'url');
  } catch {
    throw new Refused('sd-jwt');
  }
}

function refuseReserved(value: Json): void {
  if (Array.isArray(value)) return value.forEach(refuseReserved);
  if (!(value instanceof Map)) return;
  for (const [name, member] of value) {
    if (reserved.includes(name)) throw new Refused('sd-jwt');
    refuseReserved(member);
  }
}

// One algorithm, and never the token's choice. The private half "d" would be an unknown field.
function keyInHeader(text: string): string {
  const header = new Fields(parseJson(url(text), { depth: 16 }));
  if (header.text('alg', 16) !== 'EdDSA' || header.text('typ', 128) !== type)
    throw new Refused('sd-jwt');
  header.optionalText('kid', 1024);
  const jwk = header.object('jwk');
  header.finish();
  if (jwk.text('kty', 16) !== 'OKP' || jwk.text('crv', 16) !== 'Ed25519')
    throw new Refused('sd-jwt');
  const key = url(jwk.text('x', 43));
  jwk.finish();
  if (key.length !== 32) throw new Refused('sd-jwt');
  return toHex(key);
}

// §7.1 step 4: a digest twice is refused.
function takeDigests(payload: Fields): Set<string> {
  if ((payload.optionalText('_sd_alg', 32) ?? 'sha-256') !== 'sha-256') throw new Refused('sd-jwt');
  const digests = new Set<string>();
  if (!payload.has('_sd')) return digests;
  for (const entry of payload.list('_sd', digestsMax)) {
    if (typeof entry !== 'string' || url(entry).length !== 32 || digests.has(entry))
      throw new Refused('sd-jwt');
    digests.add(entry);
  }
  return digests;
}

const hasher = (data: string | ArrayBuffer): Uint8Array =>
  sha256(typeof data === 'string' ? utf8(data) : new Uint8Array(data));

// The signature is over the text as it came; which facts the digests open, is the library's word.
async function verify(text: string, key: string): Promise<Record<string, unknown>> {
  const jwt = text.slice(0, text.indexOf('~')), dot = jwt.lastIndexOf('.');
  if (!(await verifyEd25519(key, utf8(jwt.slice(0, dot)), url(jwt.slice(dot + 1)))))
    throw new Refused('signature');
  try {
    const decoded = await decodeSdJwt(text, hasher);
    return await getClaims(decoded.jwt.payload, decoded.disclosures, hasher);
  } catch {
    throw new Refused('sd-jwt');
  }
}

export async function parseStatement(text: string): Promise<Statement> {
  if (utf8(text).length > textMax) throw new Refused('too-large');
  // Without the last tilde it would be an SD-JWT+KB (§4.3).
  if (!text.endsWith('~')) throw new Refused('sd-jwt');
  const [jwt, ...disclosed] = text.slice(0, -1).split('~');
  const parts = jwt!.split('.');
  if (parts.length !== 3 || disclosed.length > disclosuresMax) throw new Refused('sd-jwt');
  const key = keyInHeader(parts[0]!);
  const claims = parseJson(url(parts[1]!), { depth: 16 });
  const payload = new Fields(claims);
  const statement: Statement = {
    jwt: jwt!, key, digest: sha256Hex(utf8(text)),
    caseId: payload.caseId(),
    number: payload.integer('number', 1, 999_999),
    drill: payload.boolean('drill'),
    root: payload.hex('cipher_root'),
    size: payload.integer('cipher_size', 1, Number.MAX_SAFE_INTEGER),
    digests: takeDigests(payload),
    open: new Set((claims as Map<string, Json>).keys()),
  };
  payload.finish();
  await checkDisclosures(statement, disclosed.map(parseDisclosure));
  return statement;
}

// §7.1 steps 3 to 5: each disclosure belongs to one digest, and names no claim that is there.
export async function checkDisclosures(statement: Statement, list: Disclosure[]): Promise<void> {
  const left = new Set(statement.digests), names = new Set(statement.open);
  for (const one of list) {
    if (!left.delete(toBase64(sha256(utf8(one.encoded)), 'url')) || names.has(one.name))
      throw new Refused('disclosure');
    names.add(one.name);
  }
  const text = [statement.jwt, ...list.map((one) => one.encoded), ''].join('~');
  const payload = await verify(text, statement.key);
  for (const { name } of list) {
    if (!Object.prototype.hasOwnProperty.call(payload, name) && name !== '__proto__')
      throw new Refused('disclosure');
  }
}

export function parseDisclosure(encoded: string): Disclosure {
  const array = parseJson(url(encoded));
  if (!Array.isArray(array) || array.length !== 3) throw new Refused('sd-jwt');
  const [salt, name, value] = array as [Json, Json, Json];
  if (typeof salt !== 'string' || typeof name !== 'string' || salt === '' ||
      utf8(salt).length > 256 || utf8(name).length > 256 || reserved.includes(name))
    throw new Refused('sd-jwt');
  refuseReserved(value);
  return { salt, name, value, encoded };
}

export function parseDisclosures(bytes: Bytes): Disclosure[] {
  const text = bytes[bytes.length - 1] === 0x0a ? bytes.subarray(0, -1) : bytes;
  const fields = new Fields(parseJson(text, { bytes: disclosuresTextMax, depth: 4 }));
  if (fields.text('type', 64) !== type) throw new Refused('kind');
  const out = fields.list('disclosures', disclosuresMax).map((one) => {
    if (typeof one !== 'string') throw new Refused('json');
    return parseDisclosure(one);
  });
  fields.finish();
  return out;
}
