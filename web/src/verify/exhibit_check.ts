// One exhibit: the statement, the facts it signed, the original, the ciphertext, whose hand it was.
import { blockRoot } from './block_tree';
import { disagreements, type Reading } from './capture';
import { cameraReadings } from './camera';
import { metresBetween, sameTime, showCivilTime, showPlace } from './civil_time';
import { isRead, type Hashed } from './digests';
import { certificateKind } from './documents';
import { documentBytesMax, Envelope, open, parseEnvelope } from './dsse';
import { Bytes, fromHex } from './encoding';
import { sha256Hex } from './ed25519';
import { SealFacts, readFacts } from './facts';
import { writeTime } from './fields';
import { Findings, whyOf } from './findings';
import type { FolderFile, FolderReader } from './folder';
import type { Policy } from './policy';
import { inQuotes, printable } from './printable';
import { Refused, Unreadable } from './reasons';
import { checkDisclosures, Disclosure, parseDisclosures, Statement } from './statement';
import { sourceOf } from './stream_digest';

const samePlaceMetres = 3;

// The facts, when they are those that were signed.
export async function factsThatFit(
  to: Findings, statement: Statement, bytes: Bytes, path: string,
): Promise<SealFacts | undefined> {
  let disclosures: Disclosure[];
  try {
    disclosures = parseDisclosures(bytes);
  } catch (error) {
    to.trouble('unchanged.disclosures-bad', 'unchanged.unreadable', error, [path]);
    return undefined;
  }
  try {
    await checkDisclosures(statement, disclosures);
  } catch (error) {
    to.say('unchanged.other-disclosures', { evidence: [path], values: whyOf(error) });
    return undefined;
  }
  const salts = disclosures.map((one) => one.salt);
  const twice = disclosures.find((one, i) => salts.indexOf(one.salt) !== i);
  if (twice)
    to.say('unchanged.salt-reused', { evidence: [path], values: { fact: printable(twice.name) } });
  let facts: SealFacts;
  try {
    facts = readFacts(disclosures);
  } catch (error) {
    to.trouble('unchanged.disclosures-bad', 'unchanged.unreadable', error, [path]);
    return undefined;
  }
  const missing = ['sha256', 'size', 'name'].find((name) => !facts.names.has(name));
  if (missing) {
    to.say('unchanged.not-disclosed', { evidence: [path], values: { fact: missing } });
    return undefined;
  }
  return facts;
}

export function judgeOriginal(to: Findings, facts: SealFacts, hashed: Hashed, path: string): boolean {
  if (!isRead(hashed)) {
    to.trouble('unchanged.other-bytes', 'unchanged.unreadable', new Unreadable(), [path]);
    return false;
  }
  const sealed = facts.digests.get('sha256')!;
  const same = hashed.sha256 === sealed;
  to.say(!same ? 'unchanged.other-bytes' : hashed.size !== facts.size ? 'unchanged.other-size' : 'unchanged.same', {
    evidence: [path],
    check: 'sha256sum ' + inQuotes(path),
    values: { sha256: hashed.sha256, size: hashed.size, sealed_sha256: sealed, sealed_size: facts.size },
  });
  return same;
}

export async function judgeBlocks(to: Findings, facts: SealFacts, file: FolderFile): Promise<void> {
  const sealed = facts.digests.get('block_root') ?? '0'.repeat(64);
  const seed = facts.digests.get('block_seed') ?? '0'.repeat(64);
  let root: string;
  try {
    root = await blockRoot(await sourceOf(file), seed);
  } catch {
    return to.trouble('unchanged.other-blocks', 'unchanged.unreadable', new Unreadable(), [file.path]);
  }
  to.say(root === sealed ? 'unchanged.same-blocks' : 'unchanged.other-blocks',
         { evidence: [file.path], values: { block_root: root } });
}

export function judgeCiphertext(to: Findings, statement: Statement, hashed: Hashed, path: string): void {
  if (!isRead(hashed))
    return to.say('ciphertext.unreadable', { evidence: [path], values: whyOf(new Unreadable()) });
  const id = hashed.size !== statement.size ? 'ciphertext.other-size'
    : hashed.root !== statement.root ? 'ciphertext.other-root' : 'ciphertext.same';
  to.say(id, {
    evidence: [path],
    check: 'any BitTorrent v2 client: recheck',
    values: {
      cipher_root: hashed.root ?? '', size: hashed.size, signed_root: statement.root,
      signed_size: statement.size,
    },
  });
}

// Statement key, device key, witness key: each vouches for the one before, all for this case.
async function checkChain(exhibit: Envelope, device: Envelope, statement: Statement, policy: Policy) {
  const { value: of } = await open(certificateKind, device, policy.witness);
  if (of.role !== 'device' || of.issuer !== policy.witness) throw new Refused('chain');
  const { value: for_ } = await open(certificateKind, exhibit, of.subject);
  if (for_.role !== 'exhibit' || for_.issuer !== of.subject || for_.subject !== statement.key)
    throw new Refused('chain');
  if (of.caseId !== policy.caseId || for_.caseId !== policy.caseId) throw new Refused('case');
  return of.subject;
}

