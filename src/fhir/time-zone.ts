import type { TimeZoneRule } from '../cda/reading.js';
import type { PointInTime } from '../cda/types/ts.js';
import { whenNeeded } from '../when-needed.js';

const luxon = whenNeeded('luxon') as () => typeof import('luxon');

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Whether this is the name of a zone of the IANA time zone database: `America/New_York`. */
export function isTimeZone(name: string): boolean {
  return luxon().IANAZone.isValidZone(name);
}

/**
 * The offset of a point in time that has none of its own, or undefined where no single one is certain.
 *
 * A zone gives none for a local time that it has twice (the hour when daylight saving ends) or never (when it starts),
 * and none before zones were whole minutes: each would be a guess.
 *
 *   borrowedOffset({ kind: 'zone', zone: 'America/New_York' }, parseTs('201507011200'))  // '-04:00'
 */
export function borrowedOffset(rule: TimeZoneRule, point: PointInTime): string | undefined {
  if (rule.kind === 'none') return undefined;
  if (rule.kind === 'offset') return rule.offset;
  const zone = luxon().IANAZone.create(rule.zone);
  if (!zone.isValid) return undefined;
  const local = localTime(point);
  // Offsets change months apart, so the local time's own is that of a day before or of a day after.
  const before = zone.offset(local - DAY);
  const after = zone.offset(local + DAY);
  if (before === after) return offsetText(before);
  const certain = [before, after].filter((offset) => zone.offset(local - offset * MINUTE) === offset);
  return certain.length === 1 ? offsetText(certain[0]!) : undefined;
}

/** The next midnight, for a point whose hour is 24: FHIR has no 24:00 (FHIR R4 2.24.0.1). */
export function nextMidnight(point: PointInTime): PointInTime {
  const [year = '', month = '', day = ''] = new Date(localTime(point)).toISOString().slice(0, 10).split('-');
  return { ...point, year, month, day, hour: '00' };
}

/** The local time as if it were UTC, in milliseconds. */
function localTime({ year, month, day, hour, minute, second }: PointInTime): number {
  // Not Date.UTC, which takes the year 99 for 1999.
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
