// BitTorrent v2 (BEP 52): the list of files with the root of each. Hybrids and v1 are not written
// by Exhibit; of a hybrid the v2 list counts, and what old clients would get is compared with it.
import { Bencoded, bytesOfLatin1, Dictionary, parseBencode } from './bencode';
import { Bytes, textOf, toHex } from './encoding';
import { sha256, sha256Hex } from './ed25519';
import { Refused } from './reasons';

export const torrentBytesMax = 64 << 20;
const lengthMax = 2 ** 43;
const piecesMax = 2 ** 22;
const filesMax = 1 << 20;
const leafBytes = 16384;

export interface TorrentFile {
  path: string; // components with '/', below the torrent's name
  length: number;
  root?: string;
  isLink: boolean;
}

export interface Torrent {
  name: string;
  infoHash: string;
  files: TorrentFile[];
}

const refuse = (): never => {
  throw new Refused('torrent');
};
const dictionaryOf = (value: Bencoded | undefined): Dictionary =>
  value instanceof Dictionary ? value : refuse();

function isSafe(component: string): boolean {
  return component !== '' && component.length <= 255 && component !== '.' && component !== '..' &&
    !/[\u0000-\u001f\u007f/\\]/.test(component);
}

// Names come as bytes. One that is not fit to be a path is not one that Exhibit wrote.
function nameOf(raw: string): string {
  let text: string;
  try {
    text = textOf(bytesOfLatin1(raw));
  } catch {
    return refuse();
  }
  return isSafe(raw) ? text : refuse();
}

function readLeaf(leaf: Dictionary, path: string): TorrentFile {
  const length = leaf.get('length'), attributes = leaf.get('attr') ?? '';
  if (typeof length !== 'number' || length < 0 || length > lengthMax) return refuse();
  if (typeof attributes !== 'string' || attributes.includes('p')) return refuse();
  const isLink = attributes.includes('l'); // BEP 47
  if (isLink && length !== 0) return refuse();
  const file: TorrentFile = { path, length, isLink };
  if (length > 0) {
    const root = leaf.get('pieces root');
    if (typeof root !== 'string' || root.length !== 32 || /^\0*$/.test(root)) return refuse();
    file.root = toHex(bytesOfLatin1(root));
  }
  return file;
}

// Recursion is bounded by the nesting that the bencode parser allows.
function walk(node: Bencoded | undefined, path: string[], out: TorrentFile[]): void {
  const folder = dictionaryOf(node);
  const leaf = folder.get('');
  if (folder.members.size === 0) refuse();
  if (leaf !== undefined) {
    if (path.length === 0 || folder.members.size !== 1 || out.length >= filesMax) refuse();
    out.push(readLeaf(dictionaryOf(leaf), path.join('/')));
    return;
  }
  for (const [name, below] of folder.members) walk(below, [...path, nameOf(name)], out);
}

// The tree above a layer, filled up with the roots of nothing (BEP 52).
function rootOfLayer(layer: Bytes, pieceLength: number): string {
  let zeros: Bytes = new Uint8Array(32);
  for (let size = leafBytes; size < pieceLength; size *= 2) zeros = sha256(zeros, zeros);
  let row: Bytes[] = [];
  for (let at = 0; at < layer.length; at += 32) row.push(layer.subarray(at, at + 32));
  while (row.length > 1) {
    if (row.length % 2 !== 0) row.push(zeros);
    const next: Bytes[] = [];
    for (let i = 0; i < row.length; i += 2) next.push(sha256(row[i]!, row[i + 1]!));
    row = next;
    zeros = sha256(zeros, zeros);
  }
  return toHex(row[0]!);
}

// Every layer must belong to a file and add up to its root; a file may lack its layer.
function checkLayers(layers: Bencoded | undefined, pieceLength: number, files: TorrentFile[]): void {
  if (layers === undefined) return;
  const byRoot = new Map<string, TorrentFile[]>();
  for (const file of files) {
    if (!file.root || file.length <= pieceLength) continue;
    byRoot.set(file.root, [...(byRoot.get(file.root) ?? []), file]);
  }
  for (const [root, hashes] of dictionaryOf(layers).members) {
    const found = byRoot.get(toHex(bytesOfLatin1(root)));
    if (!found || typeof hashes !== 'string') return refuse();
    for (const file of found) {
      if (hashes.length !== 32 * Math.ceil(file.length / pieceLength)) refuse();
      if (rootOfLayer(bytesOfLatin1(hashes), pieceLength) !== file.root) refuse();
    }
  }
}

// What a client of version 1 would be told must be the same files in the same order.
function checkHybrid(info: Dictionary, files: TorrentFile[]): void {
  const list = info.get('files');
  if (info.get('pieces') === undefined) {
    if (list !== undefined || info.get('length') !== undefined) refuse();
    return;
  }
  if (!Array.isArray(list)) return refuse();
  const told: string[] = [];
  for (const one of list) {
    const file = dictionaryOf(one), attributes = file.get('attr') ?? '', path = file.get('path');
    if (typeof attributes === 'string' && attributes.includes('p')) continue; // padding
    if (!Array.isArray(path)) return refuse();
    told.push(path.map((part) => (typeof part === 'string' ? nameOf(part) : refuse())).join('/') +
              ' ' + String(file.get('length')));
  }
  if (told.join('\n') !== files.map((file) => file.path + ' ' + file.length).join('\n')) refuse();
}

export function parseTorrent(bytes: Bytes): Torrent | undefined {
  const top = dictionaryOf(parseBencode(bytes));
  const info = dictionaryOf(top.get('info'));
  const version = info.get('meta version'), tree = info.get('file tree');
  if (version === undefined && tree === undefined) return undefined; // version 1 only
  if (version !== 2 || tree === undefined) return refuse();
  const rawName = info.get('name');
  if (typeof rawName !== 'string') return refuse();
  const pieceLength = info.get('piece length');
  if (typeof pieceLength !== 'number' || pieceLength < leafBytes || pieceLength > 2 ** 29 ||
      (pieceLength & (pieceLength - 1)) !== 0)
    return refuse();
  const files: TorrentFile[] = [];
  walk(tree, [], files);
  if (files.reduce((sum, file) => sum + Math.ceil(file.length / pieceLength), 0) > piecesMax) refuse();
  checkHybrid(info, files);
  checkLayers(top.get('piece layers'), pieceLength, files);
  return { name: nameOf(rawName), infoHash: sha256Hex(bytes.subarray(info.begin, info.end)), files };
}
