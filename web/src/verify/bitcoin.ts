// Block headers of Bitcoin: 80 bytes, of which the Merkle root and the time matter here.
import { Bytes, fromHex, sameBytes, toHex } from './encoding';
import { sha256 } from './ed25519';

const easiestBits = 0x1d00ffff;

export interface KnownBlocks {
  // Hashes that the reader knows from elsewhere, as explorers show them.
  pins?: { height: number; hash: string }[];
  // Blocks of a test chain: an easy target, worth nothing outside of tests.
  testBlocks?: { height: number; header: string }[];
}

function numberAt(header: Bytes, at: number): number {
  return new DataView(header.buffer, header.byteOffset, header.length).getUint32(at, true);
}

// The compact form is a float of base 256; nothing when it is negative, zero or too large.
function target(bits: number): bigint | undefined {
  const exponent = bits >>> 24, mantissa = BigInt(bits & 0x7fffff);
  if ((bits & 0x800000) !== 0 || mantissa === 0n || exponent > 34) return undefined;
  const shift = BigInt(8 * (exponent - 3));
  const value = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return value < 1n << 256n ? value : undefined;
}

const blockHash = (header: Bytes): string => toHex(sha256(sha256(header)).slice().reverse());

// Is the hash below the target that the header itself names, and that no easier than a real one?
function isReal(header: Bytes): boolean {
  const own = target(numberAt(header, 72));
  return own !== undefined && own <= target(easiestBits)! && BigInt('0x' + blockHash(header)) <= own;
}

export type BlockState =
  | { state: 'no-header' | 'wrong-root' | 'contradicted' }
  | { state: 'proven'; time: number; pinned: boolean };

export class Blocks {
  private readonly headers = new Map<string, Bytes>();
  private readonly pins = new Map<string, string>();

  constructor(known: KnownBlocks) {
    for (const { height, hash } of known.pins ?? []) this.pins.set(String(height), hash);
    for (const { height, header } of known.testBlocks ?? []) {
      const bytes = fromHex(header, 80);
      this.headers.set(String(height), bytes);
      this.pins.set(String(height), blockHash(bytes));
    }
  }

  // A header that came along; the first that has its work counts.
  give(height: bigint, header: Bytes): void {
    const name = String(height);
    if (!this.headers.has(name) && isReal(header)) this.headers.set(name, header);
  }

  judge(height: bigint, message: Bytes): BlockState {
    const header = this.headers.get(String(height)), pin = this.pins.get(String(height));
    if (!header) return { state: 'no-header' };
    if (pin !== undefined && blockHash(header) !== pin) return { state: 'contradicted' };
    if (!sameBytes(message, header.subarray(36, 68))) return { state: 'wrong-root' };
    return { state: 'proven', time: numberAt(header, 68) * 1000, pinned: pin !== undefined };
  }
}
