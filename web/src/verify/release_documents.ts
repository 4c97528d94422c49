// Reads the documents of a release out of its folder, and says what they show of the case.
import { latin1 } from './bencode';
import { checkInKind, releaseNowKind } from './documents';
import { documentBytesMax, Envelope, parseEnvelope, peek } from './dsse';
import { utf8 } from './encoding';
import { Fields, writeTime } from './fields';
import type { Findings, Grounds } from './findings';
import { whyOf } from './findings';
import type { FolderReader } from './folder';
import { parseJson } from './json';
import { policyKind, type Policy } from './policy';
import { printable } from './printable';
import { Refused } from './reasons';
import {
  agreedAt, checkRelease, Found, mostAgreeing, PolicyCertificate, ReleaseBundle, ReleaseEvidence,
  releaseRecord, ReleaseRefused,
} from './release_evidence';
import type { SentenceId } from './sentences';

const bundleBytesMax = 64 << 20;
const vouchedBytesMax = 16 << 20;
const versionsMax = 64;
const recordPath = 'data/release.json', policyPath = 'data/policy.json';
const subjectPath = 'proofs/subject.json', vouchedPath = 'proofs/vouched.txt';
const dsseCheck = 'openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)';

interface Answers {
  missing: SentenceId;
  bad: SentenceId;
  unreadable: SentenceId;
}
const documentAnswers: Answers = {
  missing: 'document.unreadable', bad: 'document.bad', unreadable: 'document.unreadable',
};

function parseRecord(text: string): number {
  const fields = new Fields(parseJson(utf8(text)));
  if (fields.text('type', 64) !== 'exhibit.release.v1') throw new Refused('kind');
  fields.caseId();
  fields.hex('policy');
  const stage = fields.integer('stage', 0, 15);
  fields.boolean('drill');
  const who = fields.text('audience', 16);
  if (who === 'named') fields.list('recipients', 32);
  else if (who !== 'everyone') throw new Refused('audience');
  fields.finish();
  return stage;
}

class DocumentReader {
  private taken = 0;
  record = '';
  hasVouched = false;
  constructor(private readonly folder: FolderReader, private readonly to: Findings) {}

  async run(): Promise<ReleaseBundle | undefined> {
    const policy = await this.envelope(policyPath, {
      missing: 'policy.missing', bad: 'policy.bad', unreadable: 'policy.unreadable',
    });
    const subject = await this.envelope(subjectPath, {
      missing: 'released.missing', bad: 'released.bad', unreadable: 'released.unreadable',
    });
    const stage = await this.takeRecord();
    const { words, earlier } = await this.takePolicies(policy);
    const votes = await this.takeAll('votes'), adoptions = await this.takeAll('adoptions');
    const receipts = await this.takeAll('receipts'), shares = await this.takeAll('shares');
    const vouched = await this.takeVouched();
    if (!policy || !subject) return undefined;
    return { policy, words, earlier, stage, subject, votes, adoptions, shares, receipts, vouched };
  }

  private async envelope(path: string, answers: Answers): Promise<Envelope | undefined> {
    try {
      const bytes = await this.folder.bytes(path, 2 * documentBytesMax);
      return parseEnvelope(bytes, 2 * documentBytesMax);
    } catch (error) {
      // Missing evidence proves nothing, and is no tampering either.
      const missing = error instanceof Refused && error.code === 'missing';
      this.to.trouble(missing ? answers.missing : answers.bad, answers.unreadable, error, [path]);
      return undefined;
    }
  }

  private paths(below: string): string[] {
    return this.folder.files.map((file) => file.path)
      .filter((path) => path.startsWith(below + '/') && path.endsWith('.json'));
  }

  private async takeAll(below: string): Promise<Found[]> {
    const out: Found[] = [];
    for (const path of this.paths(below)) {
      if (this.taken > bundleBytesMax) {
        this.to.say('document.too-many', { evidence: [path], values: { file: printable(path) } });
        return out;
      }
      const envelope = await this.envelope(path, documentAnswers);
      if (!envelope) continue;
      this.taken += envelope.payload.length;
      out.push({ path, envelope });
    }
    return out;
  }

