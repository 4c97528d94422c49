// The guardians' records, each part judged by itself: events in their order, their places in the
// logs, the states of the logs that were time-stamped.
import { CustodyEvent, custodyKind } from './custody_event';
import { CustodyFiles, EventFile, GuardianRecord, readCustody, StampFile } from './custody_files';
import { open, type Signed } from './dsse';
import { Bytes, textOf } from './encoding';
import { sha256 } from './ed25519';
import { Findings, whyOf } from './findings';
import type { FolderReader } from './folder';
import { guardianOfLog, judgeProof, LogCards, LogPlace, takeLogCard } from './log_card';
import { Checkpoint, openCheckpoint, parseCheckpoint, parseNote, parseProof, sameCheckpoint } from './log_note';
import { guardianOf, type Policy } from './policy';
import { printable } from './printable';
import { Refused } from './reasons';

export interface CheckedEvent {
  file: EventFile;
  event: Signed<CustodyEvent>;
  place?: LogPlace;
}
export interface CheckedStamp {
  file: StampFile;
  checkpoint: Checkpoint;
  digest: Bytes; // of the checkpoint's file
}
export interface CheckedCustody {
  guardian: string;
  events: CheckedEvent[];
  stamps: CheckedStamp[];
}
export interface KnownCustody {
  files: CustodyFiles;
  cards: LogCards;
  checked: CheckedCustody[];
}

async function openEvent(file: EventFile, guardian: string, policy: Policy): Promise<Signed<CustodyEvent>> {
  const known = guardianOf(policy, guardian);
  if (!known) throw new Refused('guardian');
  const event = await open(custodyKind, file.event, known.key);
  if (event.value.agentRole !== 'guardian' || event.value.agentKey !== guardian)
    throw new Refused('agent');
  if (event.value.caseId !== undefined && event.value.caseId !== policy.caseId)
    throw new Refused('case');
  return event;
}

async function checkStamp(file: StampFile, guardian: string, cards: LogCards): Promise<CheckedStamp> {
  const note = parseNote(textOf(file.checkpoint));
  const { origin } = parseCheckpoint(note.text);
  const owner = guardianOfLog(origin);
  const card = cards.get(origin);
  if (!card || owner !== guardian) throw new Refused('origin');
  // What follows the log's own signature is under no stamp's meaning, and is not looked at.
  const { checkpoint } = await openCheckpoint(note, card.value.log, []);
  return { file, checkpoint, digest: sha256(file.checkpoint) };
}

class RecordChecker {
  readonly checked: CheckedCustody;
  constructor(private readonly record: GuardianRecord, private readonly cards: LogCards,
              private readonly policy: Policy, private readonly to: Findings) {
    this.checked = { guardian: record.guardian, events: [], stamps: [] };
  }

  async run(): Promise<CheckedCustody> {
    for (const { path, card } of this.record.cards) {
      await this.each(path, async () => {
        if (!(await takeLogCard(new Map(this.cards), card, this.policy)))
          throw new Refused('contradicts');
      });
    }
    for (const file of this.record.events)
      await this.each(file.path, async () => this.takeEvent(file));
    this.checkChain();
    const hasCard = [...this.cards.values()].some((one) => one.value.guardian === this.record.guardian);
    for (const file of this.record.stamps) {
      await this.each(file.path, async () => {
        this.checked.stamps.push(await checkStamp(file, this.record.guardian, this.cards));
      }, hasCard ? 'custody.bad' : 'custody.no-card');
    }
    return this.checked;
  }

  private async each(path: string, work: () => Promise<void>,
                     id: 'custody.bad' | 'custody.no-card' = 'custody.bad'): Promise<void> {
    try {
      await work();
    } catch (error) {
      const values = { file: printable(path), ...whyOf(error) };
      this.to.say(id, { evidence: [path], values });
    }
  }

  private async takeEvent(file: EventFile): Promise<void> {
    const out: CheckedEvent = { file, event: await openEvent(file, this.record.guardian, this.policy) };
    this.checked.events.push(out);
    const { proof } = file;
    if (!proof) return;
    await this.each(file.path.slice(0, -5) + '.tlog-proof', async () => {
      const place = await judgeProof(file.event, parseProof(textOf(proof)), this.cards, this.policy);
      if (place.guardian !== this.record.guardian) throw new Refused('origin');
      out.place = place;
    });
  }

  // A guardian signs each event of a case after the one before it.
  private checkChain(): void {
    let last: string | undefined;
    for (const { file, event } of this.checked.events) {
      if (event.value.caseId === undefined) continue;
      if (event.value.prev !== last)
        this.to.say('custody.missing-event', {
          evidence: [file.path], values: { file: printable(file.path) },
        });
      last = event.digest;
    }
  }
}

// Two states of one log with the same size and other roots: two histories were told.
function judgeViews(checked: CheckedCustody[], to: Findings): void {
  const seen = new Map<string, Checkpoint>(), told = new Set<string>();
  for (const one of checked) {
    const states = [...one.events.flatMap((event) => (event.place ? [event.place.checkpoint] : [])),
                    ...one.stamps.map((stamp) => stamp.checkpoint)];
    for (const state of states) {
      const name = `${state.origin} ${state.size}`;
      const known = seen.get(name);
      if (!known) seen.set(name, state);
      else if (known.root !== state.root && !told.has(name)) {
        told.add(name);
        to.say('custody.split-view', {
          evidence: ['custody/', 'time/'],
          values: { log: state.origin, size: String(state.size) },
        });
      }
    }
  }
}

function tellCustody(checked: CheckedCustody[], to: Findings): void {
  const events = checked.flatMap((one) => one.events);
  if (events.length === 0) return;
  to.say('custody.events', {
    evidence: ['custody/'],
    check: 'exhibit custody',
    values: {
      events: events.length, guardians: checked.length,
      logged: events.filter((one) => one.place).length,
      gaps: events.filter((one) => one.event.value.event === 'gap').length,
    },
  });
}

export async function judgeCustody(folder: FolderReader, policy: Policy, to: Findings): Promise<KnownCustody> {
  const files = await readCustody(folder, to);
  const cards: LogCards = new Map();
  for (const record of files.records) {
    for (const { card } of record.cards) {
      try {
        await takeLogCard(cards, card, policy);
      } catch (error) {
        if (!(error instanceof Refused)) throw error; // said with the record below
      }
    }
  }
  const checked: CheckedCustody[] = [];
  for (const record of files.records)
    checked.push(await new RecordChecker(record, cards, policy, to).run());
  judgeViews(checked, to);
  tellCustody(checked, to);
  return { files, cards, checked };
}

// The stamped state that an event's proof leads to.
export const stampOf = (custody: CheckedCustody, place: LogPlace): CheckedStamp | undefined =>
  custody.stamps.find((stamp) => sameCheckpoint(stamp.checkpoint, place.checkpoint));
