// Debian's Chromium, driven by playwright-core; every request is written down.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const notRun = 77; // ctest: SKIP_RETURN_CODE

export async function launch() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  if (!executablePath) {
    console.log('NOT RUN: the program chromium is not here');
    process.exit(notRun);
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--js-flags=--expose-gc'] });
}

export async function open(browser, url, { width = 1280, height = 900, locale = 'en-US', script = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, javaScriptEnabled: script });
  const page = await context.newPage();
  const seen = { requests: [], complaints: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.complaints.push(message.text());
  });
  await page.goto(url);
  return { page, seen, close: () => context.close() };
}

// Waits for a verdict and reads it, with the findings as the page saves them.
export async function verdict(page, timeout = 60_000) {
  await page.waitForFunction(() => {
    const state = document.getElementById('state');
    return state && ['holds', 'fails', 'open'].includes(state.className);
  }, null, { timeout });
  return page.evaluate(() => document.getElementById('state').className);
}

export async function check(page, folder, timeout) {
  await page.evaluate(() => { document.getElementById('state').className = ''; });
  await page.setInputFiles('#checker input[type=file]', folder);
  return verdict(page, timeout);
}

// A failed expectation is told and counted; the run goes on.
export class Told {
  failed = 0;
  passed = 0;
  expect(holds, what) {
    if (holds) return void ++this.passed;
    ++this.failed;
    console.log(`FAILED   ${what}`);
  }
  end(name) {
    console.log(`${name}: ${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed ? 1 : 0);
  }
}
