// custody/ and time/: what guardians logged, sorted by guardian; what time-stamped their logs.
import { latin1 } from './bencode';
import { parsePem } from './certificate';
import { documentBytesMax, Envelope, parseEnvelope } from './dsse';
import type { Bytes } from './encoding';
import type { Findings } from './findings';
import { whyOf } from './findings';
import type { FolderReader } from './folder';
import { parseSize } from './log_note';
import { parseNumber, printable } from './printable';
import { Refused } from './reasons';

const fileBytesMax = 1 << 20;
const allBytesMax = 32 << 20;

export interface EventFile {
  path: string;
  event: Envelope;
  proof?: Bytes;
}
export interface StampFile {
  path: string; // of the checkpoint
  checkpoint: Bytes;
  tokens: { authority: string; path: string; token: Bytes }[];
  ots?: Bytes;
}
export interface GuardianRecord {
  guardian: string;
  cards: { path: string; card: Envelope }[];
  events: EventFile[];
  stamps: StampFile[];
}
export interface CustodyFiles {
  records: GuardianRecord[];
  certificates: Bytes[];
  crls: Bytes[];
  blocks: { height: bigint; header: Bytes }[];
}

async function readAll(folder: FolderReader, to: Findings): Promise<Map<string, Bytes>> {
  const files = new Map<string, Bytes>();
  let total = 0;
  for (const file of folder.files) {
    const { path } = file;
    if (!/^(?:custody|time)\//.test(path) || file.odd) continue;
    if (total > allBytesMax) {
      to.say('custody.too-many', { evidence: [path], values: { file: printable(path) } });
      break;
    }
    try {
      const bytes = await folder.bytes(path, fileBytesMax);
      total += bytes.length;
      files.set(path, bytes);
    } catch (error) {
      to.trouble('custody.bad', 'custody.unreadable', error, [path]);
    }
  }
  return files;
}

class Sorter {
  readonly out: CustodyFiles = { records: [], certificates: [], crls: [], blocks: [] };
  private readonly byGuardian = new Map<string, GuardianRecord>();
  private readonly inFolder = new Map<string, string[]>();
  constructor(private readonly files: Map<string, Bytes>, private readonly to: Findings) {
    for (const path of files.keys()) {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      this.inFolder.set(folder, [...(this.inFolder.get(folder) ?? []), path]);
    }
  }

  run(): CustodyFiles {
    for (const [path, bytes] of this.files) {
      try {
        this.take(path, bytes);
      } catch (error) {
        this.to.say('custody.bad', {
          evidence: [path], values: { file: printable(path), ...whyOf(error) },
        });
      }
    }
    this.out.records = [...this.byGuardian.values()].sort((a, b) => (a.guardian < b.guardian ? -1 : 1));
    return this.out;
  }

  private take(path: string, bytes: Bytes): void {
    const below = (folder: string) => (path.startsWith(folder) ? path.slice(folder.length) : undefined);
    const authority = below('time/authorities/'), block = below('time/blocks/');
    const device = below('custody/device/');
    if (authority !== undefined) return this.authority(authority, bytes);
    if (block !== undefined) return this.block(block, bytes);
    if (below('time/test-blocks/') !== undefined) return; // proves nothing, so it is not read
    if (device !== undefined) return this.device(device, bytes);
    const guardian = /^(?:custody|time)\/([0-9a-f]{64})\//.exec(path)?.[1];
    if (!guardian) return;
    if (path.startsWith('custody/') && path.endsWith('.json')) this.event(guardian, path, bytes);
    if (path.startsWith('time/') && path.endsWith('.checkpoint')) this.stamp(guardian, path, bytes);
  }

  private of(guardian: string): GuardianRecord {
    const known = this.byGuardian.get(guardian);
    if (known) return known;
    const made: GuardianRecord = { guardian, cards: [], events: [], stamps: [] };
    this.byGuardian.set(guardian, made);
    return made;
  }

  private event(guardian: string, path: string, bytes: Bytes): void {
    const record = this.of(guardian);
    const envelope = parseEnvelope(bytes, documentBytesMax);
    if (path.startsWith(`custody/${guardian}/log-card-`)) {
      record.cards.push({ path, card: envelope });
      return;
    }
    const event: EventFile = { path, event: envelope };
    const proof = this.files.get(path.slice(0, -5) + '.tlog-proof');
    if (proof && proof.length > 0) event.proof = proof;
    record.events.push(event);
  }

  // Tokens and proofs are named after the checkpoint they are of.
  private stamp(guardian: string, path: string, bytes: Bytes): void {
    const stamp: StampFile = { path, checkpoint: bytes, tokens: [] };
    const stem = path.slice(0, -'checkpoint'.length);
    for (const other of this.inFolder.get(path.slice(0, path.lastIndexOf('/') + 1)) ?? []) {
      if (!other.startsWith(stem)) continue;
      const name = other.slice(stem.length);
      if (name === 'ots') stamp.ots = this.files.get(other)!;
      const authority = /^([a-z0-9][a-z0-9.-]{0,31})\.tst$/.exec(name)?.[1];
      if (authority) stamp.tokens.push({ authority, path: other, token: this.files.get(other)! });
    }
    this.of(guardian).stamps.push(stamp);
  }

  private device(name: string, bytes: Bytes): void {
    if (parseNumber(name.split('-')[0]!) && name.endsWith('.json')) parseEnvelope(bytes, documentBytesMax);
  }

  private authority(name: string, bytes: Bytes): void {
    if (name.endsWith('.crl')) this.out.crls.push(bytes);
    if (name.endsWith('.crt')) this.out.certificates.push(...parsePem(latin1(bytes)));
  }

  private block(name: string, bytes: Bytes): void {
    if (!name.endsWith('.header')) return;
    const height = parseSize(name.split('-')[0]!);
    if (height === undefined || bytes.length !== 80) throw new Refused('header');
    this.out.blocks.push({ height, header: bytes });
  }
}

export async function readCustody(folder: FolderReader, to: Findings): Promise<CustodyFiles> {
  return new Sorter(await readAll(folder, to), to).run();
}
