// Strict JSON (RFC 8259 narrowed to I-JSON, RFC 7493), as the program reads it: a name twice in one
// object, lone surrogates, anything after the value and depth past a limit are refused, because each
// is a way to show two readers two documents under one signature. Objects come as Maps: a field
// called __proto__ is a field like another.
import { Bytes, textOf } from './encoding';
import { Refused } from './reasons';

export type Json = null | boolean | number | string | Json[] | JsonMap;
export type JsonMap = Map<string, Json>;

export interface JsonLimits {
  bytes?: number;
  depth?: number;
  // Numbers with a fraction: only for fields that must be ignored.
  doubles?: boolean;
}

const blanks = /[ \t\n\r]*/y;
const numbers = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
// A half of a character that stands alone.
const halves = /\p{Surrogate}/u;

class Parser {
  private at = 0;
  constructor(private readonly text: string, private readonly depth: number,
              private readonly doubles: boolean) {}

  whole(): Json {
    const value = this.value(0);
    this.take(blanks);
    if (this.at !== this.text.length) throw new Refused('json');
    return value;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Refused('json');
    this.at += found[0].length;
    return found[0];
  }

  private next(letter: string): boolean {
    this.take(blanks);
    if (this.text[this.at] !== letter) return false;
    ++this.at;
    return true;
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) throw new Refused('json');
    this.at += word.length;
  }

  private value(depth: number): Json {
    this.take(blanks);
    const first = this.text[this.at];
    if (first === '{') return this.object(depth + 1);
    if (first === '[') return this.array(depth + 1);
    if (first === '"') return this.string();
    if (first === 't') return this.word('true'), true;
    if (first === 'f') return this.word('false'), false;
    if (first === 'n') return this.word('null'), null;
    return this.number();
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new Refused('json');
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    let out: string;
    try {
      // One text between its quotes: the form is judged by the browser's own reader.
      out = JSON.parse(this.text.slice(this.at, end + 1)) as string;
    } catch {
      throw new Refused('json');
    }
    if (halves.test(out)) throw new Refused('json');
    this.at = end + 1;
    return out;
  }

  private number(): number {
    const text = this.take(numbers);
    const value = Number(text);
    if (this.doubles) {
      if (!Number.isFinite(value)) throw new Refused('json');
      return value;
    }
    if (!/^-?[0-9]+$/.test(text) || text === '-0' || !Number.isSafeInteger(value))
      throw new Refused('json');
    return value;
  }

  private open(depth: number): void {
    if (depth > this.depth) throw new Refused('json');
    ++this.at;
  }

  private object(depth: number): JsonMap {
    this.open(depth);
    const out: JsonMap = new Map();
    if (this.next('}')) return out;
    do {
      this.take(blanks);
      const name = this.string();
      if (out.has(name) || !this.next(':')) throw new Refused('json');
      out.set(name, this.value(depth));
    } while (this.next(','));
    if (!this.next('}')) throw new Refused('json');
    return out;
  }

  private array(depth: number): Json[] {
    this.open(depth);
    const out: Json[] = [];
    if (this.next(']')) return out;
    do out.push(this.value(depth));
    while (this.next(','));
    if (!this.next(']')) throw new Refused('json');
    return out;
  }
}

export function parseJson(bytes: Bytes, limits: JsonLimits = {}): Json {
  if (bytes.length > (limits.bytes ?? 1 << 20)) throw new Refused('too-large');
  return new Parser(textOf(bytes), limits.depth ?? 32, limits.doubles ?? false).whole();
}

// RFC 8785 for what parseJson gives: names sorted as UTF-16, no blanks.
export function canonical(value: Json): string {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value instanceof Map) {
    const names = [...value.keys()].sort();
    return '{' + names.map((n) => JSON.stringify(n) + ':' + canonical(value.get(n)!)).join(',') + '}';
  }
  return JSON.stringify(value);
}

export const mapOf = (fields: Record<string, Json>): JsonMap => new Map(Object.entries(fields));
