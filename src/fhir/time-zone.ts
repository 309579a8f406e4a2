import type { TimeZoneRule } from '../cda/reading.js';
import type { PointInTime } from '../cda/types/ts.js';
import { whenNeeded } from '../when-needed.js';

const luxon = whenNeeded('luxon') as () => typeof import('luxon');

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Whether a text is the name of a zone in the IANA time zone database: `America/New_York`. */
export function isTimeZone(name: string): boolean {
  return luxon().IANAZone.isValidZone(name);
}

/**
 * The offset for a point in time that has none; undefined if it is not certain.
 *
 * A zone gives no offset for a local time that occurs twice (in the hour when daylight saving ends) or never (when it
 * starts), and none for times before zones had whole minutes. Each of these would be a guess.
 *
 *   borrowedOffset({ kind: 'zone', zone: 'America/New_York' }, parseTs('201507011200'))  // '-04:00'
 */
export function borrowedOffset(rule: TimeZoneRule, point: PointInTime): string | undefined {
  if (rule.kind === 'none') return undefined;
  if (rule.kind === 'offset') return rule.offset;
  const zone = luxon().IANAZone.create(rule.zone);
  if (!zone.isValid) return undefined;
  const local = localTime(point);
  // Offsets change only months apart. So the right one is that of the day before or of the day after.
  const before = zone.offset(local - DAY);
  const after = zone.offset(local + DAY);
  if (before === after) return offsetText(before);
  const certain = [before, after].filter((offset) => zone.offset(local - offset * MINUTE) === offset);
  return certain.length === 1 ? offsetText(certain[0]!) : undefined;
}

/** The next midnight, for a point with the hour 24, because FHIR has no 24:00 (FHIR R4 2.24.0.1). */
export function nextMidnight(point: PointInTime): PointInTime {
  const [year = '', month = '', day = ''] = new Date(localTime(point)).toISOString().slice(0, 10).split('-');
  return { ...point, year, month, day, hour: '00' };
}

/** The local time in milliseconds, as if it were UTC. */
function localTime({ year, month, day, hour, minute, second }: PointInTime): number {
  // Date.UTC is not used, because it takes the year 99 for 1999.
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.setUTCHours(Number(hour), Number(minute), Math.min(Number(second), 59));
}

function offsetText(minutes: number): string | undefined {
  if (!Number.isInteger(minutes) || Math.abs(minutes) > 840) return undefined;
  const size = Math.abs(minutes);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
