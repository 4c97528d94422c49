// The kinds of signed documents that a release holds, beside the policy. The fields of each are
// those of its struct in src/case.
import { Bytes, fromBase64, fromHex } from './encoding';
import { digestOf, documentBytesMax, Envelope, Kind, open, parseEnvelope, peek, Signed } from './dsse';
import { Fields } from './fields';
import { guardianOf, type Policy } from './policy';
import { Refused } from './reasons';

const kindOf = (name: string): string => `application/vnd.exhibit.${name}.v1+json`;
const sizeMax = Number.MAX_SAFE_INTEGER;
const spokenMax = 8;

export interface CheckIn {
  caseId: string;
  claimed: number;
  interval: number;
  grace: number;
  policy: string;
  vouched: string;
}

export const checkInKind: Kind<CheckIn> = {
  type: kindOf('check-in'),
  parse(payload) {
    const fields = Fields.of(payload);
    const checkIn = {
      caseId: fields.caseId(),
      claimed: fields.time('claimed'),
      interval: fields.duration('interval_ms'),
      grace: fields.duration('grace_ms'),
      policy: fields.hex('policy'),
      vouched: fields.hex('vouched'),
    };
    for (const clock of fields.list('clocks', 16)) {
      if (typeof clock !== 'string') throw new Refused('field', 'clocks');
      parseEnvelope(fromBase64(clock), 4096);
    }
    if (fields.has('spoken')) {
      const codes = fields.list('spoken', spokenMax);
      for (const code of codes) {
        if (typeof code !== 'string') throw new Refused('field', 'spoken');
        fromHex(code, 32);
      }
      if (codes.length === 0) throw new Refused('field', 'spoken');
    }
    fields.finish();
    return checkIn;
  },
};

export interface ReleaseNow {
  caseId: string;
  claimed: number;
}

export const releaseNowKind: Kind<ReleaseNow> = {
  type: kindOf('release-now'),
  parse(payload) {
    const fields = Fields.of(payload);
    const now = { caseId: fields.caseId(), claimed: fields.time('claimed') };
    fields.hex('policy');
    fields.finish();
    return now;
  },
};

interface OfGuardian {
  caseId: string;
  guardian: string;
}

// Votes and adoptions: what must be equal for them to count together is subject, hold and policy.
export interface Motion extends OfGuardian {
  subject: string;
  hold: number;
  policy: string;
  time: number;
}

function parseMotion(payload: Bytes, withNonce: boolean): Motion {
  const fields = Fields.of(payload);
  const caseId = fields.caseId(), guardian = fields.guardian();
  const envelope = parseEnvelope(fields.base64('subject', documentBytesMax), documentBytesMax);
  if (envelope.type !== checkInKind.type && envelope.type !== releaseNowKind.type)
    throw new Refused('kind');
  const hold = fields.integer('hold', 0, spokenMax);
  const policy = fields.hex('policy');
  if (withNonce) fields.hex('nonce', 16);
  const time = fields.time('time');
  fields.finish();
  return { caseId, guardian, subject: digestOf(envelope), hold, policy, time };
}

export const voteKind: Kind<Motion> = {
  type: kindOf('vote'),
  parse: (payload) => parseMotion(payload, true),
};
export const adoptionKind: Kind<Motion> = {
  type: kindOf('adoption'),
  parse: (payload) => parseMotion(payload, false),
};

export interface ReleasedShare extends OfGuardian {
  policy: string;
  stage: number;
  words?: string;
}

export const shareKind: Kind<ReleasedShare> = {
  type: kindOf('released-share'),
  parse(payload) {
    const fields = Fields.of(payload);
    const share: ReleasedShare = {
      caseId: fields.caseId(),
      guardian: fields.guardian(),
      policy: fields.hex('policy'),
      stage: fields.integer('stage', 0, 15),
    };
    const words = fields.optionalText('words', 512);
    if (words !== undefined) share.words = words;
    let encrypted = 0;
    if (fields.has('encrypted')) {
      for (const one of fields.list('encrypted', 32)) {
        const entry = new Fields(one);
        entry.text('recipient', 4096);
        entry.base64('age', 8192);
        entry.finish();
        ++encrypted;
      }
    }
    fields.finish();
    // In words or encrypted, and never both.
    if ((words !== undefined) === encrypted > 0) throw new Refused('share');
    return share;
  },
};

export interface ExhibitReceipt extends OfGuardian {
  number: number;
  root: string;
  statement: string;
  time: number;
}

export const receiptKind: Kind<ExhibitReceipt> = {
  type: kindOf('receipt'),
  parse(payload) {
    const fields = Fields.of(payload);
    const caseId = fields.caseId(), guardian = fields.guardian();
    const number = fields.integer('number', 1, 999_999);
    const root = fields.hex('root');
    fields.integer('size', 0, sizeMax);
    const statement = fields.hex('statement'), time = fields.time('time');
    fields.finish();
    return { caseId, guardian, number, root, statement, time };
  },
};

export interface NoObjection extends OfGuardian {
  policy: string;
}

export const noObjectionKind: Kind<NoObjection> = {
  type: kindOf('no-objection'),
  parse(payload) {
    const fields = Fields.of(payload);
    const caseId = fields.caseId(), guardian = fields.guardian();
    fields.integer('version', 2, 1_000_000);
    const policy = fields.hex('policy');
    fields.time('time');
    fields.finish();
    return { caseId, guardian, policy };
  },
};

export interface KeyCertificate {
  caseId: string;
  role: 'device' | 'exhibit';
  issuer: string;
  subject: string;
}

export const certificateKind: Kind<KeyCertificate> = {
  type: kindOf('key-certificate'),
  parse(payload) {
    const fields = Fields.of(payload);
    const caseId = fields.caseId(), role = fields.text('role', 16);
    if (role !== 'device' && role !== 'exhibit') throw new Refused('role');
    const issuer = fields.key('issuer'), subject = fields.key('subject');
    fields.finish();
    return { caseId, role, issuer, subject };
  },
};

export interface Revocation {
  caseId: string;
  device: string;
  from: number;
}

export const revocationKind: Kind<Revocation> = {
  type: kindOf('revocation'),
  parse(payload) {
    const fields = Fields.of(payload);
    const revocation = {
      caseId: fields.caseId(),
      device: fields.key('device'),
      from: fields.time('from'),
    };
    fields.time('claimed');
    fields.finish();
    return revocation;
  },
};

// Signed by the guardian of the policy that the document names.
export async function openFromGuardian<T extends OfGuardian>(
  kind: Kind<T>, envelope: Envelope, policy: Policy,
): Promise<Signed<T>> {
  const claimed = peek(kind, envelope);
  const guardian = guardianOf(policy, claimed.guardian);
  if (!guardian) throw new Refused('guardian');
  if (claimed.caseId !== policy.caseId) throw new Refused('case');
  return open(kind, envelope, guardian.key);
}

// Statement digests, a line each.
export function parseVouched(text: string): string[] {
  if (text.length % 65 !== 0 || text.length / 65 > 100_000) throw new Refused('vouched');
  const lines = text.split('\n');
  // One line after another: an expression over all of them would take the whole stack.
  if (lines.pop() !== '' || lines.some((line) => !/^[0-9a-f]{64}$/.test(line)))
    throw new Refused('vouched');
  return lines;
}
