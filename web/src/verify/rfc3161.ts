// Time stamps (RFC 3161, RFC 5816): a CMS signature (RFC 5652) over a digest and a time. Who signed,
// is another question than whether it is whole.
import { Budget, Certificate, chainsTo, hashNamed, isIssuedBy, parseCertificate, verifySignature } from './certificate';
import { Der } from './der';
import { Bytes, holdsBytes, joined, sameBytes, toHex } from './encoding';
import { plain, subtle } from './ed25519';
import { Refused } from './reasons';

const tokenBytesMax = 64 * 1024;
const oid = {
  signedData: '1.2.840.113549.1.7.2', stampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12', signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

export interface StampTrust {
  roots: Certificate[]; // that the reader gave
  kept: Certificate[]; // that came along
  crls: Bytes[];
}
export interface Stamp {
  time: number;
  trusted: boolean;
  authority: string;
  policy: string;
  serial: string;
  certificateEnds: number;
}

const refuse = (): never => {
  throw new Refused('timestamp');
};

async function digest(hash: string, bytes: Bytes): Promise<Bytes> {
  if (!subtle) throw new Refused('algorithm');
  return new Uint8Array(await subtle.digest(hash, plain(bytes)));
}

// RFC 5816, RFC 2634 §5.4: a signed attribute names the signer's certificate by its hash. Without it
// another certificate with the same key could be put in its place.
async function namesSigner(attributes: Map<string, Der>, signer: Certificate): Promise<boolean> {
  const v2 = attributes.get(oid.signingCertificateV2), v1 = attributes.get(oid.signingCertificate);
  const kinds = v2 ? ['SHA-256', 'SHA-384', 'SHA-512'] : ['SHA-1'];
  for (const kind of kinds) {
    const text = (v2 ?? v1)?.raw;
    if (text && holdsBytes(text, await digest(kind, signer.der))) return true;
  }
  return false;
}

function attributesOf(set: Der): Map<string, Der> {
  const out = new Map<string, Der>();
  for (const one of set.children) {
    const id = one.child(0).oid;
    if (out.has(id)) refuse(); // RFC 5652 §5.3: each once
    out.set(id, one.child(1, 'universal 17').child(0));
  }
  return out;
}

function findSigner(id: Der, certificates: Certificate[]): Certificate {
  const bySerial = id.is('universal 16');
  const found = certificates.find((one) => bySerial
    ? sameBytes(one.issuer, id.child(0).raw) && one.serial === id.child(1).integerHex
    : one.subjectKeyId !== undefined && one.subjectKeyId === toHex(id.content));
  return found ?? refuse();
}

// The one signer, after its signature over content and attributes was checked.
async function checkSigner(info: Der, content: Bytes, certificates: Certificate[]): Promise<Certificate> {
  const [, id, digestAlgorithm, attributeSet, algorithm, signature] = info.sequence();
  if (!id || !digestAlgorithm || !attributeSet?.is('context 0') || !algorithm || !signature) return refuse();
  const hash = hashNamed(digestAlgorithm.child(0).oid);
  if (!hash || hash === 'SHA-1') return refuse();
  const attributes = attributesOf(attributeSet);
  const told = attributes.get(oid.messageDigest)?.octets;
  if (attributes.get(oid.contentType)?.oid !== oid.stampInfo || !told ||
      !sameBytes(told, await digest(hash, content)))
    return refuse();
  const signer = findSigner(id, certificates);
  // RFC 5652 §5.4: what is signed are the attributes as a SET, whose tag is 31.
  const message = joined(Uint8Array.of(0x31), attributeSet.raw.subarray(1));
  if (!(await verifySignature(signer.keyInfo, algorithm, message, signature.octets, hash))) return refuse();
  if (!(await namesSigner(attributes, signer))) return refuse();
  return signer;
}

interface Opened {
  info: Der;
  signer: Certificate;
  others: Certificate[];
}

async function openToken(token: Bytes, kept: Certificate[]): Promise<Opened> {
  if (token.length > tokenBytesMax) return refuse();
  const whole = Der.parse(token, 'timestamp');
  if (whole.child(0).oid !== oid.signedData) return refuse();
  const data = whole.child(1, 'context 0').child(0);
  const encapsulated = data.child(2);
  if (encapsulated.child(0).oid !== oid.stampInfo) return refuse();
  const content = encapsulated.child(1, 'context 0').child(0).octets;
  const own = data.find('context 0')?.children ?? [];
  const others = [...own.map((one) => parseCertificate(one.raw)), ...kept];
  const infos = data.child(data.children.length - 1, 'universal 17').children;
  if (infos.length !== 1) return refuse();
  const signer = await checkSigner(infos[0]!, content, others);
  return { info: Der.parse(content, 'timestamp'), signer, others };
}

// RFC 3161 §4: for these reasons what was signed before the revocation stays good.
const harmless = ['00', '03', '04', '05'];

function revokedAt(entry: Der): { time: number; isHarmless: boolean } {
  const [, date, extensions] = entry.sequence();
  const reason = (extensions?.sequence() ?? []).find((one) => one.child(0).oid === '2.5.29.21');
  const value = reason && reason.children[reason.children.length - 1]!.octets;
  const code = value && value[0] === 0x0a ? toHex(value.subarray(2)) : undefined;
  return { time: date!.time, isHarmless: code !== undefined && harmless.includes(code) };
}

// A list counts when the certificate's own issuer signed it.
async function isRevoked(
  list: Bytes, leaf: Certificate, issuers: Certificate[], at: number, budget: Budget,
): Promise<boolean> {
  try {
    const [body, algorithm, signature] = Der.parse(list, 'certificate').sequence();
    for (const issuer of issuers) {
      if (!(await isIssuedBy(leaf, issuer, budget)) ||
          !(await verifySignature(issuer.keyInfo, algorithm!, body!.raw, signature!.bits)))
        continue;
      // The times and names before it are no sequence of sequences that begin with a number.
      const lists = body!.children.filter((one) => one.is('universal 16') && one.children.length > 0 &&
        one.children.every((entry) => entry.is('universal 16') && entry.children[0]?.is('universal 2')));
      const entry = lists[0]?.children.find((one) => one.child(0).integerHex === leaf.serial);
      if (!entry) return false;
      const { time, isHarmless } = revokedAt(entry);
      return !(at < time && isHarmless);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // a list that cannot be read says nothing
  }
  return false;
}

export async function judgeToken(token: Bytes, imprint: Bytes, trust: StampTrust): Promise<Stamp> {
  const { info, signer, others } = await openToken(token, trust.kept);
  const [, policy, mark, serial, time] = info.sequence();
  if (!policy || !mark || !serial || !time?.is('universal 24')) return refuse();
  if (hashNamed(mark.child(0).child(0).oid) !== 'SHA-256' || !sameBytes(mark.child(1).octets, imprint))
    throw new Refused('imprint');
  // RFC 3161 §2.3: the key of an authority must be for this and nothing else, and say so.
  if (signer.extendedUsages.join() !== oid.timeStamping || !signer.extendedUsageIsCritical)
    throw new Refused('usage');
  const at = time.time, budget: Budget = { checks: 500 };
  for (const list of trust.crls) {
    if (await isRevoked(list, signer, [...others, ...trust.roots], at, budget)) throw new Refused('revoked');
  }
  return {
    time: at,
    trusted: await chainsTo(signer, others, trust.roots, at, budget),
    authority: signer.name || '?',
    policy: policy.oid,
    serial: BigInt('0x' + (serial.integerHex || '0')).toString(),
    certificateEnds: signer.notAfter,
  };
}
