// How much memory the page takes to check a long film: all that the browser's renderers hold of
// their own (RssAnon of /proc: heaps of page and workers, wasm, buffers), while it reads.
//
//   node web/tests/page/memory.mjs RELEASE
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, open, Told, verdict } from './browser.mjs';

const heapMax = 300 << 20;
const release = process.argv[2];
const told = new Told();
const browser = await launch();
const { page, close } = await open(browser, pathToFileURL(join(release, 'index.html')).href);

// Renderers below this program; 0 when there is none.
function held() {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(pid, /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    } catch { /* it has ended */ }
  }
  const isOurs = (pid) => pid === String(process.pid) || (parents.has(pid) && isOurs(parents.get(pid)));
  let most = 0;
  for (const pid of parents.keys()) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer') || !isOurs(pid)) continue;
      most = Math.max(most, 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]));
    } catch { /* it has ended */ }
  }
  return most;
}
const before = held();
let peak = 0;
let samples = 0;
let over = false;
const watch = (async () => {
  while (!over) {
    peak = Math.max(peak, held());
    ++samples;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
})();
const started = Date.now();
await page.setInputFiles('#checker input[type=file]', release);
const kind = await verdict(page, 600_000);
over = true;
await watch;
told.expect(kind === 'holds', `the page says ${kind}`);
told.expect(peak > 0 && peak < heapMax, `the renderer took ${peak} bytes`);
console.log(`renderer: ${(before / (1 << 20)).toFixed(0)} MiB before, at most ${(peak / (1 << 20)).toFixed(0)} MiB in ${samples} looks, ${((Date.now() - started) / 1000).toFixed(1)} s`);
await close();
await browser.close();
told.end('memory');
