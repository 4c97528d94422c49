// What was found, in the reader's language: a line for each answer, with the command that confirms it.
import type { Finding } from '../verify/index';
import { make, text } from './elements';
import { has, type Value, type Values } from './words';

const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/;

// A few values are words of the verifier; those are said in the reader's language too.
function ground(phrase: string): Value {
  const found = /^(?:(time stamp) of (.*)|(Bitcoin block) (\d+)|(guardians' logs|guardians' receipts))$/.exec(phrase);
  if (!found) return phrase;
  const name = (found[1] ?? found[3] ?? found[5]).replace(/[ ']+/g, '-').toLowerCase();
  return { key: `by.${name}`, values: { which: found[2] ?? found[4] ?? '' } };
}

function spoken(name: string, value: Value, finding: Finding): Value {
  if (typeof value !== 'string') return value;
  const { code, reason } = finding.values;
  if (name === 'why' && has(`why.${code}`)) return { key: `why.${code}` };
  if (name === 'because' && has(`because.${reason}`)) return { key: `because.${reason}` };
  if (name === 'facts') return { list: value.split(', ').map((one) => (has(`withheld.${one}`) ? { key: `withheld.${one}` } : one)) };
  if (name === 'by') return { list: value.split(', ').map(ground) };
  const time = instant.exec(value);
  return time ? `${time[1]} ${time[2]} UTC` : value;
}

function valuesOf(finding: Finding): Values {
  const out: Values = {};
  for (const [name, value] of Object.entries(finding.values)) out[name] = spoken(name, value, finding);
  return out;
}

function answer(finding: Finding): HTMLElement {
  const topic = `topic.${finding.id.split('.')[0]}`;
  const body = make('div', '', text('small', has(topic) ? topic : finding.id), text('p', `say.${finding.id}`, valuesOf(finding)));
  if (finding.check) {
    const command = make('code', '', finding.check);
    command.dir = 'ltr';
    body.append(make('small', '', command));
  }
  return make('li', finding.verdict, make('div', '', text('b', `verdict.${finding.verdict}`)), body);
}

// What speaks against it first; the same said of several papers once, with how often.
export function answers(findings: Finding[]): HTMLElement {
  const order = ['fails', 'not_checked', 'holds', 'claimed', 'note'];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const rows = new Map<string, { row: HTMLElement; times: number }>();
  for (const finding of sorted) {
    const said = finding.id + JSON.stringify(valuesOf(finding));
    const before = rows.get(said);
    if (before) ++before.times;
    else rows.set(said, { row: answer(finding), times: 1 });
  }
  for (const { row, times } of rows.values()) {
    if (times > 1) row.firstElementChild?.append(make('span', 'times', ` × ${times}`));
  }
  return make('ul', 'findings', ...[...rows.values()].map(({ row }) => row));
}
