// How late and how early an exhibit can have come into being.
//   no later than   guardians' receipts · their logs, cosigned by others · time stamps · Bitcoin
//   no earlier than a state of a guardian's log that the exhibit has in it
import { Blocks } from './bitcoin';
import { CheckedCustody, CheckedEvent, CheckedStamp, KnownCustody, stampOf } from './custody_check';
import { writeTime } from './fields';
import { Findings, whyOf } from './findings';
import { judgeNotBefore, type LogPlace } from './log_card';
import { parseNote } from './log_note';
import { parseOts, type OtsProof } from './ots';
import { inQuotes, printable } from './printable';
import { Refused } from './reasons';
import { heldBy, type ReleaseEvidence } from './release_evidence';
import { judgeToken, type Stamp, type StampTrust } from './rfc3161';
import type { Statement } from './statement';

// What kept clocks may differ by: the acceptable skew of RFC 4120 (§8.2). In milliseconds.
const clocksApartMax = 5 * 60 * 1000;

const twoHours = 7_200_000; // what a miner's clock may be off

interface Bound {
  time: number;
  by: string;
}
interface Logged {
  custody: CheckedCustody;
  event: CheckedEvent;
  place: LogPlace;
}
interface Earlier {
  time: number;
  log: string;
  size: string;
}

export interface TimeEvidence {
  custody: KnownCustody;
  trust: StampTrust;
  blocks: Blocks;
}

class ExistenceJudge {
  private readonly logged: Logged[];
  private readonly bounds: Bound[] = [];
  private earlier: Earlier | undefined;

  constructor(private readonly to: Findings, private readonly time: TimeEvidence,
              private readonly evidence: ReleaseEvidence, private readonly statement: Statement,
              private readonly facts: { checkpoint?: string; path: string }) {
    this.logged = time.custody.checked.flatMap((custody) => custody.events.flatMap((event) =>
      event.place && this.isAbout(event) ? [{ custody, event, place: event.place }] : []));
  }

  async run(): Promise<void> {
    this.judgeLogs();
    await this.judgeStamps();
    await this.judgeNotBefore();
    this.sumUp();
  }

  // A `received` event about this very exhibit.
  private isAbout({ event: { value } }: CheckedEvent): boolean {
    return value.event === 'received' && value.exhibit === this.statement.number &&
      value.items.some((item) => item.bep52 === this.statement.root);
  }

  private judgeLogs(): void {
    if (this.logged.length === 0) {
      if (this.time.custody.files.records.length > 0) this.to.say('logged.none');
      return;
    }
    const first = new Map<string, number>();
    for (const { custody, place } of this.logged)
      first.set(custody.guardian, Math.min(first.get(custody.guardian) ?? place.existedBy, place.existedBy));
    const earliest = Math.min(...first.values());
    this.to.say('logged.cosigned', {
      evidence: this.logged.map(({ event }) => event.file.path.slice(0, -5) + '.tlog-proof'),
      check: 'any tlog verifier, with custody/*/log-1.tlog-policy',
      values: {
        logs: first.size, cosigners: Math.min(...this.logged.map((one) => one.place.cosigners)),
        no_later_than: writeTime(earliest), liars_allowed: this.evidence.policy.quorum.f,
      },
    });
    this.bounds.push({ time: earliest, by: "guardians' logs" });
  }

  // Several events may lead to one stamped state; it is judged once.
  private async judgeStamps(): Promise<void> {
    const done = new Set<CheckedStamp>();
    for (const { custody, place } of this.logged) {
      const stamp = stampOf(custody, place);
      if (!stamp || done.has(stamp)) continue;
      done.add(stamp);
      for (const token of stamp.file.tokens) await this.judgeToken(stamp, token);
      this.judgeOts(stamp);
    }
  }

  private async judgeToken(stamp: CheckedStamp, token: CheckedStamp['file']['tokens'][0]): Promise<void> {
    const evidence = [token.path, stamp.file.path];
    const check = `openssl ts -verify -token_in -in ${inQuotes(token.path)} -data ` +
      `${inQuotes(stamp.file.path)} -CAfile ROOT.pem -attime TIME`;
    let judged: Stamp;
    try {
      judged = await judgeToken(token.token, stamp.digest, this.time.trust);
    } catch (error) {
      const code = error instanceof Refused ? error.code : undefined;
      const id = code === 'revoked' ? 'stamped.revoked'
        : code === 'algorithm' ? 'stamped.not-checked-here' : 'stamped.bad';
      this.to.say(id, {
        evidence, check, values: { ...whyOf(error), file: token.path },
      });
      return;
    }
    const authority = printable(judged.authority);
    this.to.say(judged.trusted ? 'stamped.trusted' : 'stamped.untrusted', {
      evidence, check,
      values: {
        time: writeTime(judged.time), authority, policy: judged.policy, serial: judged.serial,
        certificate_ends: writeTime(judged.certificateEnds),
      },
    });
    if (judged.trusted) this.bounds.push({ time: judged.time, by: `time stamp of ${authority}` });
  }

