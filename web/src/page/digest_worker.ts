// Reads one file in pieces and digests it, away from the page, so that a film of gigabytes neither
// stops the page nor stands in memory.
import { streamDigest, type ByteSource } from '../verify/stream_digest';

const told = 4 << 20; // bytes between two words of progress

interface Order {
  id: number;
  root: boolean;
  blob?: Blob;
  url?: string; // of the folder this page lies in
}

async function sourceOf(order: Order): Promise<ByteSource> {
  if (order.blob) return order.blob;
  const answer = await fetch(order.url ?? '', { credentials: 'omit', cache: 'no-store', redirect: 'error' });
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
  return answer.body;
}

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { id, root } = data;
  let last = 0;
  try {
    const result = await streamDigest(await sourceOf(data), { root }, (read) => {
      if (read - last < told) return;
      last = read;
      self.postMessage({ id, read });
    });
    self.postMessage({ id, result });
  } catch (error) {
    self.postMessage({ id, error: String((error as Error).message ?? error) });
  }
};
