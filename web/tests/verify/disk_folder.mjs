// A release folder on disk as the verifier sees it: links are named and never followed.
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

async function* piecesOf(path) {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const buffer = new Uint8Array(1 << 20);
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

export async function diskFolder(root) {
  const files = [];
  const walk = async (below) => {
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        await walk(path);
        continue;
      }
      const odd = !entry.isFile();
      const size = odd ? 0 : (await lstat(join(root, path))).size;
      files.push({
        path, size, odd,
        read: async () => new Uint8Array(await readFile(join(root, path))),
      });
    }
  };
  await walk('');
  return { files, complete: true };
}

export const digesterOf = (root, streamDigest) => (file, wanted) =>
  streamDigest(piecesOf(join(root, file.path)), wanted);
