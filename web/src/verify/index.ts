// The release folder, judged in the browser as `exhibit verify` judges it. Everything in it was
// written by somebody who may lie; what cannot be checked is said, and never called tampering.
import { judgeBag, judgeBagInfo, listedTagFiles } from './bag_check';
import { Blocks, type KnownBlocks } from './bitcoin';
import { Certificate, parseCertificate, parsePem } from './certificate';
import { judgeCustody } from './custody_check';
import { Digester, HashedFiles, isRead } from './digests';
import { Revocation } from './documents';
import { byBytes } from './encoding';
import { ExhibitJudge } from './exhibit';
import type { TimeEvidence } from './existence';
import { Findings } from './findings';
import { Folder, FolderReader, isPayload, isSystemFile, isTopLevel } from './folder';
import { judgeCaseKey, judgeKeys } from './key_check';
import { readLostDevices } from './lost_devices';
import { parseNumber, printable, showNumber } from './printable';
import { Refused } from './reasons';
import { judgeDocuments } from './release_documents';
import type { ReleaseEvidence } from './release_evidence';
import { Finding, holds, Report } from './report';
import { judgeTorrent } from './torrent_check';

export type { Digester, FileDigests } from './digests';
export type { Folder, FolderFile } from './folder';
export type { Finding, Report, Value, Verdict } from './report';
export { sentences, type SentenceId } from './sentences';
export { reasons, type Reason } from './reasons';

export interface VerifyOptions {
  digest: Digester;
  now: Date; // kept for checks that depend on it; the ones here judge at the time of signing
  full?: boolean;
  trust?: { authorities?: string[] /* PEM roots */ } & KnownBlocks;
  onProgress?: (done: number, total: number, what: string) => void;
}

// Number of the exhibit that a path in data/ belongs to.
function numberOf(path: string): number | undefined {
  return isPayload(path) ? parseNumber(path.slice(5).split(/[./]/)[0]!) : undefined;
}

function belongsInData(path: string): boolean {
  if (['data/release.json', 'data/policy.json', 'data/case-key.txt'].includes(path)) return true;
  const number = numberOf(path);
  if (number === undefined) return false;
  const base = 'data/' + showNumber(number);
  return ['.age', '.sd-jwt', '.disclosures.json'].some((ending) => path === base + ending) ||
    path.startsWith(base + '/'); // judged by its name and digest
}

class Verifier {
  readonly list: Finding[] = [];
  private readonly whole = new Findings(this.list, '');
  private readonly folder: FolderReader;
  private readonly hashed: HashedFiles = new Map();
  private known: ReleaseEvidence | undefined;
  private time: TimeEvidence | undefined;
  private lost: Revocation[] = [];

  constructor(folder: Folder, private readonly options: VerifyOptions) {
    this.folder = new FolderReader(folder, byBytes);
  }

  async run(): Promise<void> {
    const { folder, hashed, whole } = this;
    await this.guard('files', () => this.hash());
    await this.guard('lists', () => judgeBag(folder, hashed, whole));
    await this.guard('torrent', () => judgeTorrent(folder, hashed, whole));
    await this.guard('documents', async () => {
      this.known = await judgeDocuments(folder, whole);
    });
    const { known } = this;
    const caseId = known?.policy.caseId ?? '';
    await this.guard('bag-info.txt', () => judgeBagInfo(folder, hashed, caseId, whole));
    if (known) {
      const { policy } = known;
      await this.guard('case key', () => judgeCaseKey(folder, hashed, policy, whole));
      await this.guard('keys', () => judgeKeys(folder, policy, whole));
      await this.guard('custody', async () => {
        this.time = await this.timeEvidence(known);
      });
      await this.guard('revocations', async () => {
        this.lost = await readLostDevices(folder, policy, whole);
      });
    }
    const numbers = new Set(folder.files.flatMap(({ path }) => numberOf(path) ?? []));
    for (const number of [...numbers].sort((a, b) => a - b)) await this.judgeExhibit(number);
    this.judgeStrays();
    this.judgeVouchedButMissing(numbers);
    if (numbers.size > 0) whole.say('provenance.not-checked-here', { check: 'exhibit verify' });
  }

