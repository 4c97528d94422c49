// The case key that was published, and the public keys laid out for other programs.
import { recipientsOf } from './bech32';
import { latin1 } from './bencode';
import type { HashedFiles } from './digests';
import { documentBytesMax } from './dsse';
import { Bytes, fromBase64, fromHex, sameBytes, toHex } from './encoding';
import { sha256Hex } from './ed25519';
import type { Findings } from './findings';
import type { FolderReader } from './folder';
import { guardianOf, type Policy } from './policy';
import { printable } from './printable';
import { Refused } from './reasons';
import { parseStatement } from './statement';

const keyBytesMax = 16 * 1024;
const caseKeyPath = 'data/case-key.txt';
// RFC 8410: the DER around a raw key has one form only.
const publicPrefix = fromHex('302a300506032b6570032100');

export async function judgeCaseKey(
  folder: FolderReader, hashed: HashedFiles, policy: Policy, to: Findings,
): Promise<void> {
  if (!hashed.has(caseKeyPath)) return;
  const evidence = [caseKeyPath, 'data/policy.json'];
  try {
    const recipients = recipientsOf(await folder.text(caseKeyPath, keyBytesMax));
    to.say(recipients.includes(policy.caseRecipient) ? 'case-key.fits' : 'case-key.other',
           { evidence, check: 'age-keygen -y data/case-key.txt' });
  } catch (error) {
    to.trouble('case-key.bad', 'case-key.unreadable', error, evidence);
  }
}

// An Ed25519 key as openssl writes it; hexadecimal.
export function parsePublicPem(text: string): string {
  const found = /^-----BEGIN PUBLIC KEY-----\n([^\n]*)\n-----END PUBLIC KEY-----\n?$/.exec(text);
  let der: Bytes;
  try {
    der = fromBase64(found?.[1] ?? '');
  } catch {
    throw new Refused('pem');
  }
  if (der.length !== 44 || !sameBytes(der.subarray(0, 12), publicPrefix)) throw new Refused('pem');
  return toHex(der.subarray(12));
}

// The key file is named after its owner; is it that owner's? Nothing when that is not here.
async function isOfOwner(
  folder: FolderReader, name: string, key: string, policy: Policy,
): Promise<boolean | undefined> {
  if (name === `witness-${policy.witnessId}.pem`) return key === policy.witness;
  if (name.startsWith('guardian-')) {
    const id = sha256Hex(fromHex(key));
    return guardianOf(policy, id) !== undefined && name === `guardian-${id}.pem`;
  }
  if (!name.startsWith('exhibit-')) return false;
  try {
    const text = await folder.text(`data/${name.slice(8, -4)}.sd-jwt`, documentBytesMax);
    return (await parseStatement(text)).key === key;
  } catch {
    return undefined;
  }
}

export async function judgeKeys(folder: FolderReader, policy: Policy, to: Findings): Promise<void> {
  let good = 0;
  for (const { path } of folder.files) {
    if (!path.startsWith('keys/') || !path.endsWith('.pem')) continue;
    const values = { file: printable(path) };
    let text: string;
    try {
      text = latin1(await folder.bytes(path, keyBytesMax));
    } catch (error) {
      to.trouble('keys.bad', 'keys.unreadable', error, [path]);
      continue;
    }
    try {
      const is = await isOfOwner(folder, path.slice(5), parsePublicPem(text), policy);
      if (is === false) throw new Refused('identity');
      if (is) ++good;
      else to.say('keys.of-no-exhibit', { evidence: [path], values });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      to.say('keys.other', { evidence: [path], values });
    }
  }
  if (good > 0) to.say('keys.same', { evidence: ['keys/'], values: { count: good } });
}
