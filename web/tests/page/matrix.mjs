// The verdict of the page on every falsified and every harmlessly changed release, beside what
// `exhibit verify` must say of it: the same.
//
//   node web/tests/page/matrix.mjs FOLDER-OF-tamper_matrix
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, launch, open, Told } from './browser.mjs';

// A browser hands out what a link leads to and does not tell that it is one. The page is not told
// which blocks Bitcoin has; the program was, by its reader.
const unseen = new Set(['link-for-original', 'bitcoin-other-root']);

const folder = process.argv[2];
const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
const told = new Told();
const browser = await launch();
const { page, seen, close } = await open(browser, pathToFileURL(join(folder, '00-true/index.html')).href);
for (const one of cases) {
  const kind = await check(page, join(folder, one.folder));
  const expected = unseen.has(one.name) ? undefined : one.expect.holds;
  if (expected !== undefined) told.expect((kind === 'holds') === expected, `${one.folder}: ${one.what}: the page says ${kind}`);
  if (one.expect.verdict === 'fails' && one.expect.id && expected !== undefined) {
    const shown = await page.evaluate(() => document.querySelectorAll('.findings .fails').length);
    told.expect(shown > 0, `${one.folder}: nothing is marked as failing`);
  }
}
const away = seen.requests.filter((url) => !/^(file|blob):/.test(url));
told.expect(away.length === 0, `requests left the folder: ${away}`);
told.expect(seen.complaints.length === 0, `the browser complained: ${seen.complaints.slice(0, 5)}`);
await close();
await browser.close();
told.end(`${cases.length - unseen.size} of ${cases.length} releases in the page`);