  private judgeOts(stamp: CheckedStamp): void {
    const { ots, path } = stamp.file;
    if (!ots) return;
    const evidence = [path.slice(0, -'checkpoint'.length) + 'ots', path, 'time/blocks/'];
    const check = 'ots verify (python-opentimestamps), or any Bitcoin node';
    let proof: OtsProof;
    try {
      proof = parseOts(ots, stamp.digest);
    } catch (error) {
      this.to.say('bitcoin.bad', { evidence, values: { ...whyOf(error), file: evidence[0]! } });
      return;
    }
    for (const { height, message } of proof.bitcoin) {
      const values = { height: String(height) };
      if (!message) {
        this.to.say('bitcoin.not-computed', { evidence, check, values });
        continue;
      }
      const judged = this.time.blocks.judge(height, message);
      if (judged.state === 'proven') {
        this.to.say(judged.pinned ? 'bitcoin.pinned' : 'bitcoin.given', {
          evidence, check, values: { ...values, time: writeTime(judged.time) },
        });
        // A bound must not be earlier than the truth.
        if (judged.pinned) this.bounds.push({ time: judged.time + twoHours, by: `Bitcoin block ${height}` });
      } else {
        this.to.say(judged.state === 'no-header' ? 'bitcoin.needs-header'
          : judged.state === 'wrong-root' ? 'bitcoin.other-root' : 'bitcoin.other-block',
          { evidence, check, values });
      }
    }
    if (proof.bitcoin.length === 0 && proof.pending > 0)
      this.to.say('bitcoin.pending', { evidence, check, values: { calendars: proof.pending } });
  }

  private async judgeNotBefore(): Promise<void> {
    const { checkpoint, path } = this.facts;
    if (checkpoint === undefined) return;
    try {
      const note = parseNote(checkpoint);
      const judged = await judgeNotBefore(note, this.time.custody.cards, this.evidence.policy);
      this.earlier = {
        time: judged.time, log: judged.checkpoint.origin, size: String(judged.checkpoint.size),
      };
    } catch (error) {
      const code = error instanceof Refused ? error.code : undefined;
      const unknown = code === 'log-card' || code === 'cosigners';
      this.to.say(unknown ? 'existed.checkpoint-unknown' : 'existed.checkpoint-bad', {
        evidence: [path, 'custody/'], values: whyOf(error),
      });
    }
  }

  private sumUp(): void {
    const held = heldBy(this.evidence, this.statement.digest, this.statement.root);
    if (held.noLaterThan !== undefined) this.bounds.push({ time: held.noLaterThan, by: "guardians' receipts" });
    const bounds = [...this.bounds].sort((a, b) => a.time - b.time);
    const first = bounds[0];
    if (first)
      this.to.say('existed.no-later', {
        values: {
          no_later_than: writeTime(first.time), by: [...new Set(bounds.map((one) => one.by))].join(', '),
          assumptions: new Set(bounds.map((one) => one.by)).size,
        },
      });
    else this.to.say('existed.not-known');
    const { earlier } = this;
    if (!earlier) return;
    const evidence = [this.facts.path, 'custody/'];
    const no_earlier_than = writeTime(earlier.time);
    this.to.say('existed.no-earlier', {
      evidence,
      check: 'any tlog verifier, with custody/*/log-1.tlog-policy',
      values: { no_earlier_than, log: earlier.log, size: earlier.size },
    });
    for (const { time, by } of bounds) {
      const apart = earlier.time - time;
      if (apart <= 0) continue;
      this.to.say(apart <= clocksApartMax ? 'existed.clocks-apart' : 'existed.contradiction', {
        evidence, values: { by, no_later_than: writeTime(time), no_earlier_than },
      });
    }
  }
}

export const judgeExistence = (
  to: Findings, time: TimeEvidence, evidence: ReleaseEvidence, statement: Statement,
  facts: { checkpoint?: string; path: string },
): Promise<void> => new ExistenceJudge(to, time, evidence, statement, facts).run();
