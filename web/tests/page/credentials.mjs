// "Is this that footage?" of a copy that a newsroom signed: it names its original. Of the same copy
// with one bit changed: its credentials do not hold.
//
//   node web/tests/page/credentials.mjs RELEASE COPY DAMAGED ORIGINAL
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, launch, open, Told } from './browser.mjs';

const [, , release, copy, damaged, original] = process.argv;
const told = new Told();
const browser = await launch();
const { page, seen, close } = await open(browser, pathToFileURL(join(release, 'index.html')).href);
const ask = async (file) => {
  await page.setInputFiles('#comparer input', file);
  await page.waitForFunction((name) => {
    const text = document.querySelector('#comparer .result')?.textContent ?? '';
    return text.includes('SHA-256') && text.includes(name);
  }, file.slice(file.lastIndexOf('/') + 1));
  return page.locator('#comparer [data-t]').evaluateAll((all) => all.map((one) => one.getAttribute('data-t')));
};
const expect = (keys, wanted, what) => told.expect(wanted.every((key) => keys.includes(key)), `${what}: ${keys}`);

expect(await ask(copy), ['same.not', 'credentials.no-reader'], 'before the folder was given');
told.expect(await check(page, release) === 'holds', 'the release does not hold');
expect(await ask(copy), ['same.derivative', 'credentials.valid'], 'a signed copy');
expect(await ask(damaged), ['same.not', 'credentials.invalid'], 'a damaged copy');
expect(await ask(original), ['same.identical', 'credentials.none'], 'the original');
told.expect(seen.requests.every((url) => /^(file|blob):/.test(url)), `requests left: ${seen.requests}`);
told.expect(seen.complaints.length === 0, `the browser complained: ${seen.complaints}`);
await close();
await browser.close();
told.end('content credentials');
