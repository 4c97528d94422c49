// The policy: what the witness and the guardians agreed. It names guardians by their keys only.
import { fromBase64, fromHex, hexText } from './encoding';
import { keyIdOf, type Kind } from './dsse';
import { Fields, keyBytes } from './fields';
import { Refused } from './reasons';

const sharesMax = 16; // SLIP-39
const recipientMax = 4096;
const day = 86_400_000;
const usualFloors = [day, day, 7 * day] as const;

export interface Quorum {
  n: number; // guardians vote
  k: number; // shares open
  q: number; // votes release
  f: number; // may lie
}

export interface Guardian {
  id: string; // SHA-256 of the key
  key: string;
  shareDigest: string;
}

export interface Stage {
  who: 'named' | 'everyone';
  after: number;
  recipients: string[];
}

export interface Policy {
  caseId: string;
  version: number;
  predecessor?: string;
  drill: boolean;
  cancelled: boolean;
  witness: string;
  witnessId: string;
  caseRecipient: string;
  quorum: Quorum;
  guardians: Guardian[];
  audience: Stage[];
}

// The rules under which no two majorities can contradict each other.
function holdsTogether({ n, k, q, f }: Quorum): boolean {
  return q >= 2 * f + 1 && n >= q + f && 2 * q > n + f && q >= k && k >= f + 1 && n <= sharesMax &&
    (k >= 2 || n <= 1);
}

function parseQuorum(fields: Fields): Quorum {
  const quorum = {
    n: fields.integer('n', 1, sharesMax),
    k: fields.integer('k', 1, sharesMax),
    q: fields.integer('q', 1, sharesMax),
    f: fields.integer('f', 0, sharesMax),
  };
  fields.finish();
  if (!holdsTogether(quorum)) throw new Refused('quorum');
  return quorum;
}

function parseGuardian(fields: Fields): Guardian {
  const key = fields.key('key');
  fields.text('recipient', recipientMax);
  const shareDigest = fields.hex('share_digest');
  fields.boolean('hosts');
  fields.finish();
  return { id: keyIdOf(fromHex(key)), key, shareDigest };
}

function parseStage(fields: Fields): Stage {
  const who = fields.text('who', 16);
  const stage: Stage = { who: 'everyone', after: fields.duration('after_ms'), recipients: [] };
  if (who === 'named') {
    stage.who = 'named';
    for (const one of fields.list('recipients', 32)) {
      if (typeof one !== 'string' || one.length > recipientMax) throw new Refused('audience');
      stage.recipients.push(one);
    }
    if (stage.recipients.length === 0) throw new Refused('audience');
    if (fields.has('confirm')) {
      const keys = fields.list('confirm', 32);
      for (const key of keys) {
        if (typeof key !== 'string') throw new Refused('audience');
        keyBytes(fromBase64(key));
      }
      if (keys.length === 0) throw new Refused('audience');
    }
  } else if (who !== 'everyone') {
    throw new Refused('audience');
  }
  fields.finish();
  return stage;
}

function parseFloors(fields: Fields, drill: boolean): void {
  const floors = ['interval_ms', 'grace_ms', 'cool_off_ms'].map((name) => fields.duration(name));
  fields.finish();
  if (!drill && floors.some((floor, i) => floor < usualFloors[i]!)) throw new Refused('floors');
  if (floors[0] === 0 || floors[1] === 0) throw new Refused('floors');
}

function checkAudience(policy: Policy): void {
  const stages = policy.audience;
  if (policy.cancelled) {
    if (policy.version === 1 || stages.length > 0) throw new Refused('audience');
    return;
  }
  if (stages.length === 0 || stages[0]!.after !== 0) throw new Refused('audience');
  if (stages.slice(0, -1).some((stage) => stage.who === 'everyone')) throw new Refused('audience');
}

// One text for one value: what is false is left out.
function parseTrue(fields: Fields, name: string): boolean {
  if (!fields.has(name)) return false;
  if (!fields.boolean(name)) throw new Refused('field', name);
  return true;
}

export const policyKind: Kind<Policy> = {
  type: 'application/vnd.exhibit.policy.v1+json',
  parse(payload) {
    const fields = Fields.of(payload);
    const caseId = fields.caseId();
    const version = fields.integer('version', 1, 1_000_000);
    fields.integer('protocol', 1, 1000);
    const predecessor = fields.has('predecessor') ? fields.hex('predecessor') : undefined;
    const drill = fields.boolean('drill');
    const cancelled = parseTrue(fields, 'cancelled');
    const witness = fields.key('witness');
    const caseRecipient = fields.text('case_recipient', recipientMax);
    const quorum = parseQuorum(fields.object('quorum'));
    const guardians = fields.list('guardians', sharesMax).map((g) => parseGuardian(new Fields(g)));
    const papers = fields.list('paper_shares', sharesMax);
    for (const paper of papers) {
      if (typeof paper !== 'string') throw new Refused('field', 'paper_shares');
      hexText(paper);
    }
    const audience = fields.list('audience', 4).map((stage) => parseStage(new Fields(stage)));
    parseFloors(fields.object('floors'), drill);
    fields.time('created');
    fields.finish();
    if (guardians.length !== quorum.n) throw new Refused('quorum');
    if (new Set(guardians.map((one) => one.key)).size !== guardians.length)
      throw new Refused('quorum');
    if (guardians.length + papers.length > sharesMax) throw new Refused('quorum');
    if ((version === 1) === (predecessor !== undefined)) throw new Refused('version');
    const policy: Policy = {
      caseId, version, drill, cancelled, witness, witnessId: keyIdOf(fromHex(witness)),
      caseRecipient, quorum, guardians, audience,
    };
    if (predecessor !== undefined) policy.predecessor = predecessor;
    checkAudience(policy);
    return policy;
  },
};

export const guardianOf = (policy: Policy, id: string): Guardian | undefined =>
  policy.guardians.find((one) => one.id === id);
