// The page as a reader meets it: from disk and from a server, on a desk, on a phone, right to left,
// without scripts, by keyboard and screen reader, on paper. Pictures are left in OUT to be looked at.
//
//   node web/tests/page/page.mjs FOLDER-OF-tamper_matrix OUT
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, launch, open, Told, verdict } from './browser.mjs';
import { serve } from './server.mjs';

const [, , folder, out] = process.argv;
mkdirSync(out, { recursive: true });
const release = join(folder, '00-true');
const index = pathToFileURL(join(release, 'index.html')).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const told = new Told();
const browser = await launch();

const accessible = async (page, what) => {
  // The page's policy allows no script but its own: the checker is run from outside of it.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
  const serious = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact));
  told.expect(serious.length === 0, `${what}: axe: ${serious.map((one) => `${one.id} at ${one.nodes[0].target}`)}`);
};
const fits = async (page, what) => {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  told.expect(over <= 0, `${what}: the page is ${over} px wider than the screen`);
};

{ // from disk, on a desk
  const { page, seen, close } = await open(browser, index);
  await page.screenshot({ path: join(out, 'desk.png'), fullPage: true });
  await accessible(page, 'desk');
  told.expect(await check(page, release) === 'holds', 'from disk: the good release does not hold');
  await page.screenshot({ path: join(out, 'desk-checked.png'), fullPage: true });
  await accessible(page, 'desk, checked');
  told.expect(await page.locator('.findings li').count() > 20, 'from disk: few answers');
  told.expect(await page.evaluate(() => ![...document.querySelectorAll('[data-t]')].some((one) => /^(say|topic)\./.test(one.textContent))),
              'a text has no words');
  const stamped = async () => page.locator('[data-t="say.stamped.trusted"]').count();
  told.expect(await stamped() === 0, 'from disk: a time stamp is trusted that nobody said to trust');
  await page.locator('summary').click();
  await page.setInputFiles('#trusted-authorities', join(folder, 'authority.pem'));
  await page.waitForFunction(() => document.querySelectorAll('[data-t="say.stamped.trusted"]').length > 0);
  told.expect(await verdict(page) === 'holds', 'from disk: with the authority trusted it does not hold');
  await page.setInputFiles('#comparer input', join(release, 'data/0001/gate.jpg'));
  await page.locator('#comparer .verdict.holds').waitFor();
  await page.setInputFiles('#comparer input', join(release, 'HOW-TO-CHECK.txt'));
  await page.locator('#comparer .verdict.open').waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: join(out, 'print.png'), fullPage: true });
  told.expect(seen.requests.every((url) => /^(file|blob):/.test(url)), `requests left: ${seen.requests}`);
  told.expect(seen.complaints.length === 0, `the browser complained: ${seen.complaints}`);
  await close();
}
{ // stopped before it ends, and begun again
  const { page, close } = await open(browser, index);
  await page.evaluate(() => new MutationObserver((_, self) => {
    const stop = [...document.querySelectorAll('#checker .result button')].find((one) => one.textContent === 'Stop');
    if (stop) { self.disconnect(); stop.click(); }
  }).observe(document.querySelector('#checker .result'), { childList: true }));
  await page.setInputFiles('#checker input[type=file]', release);
  await page.waitForTimeout(1500);
  told.expect(await page.locator('#state').textContent() === 'Not yet checked by your browser', 'stopped: it says something else');
  told.expect(await check(page, release) === 'holds', 'stopped and begun again: it does not hold');
  await close();
}
{ // dropped, by the drag that a hand would make
  const { page, close } = await open(browser, index);
  const cdp = await page.context().newCDPSession(page);
  await page.locator('#checker .drop').scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator('#checker .drop').boundingBox();
  const data = { items: [], files: [release], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await cdp.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
  told.expect(await verdict(page) === 'holds', 'dropped: the good release does not hold');
  await close();
}
{ // from a static server
  const server = await serve(release);
  const { page, seen, close } = await open(browser, server.url);
  await page.getByRole('button', { name: 'Check now' }).click();
  told.expect(await verdict(page) === 'holds', 'from a server: the good release does not hold');
  told.expect(seen.requests.every((url) => url.startsWith(server.url) || url.startsWith('blob:')), `requests left: ${seen.requests}`);
  told.expect(seen.complaints.length === 0, `the browser complained: ${seen.complaints}`);
  await close();
  server.close();
}
{ // a server that holds a falsified one
  const server = await serve(join(folder, '01-media-byte'));
  const { page, close } = await open(browser, server.url);
  await page.getByRole('button', { name: 'Check now' }).click();
  told.expect(await verdict(page) === 'fails', 'from a server: another photo goes unnoticed');
  await page.screenshot({ path: join(out, 'fails.png'), fullPage: true });
  await close();
  server.close();
}
for (const [name, options] of [['phone', { width: 360, height: 740 }], ['phone-rtl', { width: 360, height: 740, locale: 'ar' }],
                               ['desk-rtl', { locale: 'ar' }]]) {
  const { page, close } = await open(browser, index, options);
  const direction = await page.evaluate(() => document.documentElement.dir);
  told.expect(direction === (options.locale ? 'rtl' : 'ltr'), `${name}: direction ${direction}`);
  await check(page, release);
  await fits(page, name);
  await accessible(page, name);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  if (options.locale) {
    // Nothing that people read stays English.
    const left = await page.evaluate(() => [...document.querySelectorAll('[data-t]')]
      .filter((one) => one.textContent && !/[\u0600-\u06ff]/.test(one.textContent)).map((one) => one.getAttribute('data-t')));
    told.expect(left.length === 0, `${name}: not translated: ${left}`);
  }
  await close();
}
{ // by keyboard alone
  const { page, close } = await open(browser, index);
  const reached = new Set();
  for (let i = 0; i < 80; ++i) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? ''));
  }
  for (const wanted of ['Check it here', 'Choose the folder', 'Choose a file', 'Torrent', 'Save the card'])
    told.expect(reached.has(wanted), `by keyboard: "${wanted}" is not reached`);
  await close();
}
{ // without scripts it plays, explains, and says how to check by hand
  const { page, close } = await open(browser, index, { script: false });
  told.expect(await page.locator('video').count() === 1 && await page.locator('img').count() === 1, 'no script: no media');
  told.expect(await page.locator('.no-script').isVisible(), 'no script: no advice');
  await page.screenshot({ path: join(out, 'no-script.png'), fullPage: true });
  await close();
}
{ // how soon a mid-range phone shows something, told and not judged: machines differ
  const { page, close } = await open(browser, index, { width: 360, height: 740 });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const paints = [];
  for (let i = 0; i < 5; ++i) {
    await page.reload();
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN));
  }
  console.log(`first paint with words, processor slowed four times: median ${paints.sort((a, b) => a - b)[2].toFixed(0)} ms of 5`);
  await close();
}
{ // what was filmed aside, all of the page is small
  const size = statSync(join(release, 'index.html')).size;
  console.log(`page: ${size} bytes in one file`);
  told.expect(size <= 300 * 1024, `the page has ${size} bytes`);
}
await browser.close();
told.end('the page');
