// SHA-256 and the BEP 52 root of a stream in one pass, in bounded memory: a part of the file at a
// time, and of the tree only its edge.
import { createSHA256, type IHasher } from 'hash-wasm';
import type { FileDigests } from './digests';
import type { FolderFile } from './folder';

const partBytes = 1 << 20;
const leafBytes = 16384; // BEP 52: the leaves are over 16 KiB blocks

export type Pieces = AsyncIterable<Uint8Array>;
export type ByteSource = Blob | ReadableStream<Uint8Array> | Pieces | Uint8Array;

async function* partsOfBlob(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += partBytes)
    yield new Uint8Array(await blob.slice(at, at + partBytes).arrayBuffer());
}

async function* partsOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

export function partsOf(source: ByteSource): Pieces {
  if (source instanceof Uint8Array)
    return (async function* () {
      yield source;
    })();
  if (typeof Blob !== 'undefined' && source instanceof Blob) return partsOfBlob(source);
  if (typeof ReadableStream !== 'undefined' && source instanceof ReadableStream)
    return partsOfStream(source);
  return source as Pieces;
}

// A file of the folder: the big way where there is one.
export const sourceOf = async (file: FolderFile): Promise<ByteSource> =>
  file.blob ? file.blob() : file.read();

// The edge of a binary tree: complete subtrees, largest first.
class Edge {
  private readonly nodes: { height: number; hash: Uint8Array }[] = [];
  constructor(private readonly hasher: IHasher) {}

  private join(left: Uint8Array, right: Uint8Array): Uint8Array {
    return this.hasher.init().update(left).update(right).digest('binary');
  }
  push(height: number, hash: Uint8Array): void {
    let last = this.nodes[this.nodes.length - 1];
    while (last && last.height === height) {
      this.nodes.pop();
      hash = this.join(last.hash, hash);
      ++height;
      last = this.nodes[this.nodes.length - 1];
    }
    this.nodes.push({ height, hash });
  }
  // The smallest subtree grows with zeros on its right until it meets its left neighbour.
  finish(): Uint8Array {
    let zeros: Uint8Array = new Uint8Array(32);
    for (let height = 0; this.nodes.length > 1; ++height) {
      const last = this.nodes[this.nodes.length - 1]!;
      if (last.height === height) {
        this.nodes.pop();
        this.push(height + 1, this.join(last.hash, zeros));
      }
      zeros = this.join(zeros, zeros);
    }
    return this.nodes[0]!.hash;
  }
}

class LeafTree {
  private readonly edge: Edge;
  private inLeaf = 0;
  private any = false;
  constructor(private readonly leaf: IHasher, node: IHasher) {
    this.edge = new Edge(node);
    leaf.init();
  }
  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(leafBytes - this.inLeaf, bytes.length - at);
      this.leaf.update(bytes.subarray(at, at + taken));
      at += taken;
      this.inLeaf += taken;
      if (this.inLeaf === leafBytes) this.endLeaf();
    }
  }
  private endLeaf(): void {
    this.edge.push(0, this.leaf.digest('binary'));
    this.leaf.init();
    this.inLeaf = 0;
    this.any = true;
  }
  finish(): string {
    if (this.inLeaf > 0) this.endLeaf();
    if (!this.any) return this.leaf.digest('hex'); // of nothing
    return hex(this.edge.finish());
  }
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export async function streamDigest(
  source: ByteSource,
  wanted: { root: boolean },
  onProgress?: (bytes: number) => void,
): Promise<FileDigests> {
  const whole = (await createSHA256()).init();
  const tree = wanted.root ? new LeafTree(await createSHA256(), await createSHA256()) : undefined;
  let size = 0;
  for await (const part of partsOf(source)) {
    whole.update(part);
    tree?.update(part);
    size += part.length;
    onProgress?.(size);
  }
  const out: FileDigests = { size, sha256: whole.digest('hex') };
  if (tree) out.root = tree.finish();
  return out;
}

export const digestFile = async (file: FolderFile, wanted: { root: boolean }): Promise<FileDigests> =>
  streamDigest(await sourceOf(file), wanted);
