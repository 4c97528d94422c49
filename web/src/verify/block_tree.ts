// The salted tree over the 64 KiB blocks of an original: its root was sealed, so that parts can be
// shown later. Only with `full`: every byte is read once more.
import { hkdf } from '@noble/hashes/hkdf';
import { sha256 as noble } from '@noble/hashes/sha2';
import { bigEndian, Bytes, fromHex, joined, toHex, utf8 } from './encoding';
import { sha256 } from './ed25519';
import { partsOf, type ByteSource } from './stream_digest';

const blockBytes = 64 * 1024;
const label = utf8('exhibit-block');

export async function blockRoot(source: ByteSource, seedHex: string): Promise<string> {
  const seed = fromHex(seedHex, 32);
  let leaf = noble.create();
  const peaks: Bytes[] = [];
  let count = 0, inBlock = 0;
  const node = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);
  const begin = () => {
    const info = joined(label, bigEndian(BigInt(count), 8));
    leaf = noble.create().update(joined(Uint8Array.of(0), hkdf(noble, seed, undefined, info, 16)));
  };
  const end = () => {
    let hash: Bytes = leaf.digest();
    for (let bits = count; (bits & 1) !== 0; bits >>>= 1) hash = node(peaks.pop()!, hash);
    peaks.push(hash);
    ++count;
    inBlock = 0;
  };
  for await (const part of partsOf(source)) {
    for (let at = 0; at < part.length;) {
      if (inBlock === 0) begin();
      const taken = Math.min(blockBytes - inBlock, part.length - at);
      leaf.update(part.subarray(at, at + taken));
      at += taken;
      inBlock += taken;
      if (inBlock === blockBytes) end();
    }
  }
  if (inBlock > 0) end();
  if (peaks.length === 0) return toHex(sha256());
  return toHex(peaks.reduceRight((right, left) => node(left, right)));
}
