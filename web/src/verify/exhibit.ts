// All that is asked about one exhibit.
import { type HashedFiles, isRead } from './digests';
import type { Revocation } from './documents';
import { documentBytesMax } from './dsse';
import type { Bytes } from './encoding';
import {
  factsThatFit, judgeBlocks, judgeCamera, judgeCiphertext, judgeHand, judgeOriginal, sayClaims,
  sayWithheld,
} from './exhibit_check';
import { judgeExistence, type TimeEvidence } from './existence';
import type { SealFacts } from './facts';
import { writeTime } from './fields';
import type { Findings } from './findings';
import type { FolderReader } from './folder';
import { judgeLostDevice } from './lost_devices';
import { printable, safeFileName, showNumber } from './printable';
import { Refused, Unreadable } from './reasons';
import { heldBy, type ReleaseEvidence } from './release_evidence';
import { parseStatement, type Statement } from './statement';

const disclosuresBytesMax = 512 * 1024;

export interface ExhibitInput {
  folder: FolderReader;
  hashed: HashedFiles;
  full: boolean;
  to: Findings;
  number: number;
  originals: string[];
}

export class ExhibitJudge {
  private readonly base: string;
  private readonly statementPath: string;
  private readonly factsPath: string;

  constructor(private readonly it: ExhibitInput, private readonly known: ReleaseEvidence | undefined,
              private readonly time: TimeEvidence | undefined, private readonly lost: Revocation[]) {
    this.base = 'data/' + showNumber(it.number);
    this.statementPath = this.base + '.sd-jwt';
    this.factsPath = this.base + '.disclosures.json';
  }

  async run(): Promise<void> {
    const { to, hashed } = this.it;
    const statement = await this.readStatement();
    if (!statement || !this.belongs(statement)) return;
    const facts = await this.judgeContent(statement);
    const cipher = this.base + '.age', found = hashed.get(cipher);
    if (found) judgeCiphertext(to, statement, found, cipher);
    else to.say('ciphertext.missing', { evidence: [cipher] });
    if (this.known) await this.judgeOrigin(this.known, statement);
    if (this.known && this.time) {
      const checkpoint = facts?.texts.get('guardian_checkpoint');
      const fact = checkpoint === undefined ? {} : { checkpoint };
      await judgeExistence(to, this.time, this.known, statement, { ...fact, path: this.factsPath });
    }
    if (!facts) return;
    sayClaims(to, facts, this.factsPath);
    sayWithheld(to, facts, this.factsPath);
  }

  private async readStatement(): Promise<Statement | undefined> {
    const { to, folder, hashed } = this.it;
    const evidence = [this.statementPath];
    let text: string;
    try {
      text = await folder.text(this.statementPath, documentBytesMax);
    } catch (error) {
      if (error instanceof Unreadable) to.trouble('statement.bad', 'statement.unreadable', error, evidence);
      // A text that is no text is a damaged seal; a seal that is not here, or no file, proves nothing.
      else if (error instanceof Refused && error.code === 'utf8')
        to.trouble('statement.bad', 'statement.unreadable', error, evidence);
      else if (hashed.has(this.factsPath)) to.say('statement.missing', { evidence });
      else to.say('statement.unfinished', { evidence });
      return undefined;
    }
    try {
      return await parseStatement(text);
    } catch (error) {
      to.trouble('statement.bad', 'statement.unreadable', error, evidence);
      return undefined;
    }
  }

  private belongs(statement: Statement): boolean {
    const { to, number } = this.it;
    const evidence = [this.statementPath], policy = this.known?.policy;
    if (statement.number !== number) {
      const values = { is: showNumber(statement.number), under: showNumber(number) };
      return to.say('statement.other-number', { evidence, values }), false;
    }
    if (policy && statement.caseId !== policy.caseId) {
      const values = { case: statement.caseId };
      return to.say('statement.other-case', { evidence, values }), false;
    }
    if (policy && statement.drill !== policy.drill)
      return to.say('statement.other-drill', { evidence }), false;
    return true;
  }

  // The facts, when they are those that were signed.
  private async judgeContent(statement: Statement): Promise<SealFacts | undefined> {
    const { to, folder, hashed, originals } = this.it;
    let bytes: Bytes;
    try {
      bytes = await folder.bytes(this.factsPath, disclosuresBytesMax);
    } catch (error) {
      if (originals.length === 0 && !hashed.has('data/case-key.txt')) to.say('unchanged.sealed');
      else to.trouble('unchanged.missing', 'unchanged.unreadable', error, [this.factsPath]);
      return undefined;
    }
    const facts = await factsThatFit(to, statement, bytes, this.factsPath);
    if (facts) await this.judgeFile(facts);
    return facts;
  }

  private async judgeFile(facts: SealFacts): Promise<void> {
    const { to, hashed, originals, folder, full } = this.it;
    const sealed = facts.texts.get('name')!;
    const name = `${this.base}/${safeFileName(sealed)}`;
    for (const original of originals) {
      if (original !== name)
        to.say('name.other', {
          evidence: [original, this.factsPath],
          values: { file: printable(original), sealed: printable(sealed) },
        });
    }
    // Under a wrong name it is still judged by its bytes.
    const judged = originals.length === 0 || hashed.has(name) ? name : originals[0]!;
    const found = hashed.get(judged), file = folder.find(judged);
    if (!found || !file)
      return to.say('unchanged.missing', { evidence: [name], values: { file: printable(name) } });
    const same = judgeOriginal(to, facts, found, judged);
    if (full && isRead(found)) await judgeBlocks(to, facts, file);
    if (same) await judgeCamera(to, facts, file);
  }

  private async judgeOrigin(known: ReleaseEvidence, statement: Statement): Promise<void> {
    const { to, folder, hashed } = this.it;
    const held = heldBy(known, statement.digest, statement.root);
    if (hashed.has('data/case-key.txt')) {
      const papers = 'proofs/' + showNumber(this.it.number);
      const device = await judgeHand(to, folder, statement, papers, known.policy);
      if (device !== undefined) judgeLostDevice(to, this.lost, device, held.noLaterThan);
    }
    this.judgeVouched(known, statement);
    const values: Record<string, string | number> = {
      guardians: held.guardians, liars_allowed: known.policy.quorum.f,
    };
    const grounds = {
      evidence: ['receipts/'], check: 'openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)', values,
    };
    if (held.earliest === undefined) return to.say('held.none', { evidence: ['receipts/'] });
    values.earliest = writeTime(held.earliest);
    if (held.noLaterThan === undefined) return to.say('held.one-word', grounds);
    values.no_later_than = writeTime(held.noLaterThan);
    to.say('held.no-later', grounds);
  }

  private judgeVouched(known: ReleaseEvidence, statement: Statement): void {
    const id = known.vouching === 'none' ? 'vouched.no-list'
      : !known.vouched.has(statement.digest) ? 'vouched.added-later'
      : known.vouching === 'unsupported' ? 'vouched.guardians-word' : 'vouched.by-witness';
    this.it.to.say(id, {
      evidence: ['proofs/vouched.txt', 'proofs/subject.json'],
      check: `grep ${statement.digest.slice(0, 16)} proofs/vouched.txt`,
      values: { statement: statement.digest },
    });
  }
}
