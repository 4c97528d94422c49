// What the documents of a release prove. Only a policy or a subject that does not hold ends it;
// every other document that does not fit becomes a complaint and counts for nothing, so that one
// liar cannot hide what the others say.
import { canonical, mapOf, type Json } from './json';
import {
  adoptionKind, checkInKind, ExhibitReceipt, Motion, noObjectionKind, openFromGuardian, parseVouched,
  receiptKind, ReleasedShare, releaseNowKind, shareKind, voteKind,
} from './documents';
import { digestOf, Envelope, open, peek, Signed } from './dsse';
import { utf8 } from './encoding';
import { sha256Hex } from './ed25519';
import { guardianOf, policyKind, type Policy } from './policy';
import { Reason, Refused } from './reasons';

export interface Found {
  path: string;
  envelope: Envelope;
}
export interface PolicyCertificate {
  policy?: Envelope;
  words: Envelope[];
}
export interface ReleaseBundle {
  policy: Envelope;
  words: Envelope[];
  earlier: PolicyCertificate[];
  stage: number;
  subject: Envelope;
  votes: Found[];
  adoptions: Found[];
  shares: Found[];
  receipts: Found[];
  vouched: string;
}

export interface Complaint {
  path: string;
  why: Refused;
}

// checked: the check-in that ran out carries the list's digest; a release-now carries none.
export type Vouching = 'none' | 'checked' | 'unsupported';

export interface ReleaseEvidence {
  policy: Policy;
  policyDigest: string;
  earlier: string[];
  stage: number;
  subject: Envelope;
  subjectDigest: string;
  votes: Motion[];
  adoptions: Motion[];
  shares: ReleasedShare[];
  receipts: ExhibitReceipt[];
  vouching: Vouching;
  vouched: Set<string>;
  complaints: Complaint[];
  vouchedComplaint?: Refused;
}

// The release does not hold as a whole; `about` says which part of it.
export class ReleaseRefused extends Error {
  constructor(readonly about: 'policy' | 'stage' | 'subject', readonly why: Refused) {
    super(about);
  }
}

async function refuseAs<T>(about: ReleaseRefused['about'], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw new ReleaseRefused(about, error);
    throw error;
  }
}

// The witness's own word: a check-in, or "now". Final is final, whatever policy it names.
async function checkSubject(subject: Envelope, policy: Policy): Promise<void> {
  const document = subject.type === releaseNowKind.type
    ? await open(releaseNowKind, subject, policy.witness)
    : await open(checkInKind, subject, policy.witness);
  if (document.value.caseId !== policy.caseId) throw new Refused('case');
}

