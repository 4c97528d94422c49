// Makes what the release page carries: one script, one style sheet, the outline of the land, the
// English strings and the licences of what is bundled. `publish` writes them into index.html itself
// (src/release/page.cpp), so that the page is one file that opens from a memory stick.
//
//   node web/build.mjs OUT
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { landPath } from './land.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = process.argv[2];
if (!out) {
  console.error('usage: node web/build.mjs OUT');
  process.exit(2);
}
mkdirSync(out, { recursive: true });

// Classic scripts in one piece: pages opened from disk may load no modules.
const common = {
  bundle: true, minify: true, format: 'iife', target: 'es2020', write: false, metafile: true,
  legalComments: 'none', charset: 'utf8', absWorkingDir: root, logLevel: 'error',
};

// A language is one file of web/strings/; that is all it takes to add one.
function strings() {
  const all = {};
  for (const file of readdirSync(join(here, 'strings')).sort()) {
    if (file.endsWith('.json'))
      all[file.slice(0, -5)] = JSON.parse(readFileSync(join(here, 'strings', file), 'utf8'));
  }
  for (const [language, texts] of Object.entries(all)) {
    const missing = Object.keys(all.en).filter((key) => !(key in texts));
    const odd = Object.keys(texts).filter((key) => !(key in all.en));
    if (missing.length || odd.length)
      throw new Error(`web/strings/${language}.json: missing ${missing}; not in English ${odd}`);
  }
  return all;
}

const languages = strings();
// The reference's reader of content credentials is larger than all the rest: it lies beside the page
// in two files, which the page knows by their digests.
const require = createRequire(join(root, 'package.json'));
const wasm = gzipSync(readFileSync(require.resolve('@contentauth/c2pa-wasm/c2pa.wasm')), { level: 9 });
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const quiet = { ...common, logOverride: { 'empty-import-meta': 'silent' } };
const worker = await build({ ...common, entryPoints: ['web/src/page/digest_worker.ts'] });
const credentials = await build({ ...quiet, entryPoints: ['web/src/page/credentials_worker.ts'] });
const glue = credentials.outputFiles[0].contents;
const reader = [{ path: 'c2pa-reader.js', sha256: sha256(glue) }, { path: 'c2pa-reader.wasm.gz', sha256: sha256(wasm) }];
const made = {
  'exhibit:worker': { contents: worker.outputFiles[0].text, loader: 'text' },
  'exhibit:credentials-reader': { contents: JSON.stringify({ files: reader }), loader: 'json' },
  'exhibit:strings': { contents: JSON.stringify(languages), loader: 'json' },
};
const virtual = {
  name: 'exhibit',
  setup(on) {
    on.onResolve({ filter: /^exhibit:/ }, ({ path }) => ({ path, namespace: 'exhibit' }));
    on.onLoad({ filter: /.*/, namespace: 'exhibit' }, ({ path }) => made[path]);
  },
};
const page = await build({ ...common, entryPoints: ['web/src/page/main.ts'], plugins: [virtual] });
const style = await build({ ...common, entryPoints: ['web/src/page/page.css'] });

const script = page.outputFiles[0].text;
// They stand inside <script> and <style>: nothing in them may end those.
if (/<\/script|<!--/i.test(script)) throw new Error('the script holds what would end its element');
if (/<\//.test(style.outputFiles[0].text)) throw new Error('the style holds what would end its element');

// The licences of what is inside, as their authors ask.
function notices() {
  const packages = new Set(['world-atlas']);
  for (const result of [worker, credentials, page]) {
    for (const path of Object.keys(result.metafile.inputs)) {
      const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (found) packages.add(found[1]);
    }
  }
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return 'The page holds code of others, under these licences. The outline of the land is from ' +
    'Natural Earth, in the public domain.\n\n' + texts.join('\n----\n\n');
}

const write = (name, text) => writeFileSync(join(out, name), text);
write('page.js', script);
write('page.css', style.outputFiles[0].text);
write('land.path', landPath(join(root, 'node_modules/world-atlas/land-110m.json')));
write('strings.json', JSON.stringify(languages.en));
write('licences.txt', notices());
write('c2pa-reader.js', glue);
write('c2pa-reader.wasm.gz', wasm);
