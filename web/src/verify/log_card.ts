// Which keys a guardian's log and cosigner have: said by the guardian, agreed to by the keys.
import { open, pae, peek, type Envelope, type Kind, type Signed } from './dsse';
import { Bytes, utf8 } from './encoding';
import { sha256, verifyEd25519 } from './ed25519';
import { Fields } from './fields';
import {
  Checkpoint, checkInclusion, cosignatureType, ed25519Type, leafHash, LogProof, Note, openCheckpoint,
  OpenedCheckpoint, parseCheckpoint, parseVerifierKey, VerifierKey,
} from './log_note';
import { guardianOf, type Policy, type Quorum } from './policy';
import { Refused } from './reasons';

export interface LogCard {
  guardian: string;
  generation: number;
  log: VerifierKey;
  cosigner: VerifierKey;
  logConsent: Bytes;
  cosignerConsent: Bytes;
}

// By the log's name: exhibit.guardian/<guardian>/log/<generation>.
export type LogCards = Map<string, Signed<LogCard>>;

export const logOrigin = (guardian: string, generation: number): string =>
  `exhibit.guardian/${guardian}/log/${generation}`;

export function guardianOfLog(origin: string): string {
  const parts = /^exhibit\.guardian\/([0-9a-f]{64})\/log\/[1-9][0-9]{0,2}$/.exec(origin);
  if (!parts) throw new Refused('origin');
  return parts[1]!;
}

const cardKind: Kind<LogCard> = {
  type: 'application/vnd.exhibit.log-card.v1+json',
  parse(payload) {
    const fields = Fields.of(payload);
    const consent = (name: string): Bytes => {
      const bytes = fields.base64(name, 64);
      if (bytes.length !== 64) throw new Refused('field', name);
      return bytes;
    };
    const card: LogCard = {
      guardian: fields.guardian(),
      generation: fields.integer('generation', 1, 999),
      log: parseVerifierKey(fields.text('log', 512)),
      cosigner: parseVerifierKey(fields.text('cosigner', 512)),
      logConsent: consent('log_consent'),
      cosignerConsent: consent('cosigner_consent'),
    };
    fields.time('since');
    fields.finish();
    const { log, cosigner, guardian, generation } = card;
    if (log.name !== logOrigin(guardian, generation) || log.type !== ed25519Type ||
        cosigner.name !== `exhibit.guardian/${guardian}/cosigner` ||
        cosigner.type !== cosignatureType || log.key === cosigner.key)
      throw new Refused('log-card');
    return card;
  },
};

// Begins like nothing else that these keys sign.
const consents = (guardian: string, key: VerifierKey, consent: Bytes): Promise<boolean> =>
  verifyEd25519(key.key, utf8(`exhibit log-card v1\n${guardian}\n${key.text}\n`), consent);

// False: it contradicts a card that is known. One key has one name, and a cosigner one key for good.
export async function takeLogCard(cards: LogCards, envelope: Envelope, policy: Policy): Promise<boolean> {
  const claimed = peek(cardKind, envelope);
  if (!(await consents(claimed.guardian, claimed.log, claimed.logConsent)) ||
      !(await consents(claimed.guardian, claimed.cosigner, claimed.cosignerConsent)))
    throw new Refused('log-card');
  const guardian = guardianOf(policy, claimed.guardian);
  if (!guardian) throw new Refused('guardian');
  const card = await open(cardKind, envelope, guardian.key);
  for (const { value: known } of cards.values()) {
    const sameHand = known.guardian === card.value.guardian;
    if (sameHand !== (known.cosigner.key === card.value.cosigner.key)) return false;
  }
  const known = cards.get(card.value.log.name);
  if (known) return known.digest === card.digest;
  cards.set(card.value.log.name, card);
  return true;
}

// A state counts with so many cosigners that no two contradicting states can have them.
const cosignersNeeded = ({ n, f }: Quorum): number => Math.max(1, Math.floor((n - 1 + f + 1) / 2));

// Only the other guardians of this policy count; what others hang on a checkpoint is ignored.
async function openCosigned(note: Note, cards: LogCards, policy: Policy): Promise<OpenedCheckpoint> {
  const { origin } = parseCheckpoint(note.text);
  const owner = guardianOfLog(origin);
  const card = cards.get(origin);
  if (!card) throw new Refused('log-card');
  const cosigners = new Map<string, VerifierKey>();
  for (const { value: one } of cards.values()) {
    if (one.guardian !== owner && guardianOf(policy, one.guardian) && !cosigners.has(one.guardian))
      cosigners.set(one.guardian, one.cosigner);
  }
  return openCheckpoint(note, card.value.log, [...cosigners.values()]);
}

export interface LogPlace {
  guardian: string;
  checkpoint: Checkpoint;
  cosigners: number;
  existedBy: number; // of f+1 cosigners one is honest
}

// entry = SHA-256(salt ‖ PAE): before a release nobody can tell what an entry is of.
export async function judgeProof(
  event: Envelope, proof: LogProof, cards: LogCards, policy: Policy,
): Promise<LogPlace> {
  const { checkpoint, times } = await openCosigned(proof.checkpoint, cards, policy);
  checkInclusion(leafHash(sha256(proof.salt, pae(event))), proof, checkpoint);
  if (times.length < cosignersNeeded(policy.quorum)) throw new Refused('cosigners');
  return {
    guardian: guardianOfLog(checkpoint.origin), checkpoint, cosigners: times.length,
    existedBy: times[policy.quorum.f]!,
  };
}

export async function judgeNotBefore(
  note: Note, cards: LogCards, policy: Policy,
): Promise<{ time: number; checkpoint: Checkpoint }> {
  const { checkpoint, times } = await openCosigned(note, cards, policy);
  const needed = policy.quorum.f + 1;
  if (times.length < needed) throw new Refused('cosigners');
  return { time: times[times.length - needed]!, checkpoint };
}
