// A release whose names and words try to be markup: none of them is, and if one were, the page's
// policy would not let it run.
//
//   node web/tests/page/hostile.mjs RELEASE
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, launch, open, Told } from './browser.mjs';

const release = process.argv[2];
const told = new Told();
const browser = await launch();
const { page, seen, close } = await open(browser, pathToFileURL(join(release, 'index.html')).href);

const clean = async (when) => {
  told.expect(await page.evaluate(() => window.broken === undefined), `${when}: a script of the release ran`);
  const odd = await page.evaluate(() => document.querySelectorAll('iframe, object, embed, [onload], [onerror], [onmouseover], main script, a[href^="javascript:"]').length);
  told.expect(odd === 0, `${when}: ${odd} elements came out of text`);
};
await clean('as read');
await check(page, release);
for (const language of ['ar', 'en']) {
  await page.selectOption('#languages select', language);
  await clean(`in ${language}`);
}
told.expect(seen.complaints.length === 0, `the browser complained: ${seen.complaints}`);

// Suppose that text had become markup after all.
const stopped = await page.evaluate(async () => {
  const blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
  const put = (tag, attributes, text = '') => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    document.body.append(element);
  };
  put('script', {}, 'window.broken = 1');
  put('script', { src: 'data/0001/x.js' });
  put('img', { src: 'x', onerror: 'window.broken = 1' });
  put('iframe', { src: 'data/0001.sd-jwt' });
  put('object', { data: 'index.html' });
  put('link', { rel: 'stylesheet', href: 'https://elsewhere.invalid/x.css' });
  put('img', { src: 'https://elsewhere.invalid/pixel.png' });
  await fetch('https://elsewhere.invalid/').catch(() => {});
  setTimeout('window.broken = 1', 0); // later, so that the driver's own rights do not help it
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { blocked, broken: window.broken };
});
told.expect(stopped.broken === undefined, 'markup in the page could run a script');
for (const directive of ['script-src-elem', 'script-src-attr', 'frame-src', 'object-src', 'style-src-elem', 'img-src', 'connect-src'])
  told.expect(stopped.blocked.includes(directive), `${directive} let something through: ${stopped.blocked}`);
told.expect(!seen.requests.some((url) => url.includes('elsewhere.invalid') && !stopped.blocked.length), 'a request left');
await close();
await browser.close();
told.end('hostile text');
