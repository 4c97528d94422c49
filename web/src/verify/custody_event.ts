// What happened to an exhibit: an in-toto Statement v1 in a DSSE envelope.
import type { Kind } from './dsse';
import { Fields } from './fields';
import { canonical, mapOf, type Json } from './json';
import { Refused } from './reasons';
import { showNumber } from './printable';

const itemsMax = 64, textMax = 4096, wordMax = 64;
const kinds = new Set((
  'captured-claimed sealed imported timestamped timestamp-upgraded logged sent received ' +
  'device-wiped fixity-ok fixity-failed repaired policy-changed voted released opened exported ' +
  'redacted transcoded still-made enhanced translated transcribed certified filed served returned ' +
  'withdrawn gap'
).split(' '));
const roles = new Set((
  'original package ciphertext statement derivative still packet policy check-in checkpoint ' +
  'time-proof block-header'
).split(' '));
const bases = new Set(['stated', 'device-clock', 'guardian-clock', 'rfc3161', 'bitcoin']);
const agents = new Set(['witness', 'device', 'guardian', 'publisher', 'authority']);

export interface CustodyItem {
  role: string;
  sha256?: string;
  bep52?: string; // root of a ciphertext, as in torrents
  bytes?: number;
}

export interface CustodyEvent {
  event: string;
  caseId?: string;
  exhibit?: number;
  agentRole: string;
  agentKey: string; // SHA-256 of its public key
  items: CustodyItem[]; // what came out, then what went in
  prev?: string;
}

function word(fields: Fields, name: string, known: Set<string>): string {
  const text = fields.text(name, wordMax);
  if (!known.has(text)) throw new Refused('custody', name);
  return text;
}

function parseItem(json: Json): CustodyItem {
  const fields = new Fields(json);
  const item: CustodyItem = { role: word(fields, 'role', roles) };
  if (fields.has('sha256')) item.sha256 = fields.hex('sha256');
  if (fields.has('bep52')) item.bep52 = fields.hex('bep52');
  if (fields.has('bytes')) item.bytes = fields.integer('bytes', 0, Number.MAX_SAFE_INTEGER);
  fields.finish();
  if (!item.sha256 && !item.bep52) throw new Refused('custody');
  return item;
}

const sameItem = (a: CustodyItem, b: CustodyItem): boolean =>
  a.role === b.role && a.sha256 === b.sha256 && a.bep52 === b.bep52 && a.bytes === b.bytes;

// in-toto wants the digests at the top; they follow from the items, so that the two can never
// disagree.
function subjectOf(event: CustodyEvent): Json {
  const seen: CustodyItem[] = [];
  for (const item of event.items) if (!seen.some((one) => sameItem(one, item))) seen.push(item);
  const before = event.exhibit === undefined ? '' : showNumber(event.exhibit) + '/';
  return seen.map((item) => {
    const digest = new Map<string, Json>();
    if (item.sha256) digest.set('sha256', item.sha256);
    if (item.bep52) digest.set('bep52', item.bep52);
    return mapOf({ name: before + item.role, digest });
  });
}

function parsePredicate(fields: Fields): CustodyEvent {
  fields.integer('v', 1, 1);
  const event = word(fields, 'event', kinds);
  const caseId = fields.has('case') ? fields.caseId() : undefined;
  const exhibit = fields.has('exhibit') ? fields.integer('exhibit', 1, 999_999) : undefined;
  for (const name of ['at', 'until']) if (fields.has(name)) fields.time(name);
  word(fields, 'at_basis', bases);
  const agent = fields.object('agent');
  const agentRole = word(agent, 'role', agents), agentKey = agent.hex('key_id');
  agent.optionalText('label', wordMax);
  agent.finish();
  if (fields.has('tool')) {
    const tool = fields.object('tool');
    tool.text('name', wordMax);
    tool.text('version', wordMax);
    if (tool.has('sha256')) tool.hex('sha256');
    tool.finish();
  }
  const into = fields.list('in', itemsMax).map(parseItem);
  const out = fields.list('out', itemsMax).map(parseItem);
  for (const name of ['place', 'reason', 'authority', 'note']) fields.optionalText(name, textMax);
  word(fields, 'outcome', new Set(['success', 'failure']));
  const prev = fields.has('prev') ? fields.hex('prev') : undefined;
  fields.finish();
  const parsed: CustodyEvent = { event, agentRole, agentKey, items: [...out, ...into] };
  if (caseId !== undefined) parsed.caseId = caseId;
  if (exhibit !== undefined) parsed.exhibit = exhibit;
  if (prev !== undefined) parsed.prev = prev;
  return parsed;
}

export const custodyKind: Kind<CustodyEvent> = {
  type: 'application/vnd.in-toto+json',
  parse(payload) {
    const fields = Fields.of(payload);
    if (fields.text('_type', 128) !== 'https://in-toto.io/Statement/v1' ||
        fields.text('predicateType', 128) !== 'urn:exhibit:custody-event:v1')
      throw new Refused('custody');
    const subject = fields.list('subject', 2 * itemsMax);
    const event = parsePredicate(fields.object('predicate'));
    fields.finish();
    if (event.items.length === 0 || canonical(subject) !== canonical(subjectOf(event)))
      throw new Refused('custody', 'subject');
    return event;
  },
};
