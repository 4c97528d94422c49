// The page in the reader's language. The markup is English with key and values beside every text
// (data-t, data-v); here the text is put anew from web/strings. Always as text, never as markup.
import tables from 'exhibit:strings';

export type Value = string | number | { ms: number } | { key: string; values?: Values } | { list: Value[] };
export interface Values {
  [name: string]: Value;
}

const codes = Object.keys(tables);
let current = 'en';

export function languages(): { code: string; name: string }[] {
  return codes.map((code) => ({ code, name: tables[code].language }));
}

export function language(): string {
  return current;
}

// The first of the reader's languages that is here.
export function preferred(): string {
  for (const wanted of navigator.languages ?? [navigator.language]) {
    const code = wanted.toLowerCase().split('-')[0];
    if (codes.includes(code)) return code;
  }
  return 'en';
}

const units: [string, number][] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]];

// The two largest parts: "3 days, 4 hours".
function duration(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2)
      parts.push(new Intl.NumberFormat(numbers(), { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  }
  return parts.join(', ') || `${ms} ms`;
}

// Digits stay Latin: digests, times and case numbers stand beside them.
function numbers(): string {
  return `${current}-u-nu-latn`;
}

export function bytes(count: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let step = 0;
  let value = count;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    ++step;
  }
  return new Intl.NumberFormat(numbers(), { style: 'unit', unit: steps[step], unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
}

// Text from elsewhere must not reorder the sentence around it (UAX 9, FSI and PDI), nor hide in it.
export function isolated(text: string): string {
  return `\u2068${text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')}\u2069`;
}

function shown(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return new Intl.NumberFormat(numbers()).format(value);
  if (typeof value === 'string') return isolated(value);
  if ('key' in value) return say(value.key, value.values);
  if ('list' in value) return value.list.map(shown).join(say('list.comma'));
  return duration(value.ms);
}

export function has(key: string): boolean {
  return Object.prototype.hasOwnProperty.call(tables.en, key);
}

export function say(key: string, values: Values = {}): string {
  const template = has(key) ? tables[current][key] : key;
  return template.replace(/\{([a-z_0-9]+)\}/gi, (_, name: string) =>
    shown(Object.prototype.hasOwnProperty.call(values, name) ? values[name] : undefined));
}

function valuesOf(element: Element): Values {
  try {
    return JSON.parse(element.getAttribute('data-v') ?? '{}') as Values;
  } catch {
    return {};
  }
}

// An element with text in the current language, which follows when the language changes.
export function put(element: Element, key: string, values: Values = {}): void {
  element.setAttribute('data-t', key);
  element.setAttribute('data-v', JSON.stringify(values));
  element.textContent = say(key, values);
}

export function translate(code: string): void {
  current = codes.includes(code) ? code : 'en';
  const root = document.documentElement;
  root.lang = current;
  root.dir = tables[current].direction;
  for (const element of document.querySelectorAll('[data-t]'))
    element.textContent = say(element.getAttribute('data-t') ?? '', valuesOf(element));
  for (const name of ['alt', 'aria-label']) {
    for (const element of document.querySelectorAll(`[data-t-${name}]`))
      element.setAttribute(name, say(element.getAttribute(`data-t-${name}`) ?? '', valuesOf(element)));
  }
  document.dispatchEvent(new Event('language'));
}
