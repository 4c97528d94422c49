// The verifier as node can load it: one module, made anew.
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Browsers have it, and node from 19 on.
globalThis.crypto ??= webcrypto;

const source = fileURLToPath(new URL('../../src/verify/', import.meta.url));

export async function load(...names) {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-verify-'));
  const out = join(folder, 'verifier.mjs');
  await build({
    stdin: {
      contents: names.map((name) => `export * from './${name}';`).join('\n'),
      resolveDir: source, loader: 'ts',
    },
    bundle: true, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'default'], target: 'es2020', outfile: out, logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
