// Times and places as cameras write them: RFC 3339 where the zone may be missing, and ISO 6709.
import { Refused } from './reasons';

export interface CivilTime {
  ms: number; // as if it were UTC
  zone: 'unknown' | 'utc' | number; // minutes east of UTC
}

export interface Place {
  latitude: number; // degrees
  longitude: number;
}

export function civilTime(parts: (number | undefined)[]): CivilTime | undefined {
  const [year, month, day, hour, minute, second, milli = 0] = parts;
  if (year === undefined || month === undefined || day === undefined || hour === undefined ||
      minute === undefined || second === undefined)
    return undefined;
  if (year < 1900 || year > 9999 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const ms = date.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli;
  return new Date(ms).getUTCFullYear() > 9999 ? undefined : { ms, zone: 'unknown' };
}

const two = (value: number): string => String(value).padStart(2, '0');
const offsetText = (minutes: number): string => {
  const positive = Math.abs(minutes);
  return (minutes < 0 ? '-' : '+') + two(Math.floor(positive / 60)) + ':' + two(positive % 60);
};
const zoneText = (zone: CivilTime['zone']): string =>
  zone === 'utc' ? 'Z' : zone === 'unknown' ? '' : offsetText(zone);

export function writeCivilTime(time: CivilTime): string {
  const text = new Date(time.ms).toISOString();
  return text.slice(0, 19) + (text.slice(19, 23) === '.000' ? '' : text.slice(19, 23)) +
    zoneText(time.zone);
}

export function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const parts = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const total = Number(parts[2]) * 60 + Number(parts[3]);
  if (Number(parts[3]) > 59 || total > 18 * 60) return undefined;
  return parts[1] === '-' ? -total : total;
}

// One text per value.
export function parseCivilTime(text: string): CivilTime {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?(.*)$/.exec(text);
  const time = civilTime(parts?.slice(1, 8).map((part) => (part === undefined ? 0 : Number(part))) ?? []);
  if (!parts || !time) throw new Refused('statement');
  const zone = parts[8]!;
  if (zone === 'Z') time.zone = 'utc';
  else if (zone !== '') {
    const offset = parseOffset(zone);
    if (offset === undefined) throw new Refused('statement');
    time.zone = offset;
  }
  if (writeCivilTime(time) !== text) throw new Refused('statement');
  return time;
}

export const sameTime = (a: CivilTime, b: CivilTime): boolean => a.ms === b.ms && a.zone === b.zone;

export function showCivilTime(time: CivilTime): string {
  const zone = time.zone === 'utc' ? 'UTC' : time.zone === 'unknown' ? '' : offsetText(time.zone);
  return (new Date(time.ms).toISOString().slice(0, 16).replace('T', ' ') + ' ' + zone).trim();
}

// Milliseconds between two times; of one whose zone is not known, the least that some zone allows:
// zones differ from UTC by whole quarters of an hour, from -12 h to +14 h.
export function msBetween(a: CivilTime, b: CivilTime): number {
  const quarter = 900_000, most = 14 * 3_600_000, least = -12 * 3_600_000;
  const utc = (time: CivilTime) =>
    time.zone === 'unknown' ? undefined : time.ms - (time.zone === 'utc' ? 0 : time.zone * 60_000);
  const one = utc(a), other = utc(b);
  if (one !== undefined && other !== undefined) return one - other;
  if (one === undefined && other === undefined) return a.ms - b.ms;
  const difference = one !== undefined ? b.ms - one : a.ms - other!;
  if (difference > most) return difference - most;
  if (difference < least) return difference - least;
  const over = ((difference % quarter) + quarter) % quarter;
  return Math.min(over, quarter - over);
}

// Degrees, degrees and minutes, or with seconds: told apart by how many digits there are.
function angle(text: string, least: number): number | undefined {
  const parts = /^([+-])(\d+)(\.\d+)?$/.exec(text);
  if (!parts) return undefined;
  const digits = parts[2]!, fraction = Number('0' + (parts[3] ?? ''));
  const part = (at: number, count: number) => Number(digits.slice(at, at + count));
  let value: number;
  if (digits.length === least) value = part(0, least) + fraction;
  else if (digits.length === least + 2 && part(least, 2) < 60)
    value = part(0, least) + (part(least, 2) + fraction) / 60;
  else if (digits.length === least + 4 && part(least, 2) < 60 && part(least + 2, 2) < 60)
    value = part(0, least) + part(least, 2) / 60 + (part(least + 2, 2) + fraction) / 3600;
  else return undefined;
  return parts[1] === '-' ? -value : value;
}

export function placeOf(latitude: number | undefined, longitude: number | undefined): Place | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

const number = '[+-]\\d{1,9}(?:\\.\\d+)?';
const point = new RegExp(`^(${number})(${number})(${number})?(?:CRS[^/]*)?/?$`);

export function parsePlace(text: string): Place | undefined {
  const parts = text.length <= 64 ? point.exec(text) : null;
  if (!parts || Math.abs(Number(parts[3] ?? 0)) > 100_000) return undefined;
  return placeOf(angle(parts[1]!, 2), angle(parts[2]!, 3));
}

// Cut off after so many decimals: a cell, not a rounded place.
export function writeCell(place: Place, decimals: 0 | 1): string {
  const one = (degrees: number, digits: number): string => {
    const units = Math.round(Math.abs(degrees) * 1e7), whole = Math.floor(units / 1e7);
    const rest = decimals === 0 ? '' : '.' + Math.floor((units % 1e7) / 1e6);
    return (Math.round(degrees * 1e7) < 0 ? '-' : '+') + String(whole).padStart(digits, '0') + rest;
  };
  return one(place.latitude, 2) + one(place.longitude, 3) + '/';
}

export function showPlace({ latitude, longitude }: Place): string {
  return `${Math.abs(latitude).toFixed(2)} ${latitude < 0 ? 'S' : 'N'} ` +
    `${Math.abs(longitude).toFixed(2)} ${longitude < 0 ? 'W' : 'E'}`;
}

// Haversine: also near the poles and for far places.
export function metresBetween(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const north = a.latitude - b.latitude;
  let east = Math.abs(a.longitude - b.longitude);
  if (east > 180) east = 360 - east;
  const h = Math.sin(radians(north) / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(radians(east) / 2) ** 2;
  return Math.round(((2 * Math.asin(Math.min(1, Math.sqrt(h)))) * 180 / Math.PI) * 111_195);
}
