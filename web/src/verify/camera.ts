// What a picture's own Exif (CIPA DC-008) says now, read by exifr: the sealed word of the camera is
// compared with it. Videos, PNG and HEIC are not read here.
import exifr from 'exifr/dist/mini.esm.mjs';
import { CivilTime, civilTime, parseOffset, placeOf } from './civil_time';
import type { Reading } from './capture';
import type { FolderFile } from './folder';

const headBytes = 4 << 20;
const tag = {
  dateTimeOriginal: 0x9003, offsetTimeOriginal: 0x9011, subSecTimeOriginal: 0x9291,
  latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4, timeStamp: 7, status: 9, dateStamp: 0x1d,
} as const;

type Tags = Record<number, unknown>;
const text = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, 256).split('\0')[0]!.replace(/ +$/, '') : '';
// A camera whose clock was never set writes blanks or zeros (§4.6.5.4).
const saysNothing = (value: string): boolean => /^[ :0]*$/.test(value);

function takenAt(tags: Tags): CivilTime | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text(tags[tag.dateTimeOriginal]));
  if (!parts || saysNothing(parts[0])) return undefined;
  const time = civilTime(parts.slice(1).map(Number));
  if (!time) return undefined;
  // "7" is 0.7 s, "0710" is 0.071 s.
  const fraction = (text(tags[tag.subSecTimeOriginal]) + '000').slice(0, 3);
  if (/^\d{3}$/.test(fraction)) time.ms += Number(fraction);
  const offset = text(tags[tag.offsetTimeOriginal]);
  const minutes = /[^ :]/.test(offset) ? parseOffset(offset) : undefined;
  if (minutes !== undefined) time.zone = minutes;
  return time;
}

const numbersOf = (value: unknown): number[] =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<number>, Number) : [];

// Degrees, minutes, seconds; each may have a fraction, and 0/0 is a part that is not known.
function angleOf(value: unknown, negative: boolean): number | undefined {
  const parts = numbersOf(value);
  if (parts.length !== 3 || Number.isNaN(parts[0])) return undefined;
  const [degrees, minutes, seconds] = parts.map((part) => (Number.isNaN(part) ? 0 : part));
  if (!(degrees! >= 0 && degrees! <= 180 && minutes! >= 0 && minutes! <= 60 && seconds! >= 0 &&
        seconds! <= 60))
    return undefined;
  const angle = degrees! + minutes! / 60 + seconds! / 3600;
  return negative ? -angle : angle;
}

function gpsReading(tags: Tags): Reading {
  const out: Reading = { source: 'exif-gps' };
  const north = text(tags[tag.latitudeRef]), east = text(tags[tag.longitudeRef]);
  // Without its letter a number may be either side of the equator; 'V' is a receiver without a fix.
  if (text(tags[tag.status]) !== 'V' && /^[NS]$/.test(north) && /^[EW]$/.test(east)) {
    const place = placeOf(angleOf(tags[tag.latitude], north === 'S'),
                          angleOf(tags[tag.longitude], east === 'W'));
    if (place) out.place = place;
  }
  const date = /^(\d{4}):(\d\d):(\d\d)$/.exec(text(tags[tag.dateStamp]));
  const clock = numbersOf(tags[tag.timeStamp]);
  if (date && !saysNothing(date[0]) && clock.length === 3 && clock.every((part) => part >= 0 && part < 61)) {
    const second = Math.floor(clock[2]!), milli = Math.floor((clock[2]! - second) * 1000 + 1e-6);
    const time = civilTime([...date.slice(1).map(Number), Math.floor(clock[0]!), Math.floor(clock[1]!),
                            second, milli]);
    if (time) out.time = { ...time, zone: 'utc' };
  }
  return out;
}

// Undefined: not a picture that is read here, or one whose head is too long.
export async function cameraReadings(file: FolderFile): Promise<Reading[] | undefined> {
  let head: Uint8Array;
  if (file.blob) {
    const blob = await file.blob();
    head = new Uint8Array(await blob.slice(0, headBytes).arrayBuffer());
  } else {
    if (file.size > headBytes) return undefined;
    head = await file.read();
  }
  if (head[0] !== 0xff || head[1] !== 0xd8 || head[2] !== 0xff) return undefined;
  let tags: { exif?: Tags; gps?: Tags } | undefined;
  try {
    tags = await exifr.parse(head, {
      ifd0: true, exif: true, gps: true, interop: false, ifd1: false, mergeOutput: false,
      sanitize: false, translateKeys: false, translateValues: false, reviveValues: false,
    });
  } catch {
    tags = undefined; // damaged: then it says nothing
  }
  if (!tags && file.size > headBytes) return undefined;
  const out: Reading[] = [];
  const taken = tags?.exif && takenAt(tags.exif);
  if (taken) out.push({ source: 'exif', time: taken });
  const gps = tags?.gps && gpsReading(tags.gps);
  if (gps && (gps.time || gps.place)) out.push(gps);
  return out;
}
