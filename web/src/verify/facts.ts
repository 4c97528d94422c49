// The facts of an exhibit, as far as they are disclosed. A fact that is not known here is somebody's
// later version.
import { CaptureFacts } from './capture';
import { fromHex } from './encoding';
import { parseTime } from './fields';
import type { Json } from './json';
import { Refused } from './reasons';
import type { Disclosure } from './statement';

export interface SealFacts {
  names: Set<string>;
  captured: CaptureFacts;
  texts: Map<string, string>; // name, claimed_time, place_exact, note …
  digests: Map<string, string>; // sha256, block_root, block_seed
  times: Map<string, number>; // file_time, device_clock, guardian_clock
  size: number;
}

const digestNames = ['sha256', 'block_root', 'block_seed'];
const textNames = [
  'name', 'claimed_time', 'place_exact', 'place_coarse', 'note', 'tool', 'guardian_checkpoint',
];
const timeNames = ['file_time', 'device_clock', 'guardian_clock'];

const textOf = (value: Json): string => {
  if (typeof value !== 'string') throw new Refused('statement');
  return value;
};
const numberOf = (value: Json): number => {
  if (typeof value !== 'number' || value < 0) throw new Refused('statement');
  return value;
};

export function readFacts(disclosures: Disclosure[]): SealFacts {
  const facts: SealFacts = {
    names: new Set(), captured: new CaptureFacts(), texts: new Map(), digests: new Map(),
    times: new Map(), size: 0,
  };
  for (const { name, value } of disclosures) {
    if (digestNames.includes(name)) {
      fromHex(textOf(value), 32);
      facts.digests.set(name, textOf(value));
    } else if (textNames.includes(name)) facts.texts.set(name, textOf(value));
    else if (timeNames.includes(name)) facts.times.set(name, parseTime(textOf(value)));
    else if (name === 'size') facts.size = numberOf(value);
    else if (name === 'parts') numberOf(value);
    else facts.captured.take(name, value);
    facts.names.add(name);
  }
  return facts;
}
