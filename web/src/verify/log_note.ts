// Signed notes, checkpoints and cosignatures of transparency logs (c2sp.org/signed-note,
// tlog-checkpoint, tlog-cosignature).
import { Bytes, fromBase64, fromHex, sameBytes, toHex, utf8 } from './encoding';
import { sha256, verifyEd25519 } from './ed25519';
import { Refused } from './reasons';

const noteBytesMax = 1 << 20;
const signaturesMax = 100;
const sizeMax = 2n ** 63n - 1n;
const dash = '\u2014 ';
// Unicode's White_Space and the control characters.
const notInName = /[\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;

export const ed25519Type = 1, cosignatureType = 4;

// name+hex id+base64(type ‖ key). The id follows from the rest, so one text per key.
export interface VerifierKey {
  name: string;
  id: string;
  type: number;
  key: string; // hexadecimal
  text: string;
}

export interface NoteSignature {
  name: string;
  id: string;
  bytes: Bytes;
}
export interface Note {
  text: string; // with its last newline
  signatures: NoteSignature[];
}

export function parseVerifierKey(text: string): VerifierKey {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text);
  if (!parts || notInName.test(parts[1]!)) throw new Refused('vkey');
  let tagged: Bytes;
  try {
    tagged = fromBase64(parts[3]!);
  } catch {
    throw new Refused('vkey');
  }
  const type = tagged[0]!;
  const id = toHex(sha256(utf8(parts[1] + '\n'), tagged).subarray(0, 4));
  // Only Ed25519 keys can be checked here, and a log card has no others.
  if (id !== parts[2] || tagged.length !== 33 || (type !== ed25519Type && type !== cosignatureType))
    throw new Refused('vkey');
  return { name: parts[1]!, id, type, key: toHex(tagged.subarray(1)), text };
}

function parseSignatureLine(line: string): NoteSignature {
  const space = line.indexOf(' ', dash.length);
  const name = line.slice(dash.length, space);
  if (!line.startsWith(dash) || space < 0 || name === '' || notInName.test(name))
    throw new Refused('note');
  let bytes: Bytes;
  try {
    bytes = fromBase64(line.slice(space + 1));
  } catch {
    throw new Refused('note');
  }
  if (bytes.length < 5) throw new Refused('note');
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

export function parseNote(text: string): Note {
  if (text.length > noteBytesMax || /[\u0000-\u0009\u000b-\u001f]/.test(text) || /\p{Surrogate}/u.test(text))
    throw new Refused('note');
  // The text may hold empty lines itself: the last one parts.
  const gap = text.lastIndexOf('\n\n');
  const lines = gap < 0 ? [] : text.slice(gap + 2).split('\n');
  if (lines.length < 2 || lines.pop() !== '' || lines.length > signaturesMax)
    throw new Refused('note');
  return { text: text.slice(0, gap + 1), signatures: lines.map(parseSignatureLine) };
}

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: string;
  extensions: string[];
}

export function parseSize(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value <= sizeMax ? value : undefined;
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3 || lines.length > 19 || lines.includes(''))
    throw new Refused('checkpoint');
  const [origin, sizeText, rootText, ...extensions] = lines as [string, string, string];
  const size = parseSize(sizeText);
  let root: Bytes;
  try {
    root = fromBase64(rootText);
  } catch {
    throw new Refused('checkpoint');
  }
  if (utf8(origin).length > 256 || size === undefined || root.length !== 32)
    throw new Refused('checkpoint');
  return { origin, size, root: toHex(root), extensions };
}

export const sameCheckpoint = (a: Checkpoint, b: Checkpoint): boolean =>
  a.origin === b.origin && a.size === b.size && a.root === b.root &&
  a.extensions.join('\n') === b.extensions.join('\n');

// A cosignature is over the time too: seconds, of which 0 says nothing.
async function cosignedAt(note: Note, one: NoteSignature, key: string): Promise<number | undefined> {
  if (one.bytes.length !== 72) return undefined;
  const time = BigInt('0x' + toHex(one.bytes.subarray(0, 8)));
  if (time === 0n || time > sizeMax) return undefined;
  const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
  if (!(await verifyEd25519(key, message, one.bytes.subarray(8)))) return undefined;
  const latest = 253_402_300_799n; // the year 9999
  return Number(time < latest ? time : latest) * 1000;
}

export interface OpenedCheckpoint {
  checkpoint: Checkpoint;
  times: number[]; // ascending, one of each cosigner that is known
}

// A signature under a known name that does not hold refuses the note: somebody forged it.
export async function openCheckpoint(
  note: Note, log: VerifierKey, cosigners: VerifierKey[],
): Promise<OpenedCheckpoint> {
  const checkpoint = parseCheckpoint(note.text);
  // A log's key must not sign for another log, even if its owner keeps both.
  if (checkpoint.origin !== log.name) throw new Refused('origin');
  const times = new Map<VerifierKey, number>();
  let byLog = false;
  for (const signature of note.signatures) {
    for (const key of [log, ...cosigners]) {
      if (key.name !== signature.name || key.id !== signature.id) continue;
      if (key.type === cosignatureType) {
        const time = await cosignedAt(note, signature, key.key);
        if (time === undefined) throw new Refused('signature');
        if (!times.has(key)) times.set(key, time);
      } else {
        if (!(await verifyEd25519(key.key, utf8(note.text), signature.bytes)))
          throw new Refused('signature');
        byLog ||= key === log;
      }
    }
  }
  if (!byLog) throw new Refused('unverified');
  return { checkpoint, times: [...times.values()].sort((a, b) => a - b) };
}

// --- proofs (tlog-proof, RFC 6962)

export interface LogProof {
  salt: Bytes;
  index: bigint;
  path: Bytes[];
  checkpoint: Note;
}

const firstLine = 'c2sp.org/tlog-proof@v1';

// What is said beside the proof is the salt of the entry.
export function parseProof(text: string): LogProof {
  if (text.length > noteBytesMax) throw new Refused('too-large');
  const gap = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(gap, 0)).split('\n');
  if (lines.shift() !== firstLine) throw new Refused('proof');
  const extra = /^extra (.+)$/.exec(lines[0] ?? '');
  const index = parseSize(/^index (.+)$/.exec(lines[extra ? 1 : 0] ?? '')?.[1] ?? '');
  if (!extra || index === undefined || lines.length > 2 + 63) throw new Refused('proof');
  try {
    const salt = fromBase64(extra[1]!);
    const path = lines.slice(2).map((line) => fromBase64(line));
    if (salt.length !== 32 || path.some((step) => step.length !== 32)) throw new Refused('proof');
    return { salt, index, path, checkpoint: parseNote(text.slice(gap + 2)) };
  } catch (error) {
    throw error instanceof Refused && error.code === 'note' ? error : new Refused('proof');
  }
}

const nodeHash = (left: Bytes, right: Bytes): Bytes => sha256(Uint8Array.of(1), left, right);
export const leafHash = (data: Bytes): Bytes => sha256(Uint8Array.of(0), data);

// RFC 9162 §2.1.3.2.
export function checkInclusion(leaf: Bytes, proof: LogProof, checkpoint: Checkpoint): void {
  if (proof.index >= checkpoint.size) throw new Refused('inclusion');
  let fn = proof.index, sn = checkpoint.size - 1n, hash = leaf;
  for (const step of proof.path) {
    if (sn === 0n) throw new Refused('inclusion');
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(step, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = nodeHash(hash, step);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n || !sameBytes(hash, fromHex(checkpoint.root))) throw new Refused('inclusion');
}

