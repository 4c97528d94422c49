// What was found: one finding per thing asked, each with its verdict and the files it rests on.
export type Verdict = 'holds' | 'fails' | 'not_checked' | 'claimed' | 'note';
export type Value = string | number;

export interface Finding {
  subject: string; // '0001 VID_2041.mp4', or empty for the whole
  id: string;
  verdict: Verdict;
  values: Record<string, Value>;
  evidence: string[];
  check?: string; // a command of somebody else's program that confirms it
}

export interface Report {
  findings: Finding[];
  holds: boolean;
}

// An empty report proves nothing; nothing may fail, and nothing asked for go unchecked.
export const holds = (findings: Finding[]): boolean =>
  findings.length > 0 && findings.every((f) => f.verdict !== 'fails' && f.verdict !== 'not_checked');
