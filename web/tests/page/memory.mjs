// How much memory the page takes to check a long film: its heap and its worker's, while it reads.
//
//   node web/tests/page/memory.mjs RELEASE
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, open, Told, verdict } from './browser.mjs';

const heapMax = 300 << 20;
const release = process.argv[2];
const told = new Told();
const browser = await launch();
const { page, close } = await open(browser, pathToFileURL(join(release, 'index.html')).href);
const used = (target) => target.evaluate(() => performance.memory?.usedJSHeapSize ?? 0).catch(() => 0);
let peak = 0;
let samples = 0;
let over = false;
const watch = (async () => {
  while (!over) {
    const heaps = await Promise.all([used(page), ...page.workers().map(used)]);
    peak = Math.max(peak, heaps.reduce((sum, one) => sum + one, 0));
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
told.expect(peak > 0 && peak < heapMax, `the heap took ${peak} bytes`);
console.log(`heap at most ${(peak / (1 << 20)).toFixed(1)} MiB in ${samples} looks, ${((Date.now() - started) / 1000).toFixed(1)} s`);
await close();
await browser.close();
told.end('memory');
