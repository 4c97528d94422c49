// Collects what was found, under one subject.
import { printable } from './printable';
import { reasons, Refused, Unreadable } from './reasons';
import type { Finding, Value } from './report';
import { sentences, type SentenceId } from './sentences';

export interface Grounds {
  evidence?: string[];
  check?: string;
  values?: Record<string, Value>;
}

// Why, as a code that never changes and in words.
export function whyOf(error: unknown): Record<string, Value> {
  if (error instanceof Refused) return { why: reasons[error.code], code: error.code };
  if (error instanceof Unreadable) return { why: 'it could not be read', code: 'unreadable' };
  throw error;
}

export class Findings {
  constructor(private readonly list: Finding[], readonly subject: string) {}

  say(id: SentenceId, grounds: Grounds = {}): void {
    const finding: Finding = {
      subject: this.subject,
      id,
      verdict: sentences[id],
      values: grounds.values ?? {},
      evidence: grounds.evidence ?? [],
    };
    if (grounds.check !== undefined) finding.check = grounds.check;
    this.list.push(finding);
  }

  // Only what is wrong with the input speaks against it: a file that could not be read does not.
  trouble(bad: SentenceId, unreadable: SentenceId, error: unknown, evidence: string[] = []): void {
    const values = { ...whyOf(error), file: printable(evidence[0] ?? '') };
    this.say(error instanceof Unreadable ? unreadable : bad, { evidence, values });
  }
}

// Names a few, counts the rest: a report of a thousand lines tells nothing.
export class Named {
  count = 0;
  private readonly few: string[] = [];
  add(path: string): void {
    if (++this.count <= 5) this.few.push(printable(path));
  }
  values(): Record<string, Value> {
    const more = this.count - this.few.length;
    return { files: this.few.join(', ') + (more > 0 ? ' + ' + more : ''), count: this.count };
  }
}
