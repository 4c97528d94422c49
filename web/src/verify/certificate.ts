// Certificates (RFC 5280), as far as a time stamp needs them: who signed what, for which use, and
// whether a chain leads to a root that the reader gave. Signatures by the browser.
import { Bytes, fromBase64, sameBytes, toHex } from './encoding';
import { Der } from './der';
import { plain, subtle, verifyEd25519 } from './ed25519';
import { Refused } from './reasons';

const derMax = 65536;
const pemMax = 4096;
const depthMax = 10;

const extensionIds = {
  keyUsage: '2.5.29.15', constraints: '2.5.29.19', extendedUsage: '2.5.29.37', subjectKeyId: '2.5.29.14',
} as const;
const knownCritical = new Set<string>(Object.values(extensionIds));

export interface Certificate {
  der: Bytes;
  signed: Bytes; // the part that is signed
  algorithm: Der;
  signature: Bytes;
  serial: string;
  issuer: Bytes;
  subject: Bytes;
  name: string;
  notBefore: number;
  notAfter: number;
  keyInfo: Bytes;
  subjectKeyId?: string;
  isAuthority: boolean;
  pathLength: number;
  maySignCertificates: boolean;
  extendedUsages: string[];
  extendedUsageIsCritical: boolean;
  hasUnknownCritical: boolean;
}

// Common name and organisation, as people know the authority.
function nameOf(subject: Der): string {
  const part = (oid: string): string => {
    for (const set of subject.sequence()) {
      for (const one of set.children) if (one.child(0).oid === oid) return one.child(1).text;
    }
    return '';
  };
  const common = part('2.5.4.3'), organisation = part('2.5.4.10');
  const both = organisation && organisation !== common ? [common, organisation] : [common];
  return both.filter(Boolean).join(', ');
}

function takeExtension(out: Certificate, one: Der): void {
  const parts = one.sequence(), oid = parts[0]!.oid;
  const critical = parts.length > 2 && parts[1]!.boolean;
  const value = Der.parse(parts[parts.length - 1]!.octets, 'certificate');
  if (oid === extensionIds.constraints) {
    const [first, second] = value.sequence();
    out.isAuthority = first?.boolean ?? false;
    if (second) out.pathLength = parseInt(second.integerHex, 16);
  } else if (oid === extensionIds.keyUsage) {
    // A bit string: how many bits are not used, then the bits; keyCertSign is the sixth.
    out.maySignCertificates = ((value.content[1] ?? 0) & 0x04) !== 0;
  } else if (oid === extensionIds.extendedUsage) {
    out.extendedUsages = value.sequence().map((usage) => usage.oid);
    out.extendedUsageIsCritical = critical;
  } else if (oid === extensionIds.subjectKeyId) {
    out.subjectKeyId = toHex(value.octets);
  }
  out.hasUnknownCritical ||= critical && !knownCritical.has(oid);
}

export function parseCertificate(der: Bytes): Certificate {
  if (der.length > derMax) throw new Refused('certificate');
  const [body, algorithm, signature] = Der.parse(der, 'certificate').sequence();
  if (!body || !algorithm || !signature) throw new Refused('certificate');
  const fields = body.sequence();
  if (fields[0]?.is('context 0')) fields.shift(); // version
  const [serial, , issuer, validity, subject, keyInfo] = fields;
  if (!serial || !issuer || !validity || !subject || !keyInfo) throw new Refused('certificate');
  const out: Certificate = {
    der, signed: body.raw, algorithm, signature: signature.bits, serial: serial.integerHex,
    issuer: issuer.raw, subject: subject.raw, name: nameOf(subject),
    notBefore: validity.child(0).time, notAfter: validity.child(1).time, keyInfo: keyInfo.raw,
    isAuthority: false, pathLength: Infinity, maySignCertificates: true, extendedUsages: [],
    extendedUsageIsCritical: false, hasUnknownCritical: false,
  };
  const extensions = fields.find((one) => one.is('context 3'));
  for (const one of extensions?.child(0).sequence() ?? []) takeExtension(out, one);
  return out;
}

// The DER of every certificate in a PEM text.
export function parsePem(text: string): Bytes[] {
  const out: Bytes[] = [];
  const blocks = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;
  for (const [, body] of text.matchAll(blocks)) {
    try {
      out.push(fromBase64(body!.replace(/\s/g, '')));
    } catch {
      break;
    }
    if (out.length === pemMax) break;
  }
  if (out.length === 0) throw new Refused('certificate');
  return out;
}

const hashes: Record<string, string> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512', '1.3.14.3.2.26': 'SHA-1',
};
export const hashNamed = (oid: string): string | undefined =>
  Object.prototype.hasOwnProperty.call(hashes, oid) ? hashes[oid] : undefined;

