// What the camera wrote, each source under its own name, because they often disagree; and what of
// it was sealed in coarse and exact form.
import {
  CivilTime, metresBetween, msBetween, parseCivilTime, parsePlace, Place, showCivilTime, showPlace,
  writeCell,
} from './civil_time';
import { Fields } from './fields';
import type { Json } from './json';
import { Refused } from './reasons';

const lists = [
  'captured_instant', 'captured_day', 'captured_year', 'captured_point', 'captured_10km',
  'captured_100km',
] as const;
type List = (typeof lists)[number];

export interface Sourced {
  source: string;
  value: string;
}
export interface Reading {
  source: string;
  time?: CivilTime;
  place?: Place;
}

// In the order in which a reader should look at them; others come after.
const sources = [
  'exif', 'exif-gps', 'quicktime-keys', 'quicktime-user', 'quicktime-loci', 'gpmf',
  'quicktime-header',
];

export class CaptureFacts {
  private readonly told = new Map<List, Sourced[]>();
  make = '';
  model = '';

  of(list: List): Sourced[] {
    return this.told.get(list) ?? [];
  }
  get anyTime(): boolean {
    return lists.slice(0, 3).some((list) => this.of(list).length > 0);
  }
  get anyPlace(): boolean {
    return lists.slice(3).some((list) => this.of(list).length > 0);
  }
  get device(): string {
    return this.model.startsWith(this.make) ? this.model : `${this.make} ${this.model}`.trim();
  }

  // False: a fact of another kind.
  take(name: string, value: Json): boolean {
    const list = lists.find((one) => one === name);
    if (list) {
      if (!Array.isArray(value) || value.length > 16) throw new Refused('statement');
      this.told.set(list, value.map((one) => {
        const fields = new Fields(one);
        const sourced = { source: fields.text('source', 64), value: fields.text('value', 256) };
        fields.finish();
        return sourced;
      }));
      return true;
    }
    if (name !== 'captured_with') return false;
    const fields = new Fields(value);
    this.make = fields.optionalText('make', 256) ?? '';
    this.model = fields.optionalText('model', 256) ?? '';
    fields.optionalText('software', 256);
    fields.finish();
    return true;
  }

  readings(): Reading[] {
    const out: Reading[] = [];
    const at = (source: string): Reading => {
      const known = out.find((one) => one.source === source);
      if (known) return known;
      out.push({ source });
      return out[out.length - 1]!;
    };
    for (const { source, value } of this.of('captured_instant')) {
      try {
        at(source).time = parseCivilTime(value);
      } catch {
        // No time that could be compared; it is shown as it is.
      }
    }
    for (const { source, value } of this.of('captured_point')) {
      const place = parsePlace(value);
      if (place) at(source).place = place;
    }
    const rank = (one: Reading) => (sources.indexOf(one.source) + sources.length + 1) % (sources.length + 1);
    return out.filter((one) => one.time || one.place).sort((a, b) => rank(a) - rank(b));
  }

  // The exact word and the coarse one must be the same word.
  contradictions(): string[] {
    const out: string[] = [];
    const check = ({ source, value }: Sourced, coarse: List, expected: string) => {
      const told = this.of(coarse).find((one) => one.source === source);
      if (told && told.value !== expected) out.push(`${source}: ${value} / ${told.value}`);
    };
    for (const one of this.of('captured_instant')) {
      check(one, 'captured_day', one.value.slice(0, 10));
      check(one, 'captured_year', one.value.slice(0, 4));
    }
    for (const one of this.of('captured_point')) {
      const place = parsePlace(one.value);
      if (!place) {
        out.push(`${one.source}: ${one.value}`);
        continue;
      }
      check(one, 'captured_10km', writeCell(place, 1));
      check(one, 'captured_100km', writeCell(place, 0));
    }
    return out;
  }

  // The most exact that is there, as people read it.
  shownTime(): string {
    const exact = this.of('captured_instant')[0];
    const first = exact ?? this.of('captured_day')[0] ?? this.of('captured_year')[0];
    if (!first) return '–';
    try {
      return exact ? showCivilTime(parseCivilTime(exact.value)) : first.value;
    } catch {
      return first.value;
    }
  }
  shownPlace(): string {
    const exact = this.of('captured_point')[0];
    const place = exact && parsePlace(exact.value);
    if (place) return showPlace(place);
    return (exact ?? this.of('captured_10km')[0] ?? this.of('captured_100km')[0])?.value ?? '–';
  }
}

export interface Disagreement {
  one: string;
  other: string;
  apart: string;
}

const shown = (ms: number): string => {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 96 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
};

export function disagreements(readings: Reading[]): Disagreement[] {
  const out: Disagreement[] = [];
  readings.forEach((a, i) => readings.slice(i + 1).forEach((b) => {
    if (a.time && b.time) {
      const ms = msBetween(a.time, b.time);
      if (Math.abs(ms) > 60_000)
        out.push({
          one: `${a.source}: ${showCivilTime(a.time)}`, other: `${b.source}: ${showCivilTime(b.time)}`,
          apart: shown(ms),
        });
    }
    if (a.place && b.place) {
      const metres = metresBetween(a.place, b.place);
      if (metres > 500)
        out.push({
          one: `${a.source}: ${showPlace(a.place)}`, other: `${b.source}: ${showPlace(b.place)}`,
          apart: metres < 10_000 ? `${metres} m` : `${Math.floor(metres / 1000)} km`,
        });
    }
  }));
  return out;
}
