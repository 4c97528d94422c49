// BagIt 1.0 (RFC 8493): the folder's list of what is in it. The texts are somebody else's: a path
// from them must never lead out of the bag.
import { utf8 } from './encoding';
import { Refused } from './reasons';

export const tagBytesMax = 64 << 20;
const linesMax = 1_000_000;
const versions = ['0.93', '0.94', '0.95', '0.96', '0.97', '1.0'];
const encodings = /^(?:UTF-8|UTF-16|ISO-8859-1|US-ASCII|ASCII)$/i;

// Lines end with LF, CR or CRLF; the last may end with the text.
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = at;
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') ++end;
    yield text.slice(at, end);
    at = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
  }
}

const isBlank = (letter: string | undefined): boolean => letter === ' ' || letter === '\t';
// By hand: an expression would try every blank of a long row of them.
function trimmed(text: string): string {
  let from = 0, to = text.length;
  while (from < to && isBlank(text[from])) ++from;
  while (to > from && isBlank(text[to - 1])) --to;
  return text.slice(from, to);
}

// bagit.txt: two exact lines (§2.1.1). True: version 1.0.
export function parseDeclaration(text: string): boolean {
  const lines = [...linesOf(text)];
  const [first, second] = lines.map((line) => /^([^:]*):(.*)$/.exec(line));
  if (lines.length !== 2 || !first || !second || trimmed(first[1]!) !== 'BagIt-Version' ||
      trimmed(second[1]!) !== 'Tag-File-Character-Encoding')
    throw new Refused('bagit-txt');
  const version = trimmed(first[2]!), encoding = trimmed(second[2]!);
  if (!versions.includes(version) || !encodings.test(encoding)) throw new Refused('bagit-txt');
  const isNew = version === '1.0';
  if (isNew && (lines[0] !== `BagIt-Version: ${version}` ||
                lines[1] !== `Tag-File-Character-Encoding: ${encoding}`))
    throw new Refused('bagit-txt');
  return isNew;
}

function checkPath(path: string): void {
  const bad = path === '' || utf8(path).length > 4096 || /[\0\\]/.test(path) ||
    /^(?:[/~ \t]|[A-Za-z]:)/.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (bad) throw new Refused('path');
}

// §2.1.3: CR, LF and '%' in a path are written %0D, %0A, %25; before 1.0 '%' was not.
function decodePath(text: string, isNew: boolean): string {
  return text.replace(/%0[aA]|%0[dD]|%25/g, (code) => {
    if (code === '%25') return isNew ? '%' : code;
    return code[2] === 'a' || code[2] === 'A' ? '\n' : '\r';
  });
}

// manifest-sha256.txt and its like: path → digest (§2.1.3).
export function parseManifest(text: string, isNew = true): Map<string, string> {
  const out = new Map<string, string>();
  let number = 0;
  for (const line of linesOf(text)) {
    if (++number > linesMax) throw new Refused('manifest');
    if (trimmed(line) === '') continue;
    const parts = /^([0-9a-fA-F]{64})([ \t]+)(.*)$/s.exec(line);
    if (!parts) throw new Refused('manifest', 'line ' + number);
    let rest = parts[3]!;
    if (parts[2]!.length === 1 && rest.startsWith('*')) rest = rest.slice(1); // md5sum's like
    if (rest.startsWith('./')) rest = rest.slice(2);
    const path = decodePath(rest, isNew), digest = parts[1]!.toLowerCase();
    checkPath(path);
    if (out.has(path) && (isNew || out.get(path) !== digest))
      throw new Refused('duplicate', 'line ' + number);
    out.set(path, digest);
  }
  return out;
}

export interface InfoField {
  label: string;
  value: string;
}

// bag-info.txt (§2.2.2); a line that begins with a blank goes on with the one before.
export function parseBagInfo(text: string): InfoField[] {
  const fields: InfoField[] = [];
  for (const line of linesOf(text)) {
    if (trimmed(line) === '') continue;
    if (/^[ \t]/.test(line)) {
      const last = fields[fields.length - 1];
      if (!last) throw new Refused('bag-info');
      last.value += (last.value === '' ? '' : ' ') + trimmed(line);
      continue;
    }
    const colon = line.indexOf(':');
    const label = trimmed(line.slice(0, Math.max(colon, 0)));
    if (label === '') throw new Refused('bag-info');
    fields.push({ label, value: trimmed(line.slice(colon + 1)) });
  }
  return fields;
}

// Payload-Oxum: bytes and files with a point between them.
export function isOxum(text: string, bytes: number, files: number): boolean {
  const parts = text.length <= 64 ? /^([0-9]+)\.([0-9]+)$/.exec(text) : null;
  return parts !== null && Number(parts[1]) === bytes && Number(parts[2]) === files;
}