// From version 2 on, q guardians must have had no objection.
async function isCertified(policy: Signed<Policy>, words: Envelope[]): Promise<boolean> {
  if (policy.value.version === 1) return true;
  const guardians = new Set<string>();
  for (const envelope of words) {
    try {
      const word = await openFromGuardian(noObjectionKind, envelope, policy.value);
      if (word.value.policy === policy.digest) guardians.add(word.value.guardian);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return guardians.size >= policy.value.quorum.q;
}

async function openEarlier(one: PolicyCertificate, policy: Policy): Promise<string> {
  if (!one.policy) throw new Refused('kind');
  const earlier = await open(policyKind, one.policy, policy.witness);
  if (earlier.value.caseId !== policy.caseId) throw new Refused('case');
  if (earlier.value.version >= policy.version) throw new Refused('version');
  if (!(await isCertified(earlier, one.words))) throw new Refused('policy');
  return earlier.digest;
}

class Checker {
  constructor(readonly evidence: ReleaseEvidence) {}

  async each<T>(from: Found[], take: (envelope: Envelope) => Promise<T>): Promise<T[]> {
    const out: T[] = [];
    for (const { path, envelope } of from) {
      try {
        out.push(await take(envelope));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.evidence.complaints.push({ path, why: error });
      }
    }
    return out;
  }

  motion = (kind: typeof voteKind) => async (envelope: Envelope): Promise<Motion> => {
    const { value } = await openFromGuardian(kind, envelope, this.evidence.policy);
    if (value.subject !== this.evidence.subjectDigest) throw new Refused('subject');
    const known = [this.evidence.policyDigest, ...this.evidence.earlier];
    if (!known.includes(value.policy)) throw new Refused('subject');
    return value;
  };

  share = async (envelope: Envelope): Promise<ReleasedShare> => {
    const { value } = await openFromGuardian(shareKind, envelope, this.evidence.policy);
    if (value.policy !== this.evidence.policyDigest) throw new Refused('subject');
    if (value.stage !== this.evidence.stage) throw new Refused('stage');
    const guardian = guardianOf(this.evidence.policy, value.guardian)!;
    if (value.words !== undefined && sha256Hex(utf8(value.words)) !== guardian.shareDigest)
      throw new Refused('share');
    return value;
  };

  receipt = async (envelope: Envelope): Promise<ExhibitReceipt> =>
    (await openFromGuardian(receiptKind, envelope, this.evidence.policy)).value;
}

function takeVouched(evidence: ReleaseEvidence, text: string): void {
  const isNow = evidence.subject.type === releaseNowKind.type;
  if (text === '' && isNow) return;
  try {
    const list = parseVouched(text);
    if (!isNow && checkInKind.parse(evidence.subject.payload).vouched !== sha256Hex(utf8(text)))
      throw new Refused('vouched');
    evidence.vouching = isNow ? 'unsupported' : 'checked';
    evidence.vouched = new Set(list);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    evidence.vouchedComplaint = error;
  }
}

export async function checkRelease(bundle: ReleaseBundle): Promise<ReleaseEvidence> {
  const refused = (about: ReleaseRefused['about'], code: Reason) =>
    new ReleaseRefused(about, new Refused(code));
  const claimed = await refuseAs('policy', () => peek(policyKind, bundle.policy));
  const policy = await refuseAs('policy', () => open(policyKind, bundle.policy, claimed.witness));
  if (bundle.stage >= claimed.audience.length) throw refused('stage', 'stage');
  await refuseAs('subject', () => checkSubject(bundle.subject, policy.value));
  if (!(await isCertified(policy, bundle.words))) throw refused('policy', 'policy');
  const evidence: ReleaseEvidence = {
    policy: policy.value, policyDigest: policy.digest, earlier: [], stage: bundle.stage,
    subject: bundle.subject, subjectDigest: digestOf(bundle.subject), votes: [], adoptions: [],
    shares: [], receipts: [], vouching: 'none', vouched: new Set(), complaints: [],
  };
  for (const one of bundle.earlier) {
    try {
      evidence.earlier.push(await openEarlier(one, policy.value));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      evidence.complaints.push({ path: 'policies', why: error });
    }
  }
  const checker = new Checker(evidence);
  evidence.votes = await checker.each(bundle.votes, checker.motion(voteKind));
  evidence.adoptions = await checker.each(bundle.adoptions, checker.motion(adoptionKind));
  evidence.shares = await checker.each(bundle.shares, checker.share);
  evidence.receipts = await checker.each(bundle.receipts, checker.receipt);
  takeVouched(evidence, bundle.vouched);
  return evidence;
}

// Guardians that agree on one motion, with the earliest word of each.
function sides(motions: Motion[]): Map<string, number>[] {
  const out = new Map<string, Map<string, number>>();
  for (const one of motions) {
    const motion = [one.subject, one.hold, one.policy].join(' ');
    const side = out.get(motion) ?? new Map<string, number>();
    out.set(motion, side);
    side.set(one.guardian, Math.min(side.get(one.guardian) ?? one.time, one.time));
  }
  return [...out.values()];
}

export const mostAgreeing = (motions: Motion[]): number =>
  sides(motions).reduce((most, side) => Math.max(most, side.size), 0);

// The time by which q guardians had agreed on one motion, by their own clocks.
export function agreedAt(evidence: ReleaseEvidence): number | undefined {
  const { q } = evidence.policy.quorum;
  const times = sides(evidence.adoptions).filter((side) => side.size >= q)
    .map((side) => [...side.values()].sort((a, b) => a - b)[q - 1]!);
  return times.length > 0 ? Math.min(...times) : undefined;
}

export interface HeldBy {
  guardians: number;
  earliest?: number;
  // Of the f+1 earliest one is honest: by the time of the last of these it existed.
  noLaterThan?: number;
}

export function heldBy(evidence: ReleaseEvidence, statement: string, root: string): HeldBy {
  const first = new Map<string, number>(); // each guardian counts once, with its earliest word
  for (const receipt of evidence.receipts) {
    if (receipt.statement !== statement || receipt.root !== root) continue;
    const before = first.get(receipt.guardian) ?? receipt.time;
    first.set(receipt.guardian, Math.min(before, receipt.time));
  }
  const times = [...first.values()].sort((a, b) => a - b);
  const held: HeldBy = { guardians: times.length };
  if (times.length > 0) held.earliest = times[0]!;
  const bound = times[evidence.policy.quorum.f];
  if (bound !== undefined) held.noLaterThan = bound;
  return held;
}

// The release record is a function of policy and stage: the one text that every publisher computes.
export function releaseRecord(evidence: ReleaseEvidence): string {
  const audience = evidence.policy.audience[evidence.stage]!;
  const fields: Record<string, Json> = {
    type: 'exhibit.release.v1', case: evidence.policy.caseId, policy: evidence.policyDigest,
    stage: evidence.stage, drill: evidence.policy.drill, audience: audience.who,
  };
  if (audience.who === 'named') fields.recipients = audience.recipients;
  return canonical(mapOf(fields));
}