  // An error that nobody foresaw ends one check, not all of them, and is said.
  private async guard(what: string, work: () => Promise<void>, to = this.whole): Promise<void> {
    try {
      await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      to.say('check.stopped-here', { values: { what, why: printable(why).slice(0, 200) } });
    }
  }

  private async hash(): Promise<void> {
    const tags = await listedTagFiles(this.folder);
    const files = this.folder.files.filter((file) =>
      !file.odd && (isPayload(file.path) || isTopLevel(file.path) || tags.has(file.path)));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    let done = 0;
    const { digest, full, onProgress } = this.options;
    const one = async (file: (typeof files)[number]): Promise<void> => {
      const isCiphertext = /^data\/[0-9]{4,6}\.age$/.test(file.path);
      try {
        this.hashed.set(file.path, await digest(file, { root: isCiphertext || full === true }));
      } catch (error) {
        this.hashed.set(file.path, { unreadable: error instanceof Error ? error.message : '' });
      }
      done += file.size;
      onProgress?.(done, total, file.path);
    };
    // Two at a time: one reads while the other is hashed.
    const queue = [...files].sort((a, b) => b.size - a.size);
    const worker = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) await one(file);
    };
    await Promise.all([worker(), worker()]);
  }

  private async timeEvidence({ policy }: ReleaseEvidence): Promise<TimeEvidence> {
    const custody = await judgeCustody(this.folder, policy, this.whole);
    const trust = this.options.trust ?? {};
    const blocks = new Blocks(trust);
    for (const { height, header } of custody.files.blocks) blocks.give(height, header);
    const readable = (der: Uint8Array): Certificate[] => {
      try {
        return [parseCertificate(der)];
      } catch (error) {
        if (error instanceof Refused) return [];
        throw error;
      }
    };
    const roots = (trust.authorities ?? []).flatMap((pem) => parsePem(pem)).flatMap(readable);
    const kept = custody.files.certificates.flatMap(readable);
    return { custody, blocks, trust: { roots, kept, crls: custody.files.crls } };
  }

  private async judgeExhibit(number: number): Promise<void> {
    const originals = this.folder.below(`data/${showNumber(number)}/`).map((file) => file.path);
    const shown = originals[0] ? ' ' + printable(originals[0].slice(originals[0].lastIndexOf('/') + 1)) : '';
    const to = new Findings(this.list, showNumber(number) + shown);
    const judge = new ExhibitJudge(
      { folder: this.folder, hashed: this.hashed, full: this.options.full === true, to, number, originals },
      this.known, this.time, this.lost);
    await this.guard('exhibit', () => judge.run(), to);
    to.say('not-proven.always');
  }

  // data/ is what every publisher agrees on; a file that belongs to nothing there was put there.
  private judgeStrays(): void {
    for (const { path } of this.folder.files) {
      if (isPayload(path) && !isSystemFile(path) && !belongsInData(path))
        this.whole.say('complete.stray', { evidence: [path], values: { file: printable(path) } });
    }
  }

  private judgeVouchedButMissing(numbers: Set<number>): void {
    if (this.known?.vouching !== 'checked') return;
    const here = new Set<string>();
    for (const number of numbers) {
      const found = this.hashed.get(`data/${showNumber(number)}.sd-jwt`);
      if (isRead(found)) here.add(found.sha256);
    }
    const missing = [...this.known.vouched].filter((digest) => !here.has(digest)).length;
    if (missing > 0)
      this.whole.say('vouched.missing-exhibits', {
        evidence: ['proofs/vouched.txt'], values: { count: missing },
      });
  }
}

export async function verifyRelease(folder: Folder, options: VerifyOptions): Promise<Report> {
  const findings: Finding[] = [];
  try {
    const verifier = new Verifier(folder, options);
    try {
      await verifier.run();
    } finally {
      findings.push(...verifier.list);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    new Findings(findings, '').say('check.stopped-here', { values: { what: 'release', why } });
  }
  return { findings, holds: holds(findings) };
}