  // policies/N/: earlier ones with their words; of the one in data/ only the words.
  private async takePolicies(policy: Envelope | undefined): Promise<{
    words: Envelope[]; earlier: PolicyCertificate[];
  }> {
    const versions = new Map<number, PolicyCertificate>();
    for (const path of this.paths('policies')) {
      const version = Number(/^policies\/([1-9][0-9]{0,9})\//.exec(path)?.[1] ?? 0);
      const envelope = await this.envelope(path, documentAnswers);
      if (!envelope || versions.size > versionsMax) continue;
      const certificate = versions.get(version) ?? { words: [] };
      versions.set(version, certificate);
      if (envelope.type === policyKind.type) certificate.policy = envelope;
      else certificate.words.push(envelope);
    }
    let inForce: number | undefined;
    try {
      if (policy) inForce = peek(policyKind, policy).version;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const words = (inForce !== undefined && versions.get(inForce)?.words) || [];
    const earlier = [...versions].filter(([version]) => version !== inForce)
      .sort(([a], [b]) => a - b).map(([, one]) => one);
    return { words, earlier };
  }

  private async takeRecord(): Promise<number> {
    try {
      this.record = await this.folder.text(recordPath, documentBytesMax);
      return parseRecord(this.record);
    } catch (error) {
      const missing = error instanceof Refused && error.code === 'missing';
      this.to.trouble(missing ? 'record.missing' : 'record.bad', 'record.unreadable', error,
                      [recordPath]);
      this.record = '';
      return 0;
    }
  }

  private async takeVouched(): Promise<string> {
    try {
      // Whatever it holds: a list that is no text is there, and is not the list.
      const text = latin1(await this.folder.bytes(vouchedPath, vouchedBytesMax));
      this.hasVouched = true;
      return text;
    } catch {
      return ''; // said where it would have counted
    }
  }
}

function judgeRecord(record: string, evidence: ReleaseEvidence, to: Findings): void {
  if (record === '') return;
  to.say(record === releaseRecord(evidence) ? 'record.same' : 'record.relabelled',
         { evidence: [recordPath, policyPath] });
}

function judgeComplaints(reader: DocumentReader, evidence: ReleaseEvidence, to: Findings): void {
  for (const { path, why } of evidence.complaints)
    to.say('document.bad', { evidence: [path], values: { file: printable(path), ...whyOf(why) } });
  if (!evidence.vouchedComplaint) return;
  const values = { file: vouchedPath, ...whyOf(evidence.vouchedComplaint) };
  to.say(reader.hasVouched ? 'document.bad' : 'vouched.missing', { evidence: [vouchedPath], values });
}

interface Cause {
  values: NonNullable<Grounds['values']>;
  notBefore?: number; // nobody could agree before
}

function causeOf(subject: Envelope): Cause {
  if (subject.type === releaseNowKind.type) {
    const now = releaseNowKind.parse(subject.payload);
    return { values: { reason: 'asked', because: 'the witness asked for it', signed: writeTime(now.claimed) } };
  }
  const last = checkInKind.parse(subject.payload);
  const overdue = last.claimed + last.interval + last.grace;
  return {
    values: {
      reason: 'silence', because: 'the witness fell silent', last_check_in: writeTime(last.claimed), overdue: writeTime(overdue),
    },
    // Rule 1: what a clock of the device may be ahead; never more than grace/4.
    notBefore: overdue - Math.floor(last.grace / 4),
  };
}

function judgeCause(evidence: ReleaseEvidence, to: Findings): void {
  const { values, notBefore } = causeOf(evidence.subject);
  const { n, q } = evidence.policy.quorum;
  const agreed = agreedAt(evidence);
  Object.assign(values, {
    adoptions: mostAgreeing(evidence.adoptions), votes: mostAgreeing(evidence.votes), needed: q,
    guardians: n,
  });
  const grounds = { evidence: [subjectPath, 'adoptions/', 'votes/'], check: dsseCheck, values };
  // Evidence that is not here is not evidence against.
  if (agreed === undefined) return to.say('released.too-few', grounds);
  values.agreed = writeTime(agreed);
  if (notBefore !== undefined && agreed < notBefore) {
    values.not_before = writeTime(notBefore);
    return to.say('released.too-early', grounds);
  }
  to.say('released.agreed', grounds);
}

function tellRefused(error: ReleaseRefused, to: Findings): undefined {
  if (error.about === 'policy')
    to.trouble('policy.bad', 'policy.unreadable', error.why, [policyPath]);
  else if (error.about === 'stage')
    to.trouble('record.relabelled', 'record.unreadable', error.why, [recordPath, policyPath]);
  else to.trouble('released.bad', 'released.unreadable', error.why, [subjectPath, policyPath]);
  return undefined;
}

export async function judgeDocuments(
  folder: FolderReader, to: Findings,
): Promise<ReleaseEvidence | undefined> {
  const reader = new DocumentReader(folder, to);
  const bundle = await reader.run();
  if (!bundle) return undefined;
  let evidence: ReleaseEvidence;
  try {
    evidence = await checkRelease(bundle);
  } catch (error) {
    if (error instanceof ReleaseRefused) return tellRefused(error, to);
    throw error;
  }
  const policy: Policy = evidence.policy;
  if (policy.drill) to.say('drill.case', { evidence: [policyPath] });
  to.say('policy.signed', {
    evidence: [policyPath],
    check: dsseCheck,
    values: { witness: policy.witnessId, case: policy.caseId, guardians: policy.quorum.n },
  });
  judgeRecord(reader.record, evidence, to);
  judgeComplaints(reader, evidence, to);
  judgeCause(evidence, to);
  return evidence;
}