const signatures: Record<string, [string, string?] | undefined> = {
  '1.2.840.113549.1.1.1': ['RSA'],
  '1.2.840.113549.1.1.11': ['RSA', 'SHA-256'],
  '1.2.840.113549.1.1.12': ['RSA', 'SHA-384'],
  '1.2.840.113549.1.1.13': ['RSA', 'SHA-512'],
  '1.2.840.10045.2.1': ['EC'],
  '1.2.840.10045.4.3.2': ['EC', 'SHA-256'],
  '1.2.840.10045.4.3.3': ['EC', 'SHA-384'],
  '1.2.840.10045.4.3.4': ['EC', 'SHA-512'],
  '1.3.101.112': ['Ed25519', ''],
};
const curves: Record<string, [string, number] | undefined> = {
  '1.2.840.10045.3.1.7': ['P-256', 32], '1.3.132.0.34': ['P-384', 48], '1.3.132.0.35': ['P-521', 66],
};

// Two integers in DER become two numbers of one length, as SubtleCrypto wants them.
function plainEcdsa(der: Bytes, size: number): Bytes {
  const out = new Uint8Array(2 * size);
  Der.parse(der, 'signature').sequence().forEach((one, i) => {
    const hex = one.integerHex.replace(/^(?:00)+/, '');
    if (i > 1 || hex.length > 2 * size) throw new Refused('signature');
    for (let at = 0; at < hex.length / 2; ++at)
      out[(i + 1) * size - hex.length / 2 + at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  });
  return out;
}

// In use, and checked by no browser or not here: RSASSA-PSS, Ed448, DSA, what rests on SHA-1, curves
// other than those of NIST. That says nothing against a signature; what nobody uses, does.
const inUse = /^1\.(?:2\.840\.113549\.1\.1\.(?:5|10|14)|3\.101\.113|2\.840\.10040\.4\.[13]|2\.840\.10045\.4\.(?:1|3\.1)|3\.132\.0\.\d+|3\.36\.3\.3\.2\.8\.1\.1\.\d+|2\.643\.[\d.]+|2\.156\.10197\.[\d.]+)$/;

function unknown(oid: string): never {
  throw new Refused(inUse.test(oid) ? 'algorithm' : 'signature');
}

// `algorithm` of a signature; `hash` where it names none. Refuses with 'algorithm' what is not
// checked here.
export async function verifySignature(
  keyInfo: Bytes, algorithm: Der, message: Bytes, signature: Bytes, hash?: string,
): Promise<boolean> {
  const oid = algorithm.child(0).oid;
  const [kind, named] = signatures[oid] ?? unknown(oid);
  const info = Der.parse(keyInfo, 'certificate'), keyKind = info.child(0);
  const digest = named ?? hash;
  if (kind === 'Ed25519') return verifyEd25519(toHex(info.child(1).bits), message, signature);
  if (digest === undefined) throw new Refused('signature');
  if (!subtle) throw new Refused('algorithm');
  const curveId = kind === 'EC' ? keyKind.child(1).oid : '';
  const curve = kind === 'EC' ? (curves[curveId] ?? unknown(curveId)) : undefined;
  const how = curve ? { name: 'ECDSA', namedCurve: curve[0], hash: digest }
    : { name: 'RSASSA-PKCS1-v1_5', hash: digest };
  const sig = curve ? plainEcdsa(signature, curve[1]) : signature;
  let key: CryptoKey;
  try {
    key = await subtle.importKey('spki', plain(keyInfo), how, false, ['verify']);
  } catch {
    throw new Refused('certificate'); // not a key of that kind
  }
  return subtle.verify(how, key, plain(sig), plain(message));
}

// So many signatures may be looked at for one stamp: certificates that sign each other in every way
// could keep a browser busy for ever.
export interface Budget {
  checks: number;
}

export async function isIssuedBy(one: Certificate, issuer: Certificate, budget: Budget): Promise<boolean> {
  if (!sameBytes(one.issuer, issuer.subject) || budget.checks <= 0) return false;
  --budget.checks;
  return verifySignature(issuer.keyInfo, one.algorithm, one.signed, one.signature);
}

// Path building from the leaf up (RFC 5280 §6); an anchor need not be self-signed.
export async function chainsTo(
  leaf: Certificate, others: Certificate[], anchors: Certificate[], at: number, budget: Budget,
  depth = 0,
): Promise<boolean> {
  if (anchors.length === 0 || depth > depthMax || leaf.hasUnknownCritical) return false;
  if (at < leaf.notBefore || at > leaf.notAfter) return false;
  if (anchors.some((anchor) => sameBytes(anchor.der, leaf.der))) return true;
  for (const issuer of [...anchors, ...others]) {
    if (!issuer.isAuthority || !issuer.maySignCertificates || issuer.pathLength < depth ||
        sameBytes(issuer.der, leaf.der))
      continue;
    try {
      if (!(await isIssuedBy(leaf, issuer, budget))) continue;
    } catch (error) {
      if (error instanceof Refused) continue;
      throw error;
    }
    const rest = others.filter((one) => one !== issuer);
    if (await chainsTo(issuer, rest, anchors, at, budget, depth + 1)) return true;
  }
  return false;
}