// The device's key, if the chain holds.
export async function judgeHand(
  to: Findings, folder: FolderReader, statement: Statement, base: string, policy: Policy,
): Promise<string | undefined> {
  const paths = [base + '.exhibit-certificate.json', base + '.device-certificate.json'];
  const evidence = [...paths, 'data/policy.json'];
  const texts: Bytes[] = [];
  for (const path of paths) {
    try {
      texts.push(await folder.bytes(path, documentBytesMax));
    } catch (error) {
      to.trouble('same-hand.missing', 'same-hand.unreadable', error, [...new Set([path, ...evidence])]);
      return undefined;
    }
  }
  let papers: Envelope[];
  try {
    papers = texts.map((text) => parseEnvelope(text, documentBytesMax));
  } catch (error) {
    to.trouble('same-hand.bad', 'same-hand.unreadable', error, evidence);
    return undefined;
  }
  try {
    const device = await checkChain(papers[0]!, papers[1]!, statement, policy);
    to.say('same-hand.chain', {
      evidence,
      check: 'openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6 and 7)',
      values: {
        witness: policy.witnessId, device: sha256Hex(fromHex(device)),
        exhibit: sha256Hex(fromHex(statement.key)),
      },
    });
    return device;
  } catch (error) {
    to.say('same-hand.other', { evidence, values: whyOf(error) });
    return undefined;
  }
}

export function sayClaims(to: Findings, facts: SealFacts, path: string): void {
  const { captured, texts, times } = facts;
  const evidence = [path];
  if (captured.anyTime || captured.anyPlace)
    to.say('claimed.camera', {
      evidence,
      check: 'exiftool -a -G1 -time:all -gps:all FILE',
      values: {
        time: printable(captured.shownTime()), place: printable(captured.shownPlace()),
        device: printable(captured.device) || '–',
      },
    });
  for (const { one, other, apart } of disagreements(captured.readings()))
    to.say('claimed.disagree', {
      evidence, values: { one: printable(one), other: printable(other), apart },
    });
  for (const told of captured.contradictions())
    to.say('claimed.contradict', { evidence, values: { told: printable(told) } });
  const text = (name: string) => (texts.has(name) ? printable(texts.get(name)!) : '–');
  if (['claimed_time', 'place_exact', 'place_coarse', 'note'].some((name) => texts.has(name)))
    to.say('claimed.words', {
      evidence,
      values: {
        time: text('claimed_time'), place: text('place_exact'), region: text('place_coarse'),
        note: text('note'),
      },
    });
  const time = (name: string) => (times.has(name) ? writeTime(times.get(name)!) : '–');
  if (times.size > 0)
    to.say('claimed.device', {
      evidence,
      values: {
        sealed: time('device_clock'), file_time: time('file_time'),
        guardian_clock: time('guardian_clock'),
      },
    });
}

export function sayWithheld(to: Findings, facts: SealFacts, path: string): void {
  const { captured, texts } = facts;
  const missing: string[] = [];
  if (!texts.has('claimed_time') && !captured.anyTime) missing.push('time');
  if (!texts.has('place_exact') && !texts.has('place_coarse') && !captured.anyPlace)
    missing.push('place');
  if (captured.make === '' && captured.model === '') missing.push('camera');
  if (!texts.has('note')) missing.push('note');
  if (missing.length > 0)
    to.say('withheld.facts', { evidence: [path], values: { facts: missing.join(', ') } });
}

// What the file says under that name now, if it differs.
function otherInFile(sealed: Reading, file: Reading[]): string | undefined {
  const now = file.find((one) => one.source === sealed.source);
  if (!now) return '–';
  if (sealed.time && !(now.time && sameTime(now.time, sealed.time)))
    return now.time ? showCivilTime(now.time) : '–';
  if (!sealed.place) return undefined;
  if (!now.place) return '–';
  if (metresBetween(now.place, sealed.place) <= samePlaceMetres) return undefined;
  return showPlace(now.place);
}

export async function judgeCamera(to: Findings, facts: SealFacts, file: FolderFile): Promise<void> {
  const sealed = facts.captured.readings();
  if (sealed.length === 0) return;
  let now: Reading[] | undefined;
  try {
    now = await cameraReadings(file);
  } catch {
    return; // what cannot be read was said of its digest
  }
  const evidence = [file.path];
  const check = 'exiftool -a -G1 -time:all -gps:all ' + inQuotes(file.path);
  if (!now) return to.say('claimed.not-compared-here', { evidence, check });
  for (const reading of sealed) {
    const other = otherInFile(reading, now);
    if (other === undefined) continue;
    const told = [reading.time && showCivilTime(reading.time), reading.place && showPlace(reading.place)];
    to.say('claimed.not-in-file', {
      evidence, check,
      values: {
        source: printable(reading.source), sealed: told.filter(Boolean).join(', '), in_file: other,
      },
    });
  }
}
