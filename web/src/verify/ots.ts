// OpenTimestamps, detached proofs version 1: operations that lead from a digest to the Merkle root
// of a block of Bitcoin, or to a calendar's promise.
import { ripemd160, sha1 } from '@noble/hashes/legacy';
import { Bytes, fromHex, joined, sameBytes, toHex, utf8 } from './encoding';
import { sha256 } from './ed25519';
import { Refused } from './reasons';

const proofBytesMax = 1 << 20;
const messageMax = 4096;
const hexlifyMax = 2048;
const payloadMax = 8192;
const depthMax = 256;
const nodesMax = 100_000;
const magic = fromHex('004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294');
const tags = { pending: '83dfe30d2ef90c8e', bitcoin: '0588960d73d71901' } as const;
const op = {
  sha1: 0x02, ripemd160: 0x03, sha256: 0x08, keccak256: 0x67, append: 0xf0, prepend: 0xf1,
  reverse: 0xf2, hexlify: 0xf3,
} as const;

export interface OtsProof {
  // Where the operations lead in each claimed block; nothing when one of them is not computed here.
  bitcoin: { height: bigint; message?: Bytes }[];
  pending: number;
}

class Reader {
  private at = 0;
  constructor(private readonly bytes: Bytes) {}
  take(count: number): Bytes {
    if (count > this.bytes.length - this.at) throw new Refused('ots');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  byte(): number {
    return this.take(1)[0]!;
  }
  // No zero at the end, which would be a second form of the same number.
  number(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      if (shift === 63n ? byte !== 1 : shift > 0n && byte === 0) throw new Refused('ots');
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  }
  text(least: number, most: number): Bytes {
    const length = this.number();
    if (length < BigInt(least) || length > BigInt(most)) throw new Refused('ots');
    return this.take(Number(length));
  }
  get ended(): boolean {
    return this.at === this.bytes.length;
  }
}

class Walker {
  readonly out: OtsProof = { bitcoin: [], pending: 0 };
  private nodes = 0;
  private readonly seen = new Set<string>();
  constructor(private readonly reader: Reader) {}

  // `message` is nothing after an operation that is not computed; its length is known all the same.
  node(message: Bytes | undefined, length: number, depth: number): void {
    if (depth > depthMax || ++this.nodes > nodesMax) throw new Refused('ots');
    for (let more = true; more;) {
      let tag = this.reader.byte();
      more = tag === 0xff;
      if (more) tag = this.reader.byte();
      if (tag === 0x00) this.attestation(message);
      else this.step(tag, message, length, depth);
    }
  }

  private attestation(message: Bytes | undefined): void {
    const tag = toHex(this.reader.take(8));
    const payload = this.reader.text(0, payloadMax);
    const inner = new Reader(payload);
    if (tag === tags.pending) {
      const uri = inner.text(1, 1000);
      if (!inner.ended || !/^[A-Za-z0-9._/:-]+$/.test(String.fromCharCode(...uri))) throw new Refused('ots');
      ++this.out.pending;
    } else if (tag === tags.bitcoin) {
      const height = inner.number();
      if (!inner.ended) throw new Refused('ots');
      const name = `${height} ${message ? toHex(message) : ''}`;
      if (this.seen.has(name)) return;
      this.seen.add(name);
      this.out.bitcoin.push(message ? { height, message } : { height });
    }
  }

  private step(tag: number, message: Bytes | undefined, length: number, depth: number): void {
    const next = (after: Bytes | undefined, size: number) => this.node(after, size, depth + 1);
    switch (tag) {
      case op.append:
      case op.prepend: {
        const argument = this.reader.text(1, messageMax);
        if (length + argument.length > messageMax) throw new Refused('ots');
        const both = message && (tag === op.append ? joined(message, argument) : joined(argument, message));
        return next(both, length + argument.length);
      }
      case op.sha1: return next(message && sha1(message), 20);
      case op.ripemd160: return next(message && ripemd160(message), 20);
      case op.sha256: return next(message && sha256(message), 32);
      case op.keccak256: return next(undefined, 32);
      case op.reverse:
        if (length === 0) throw new Refused('ots');
        return next(message && message.slice().reverse(), length);
      case op.hexlify:
        if (length === 0 || length > hexlifyMax) throw new Refused('ots');
        return next(message && utf8(toHex(message)), 2 * length);
      default: throw new Refused('ots');
    }
  }
}

export function parseOts(bytes: Bytes, digest: Bytes): OtsProof {
  if (bytes.length > proofBytesMax) throw new Refused('too-large');
  const reader = new Reader(bytes);
  if (!sameBytes(reader.take(magic.length), magic) || reader.byte() !== 1) throw new Refused('ots');
  const kind = reader.byte();
  if (kind !== op.sha256 && kind !== op.sha1 && kind !== op.ripemd160) throw new Refused('ots');
  const own = reader.take(kind === op.sha256 ? 32 : 20);
  const walker = new Walker(reader);
  walker.node(own, own.length, 0);
  if (!reader.ended) throw new Refused('ots');
  if (kind !== op.sha256 || !sameBytes(own, digest)) throw new Refused('imprint');
  return walker.out;
}
