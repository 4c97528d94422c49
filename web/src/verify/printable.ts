// Names that strangers chose, made fit to be shown and fit for every file system.
import { utf8 } from './encoding';

// Characters that move, hide or break the line. The joiners U+200C and U+200D are kept: Persian,
// Urdu and Indic words are spelled with them.
const misleads =
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const letters: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

export function printable(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(misleads, (c) => {
    if (c === '\u00a0') return c;
    const point = c.codePointAt(0)!;
    const hex = point.toString(16);
    return letters[c] ?? (point < 0x80 ? '\\x' + hex.padStart(2, '0') : '\\u{' + hex + '}');
  });
}

// What some file system, BagIt, a torrent or a shell cannot take, and what fools the eye.
const notPlain =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff/\\:*?"<>|%]|[\u{e0000}-\u{e0fff}]/u;

// The name of an original in data/NNNN/: a function of the sealed name alone.
export function safeFileName(name: string): string {
  let out = '', size = 0;
  for (const character of name) {
    const bytes = utf8(character).length;
    if (size + bytes > 200) break;
    const kept = notPlain.test(character) ? '_' : character;
    out += kept;
    size += utf8(kept).length;
  }
  if (/^[.~\- ]/.test(out)) out = '_' + out.slice(1);
  out = out.replace(/[ .]+$/, (end) => '_'.repeat(end.length));
  return out || '_';
}

export function inQuotes(path: string): string {
  return "'" + printable(path).replace(/'/g, "'\\''") + "'";
}

export const showNumber = (number: number): string => String(number).padStart(4, '0');

export function parseNumber(text: string): number | undefined {
  const value = /^[0-9]{4,6}$/.test(text) ? Number(text) : 0;
  return value > 0 && showNumber(value) === text ? value : undefined;
}
