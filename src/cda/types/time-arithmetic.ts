import type { PointInTime, Precision } from './ts.js';

/**
 * Units in which the width of an interval can be added to a point in time, with the precision that the point must have.
 */
const NEEDS: ReadonlyMap<string, Precision> = new Map([
  ['a', 'year'],
  ['mo', 'month'],
  ['wk', 'day'],
  ['d', 'day'],
  ['h', 'minute'],
  ['min', 'minute'],
  ['s', 'second'],
]);
const SECONDS: ReadonlyMap<string, number> = new Map([
  ['wk', 604800],
  ['d', 86400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
]);
const PRECISIONS: readonly Precision[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * A point in time moved by so many units (back if `count` is negative), with the same precision. Undefined if the point
 * or the result is not precise enough for that unit. The clock counts on at the point's own offset. A month after the
 * 31st is the last day of the next month.
 *
 *   addTime(parseTs('20240131')!, 1, 'mo')    // 2024-02-29
 *   addTime(parseTs('2024')!, 3, 'd')         // undefined: which three days later?
 */
export function addTime(point: PointInTime, count: number, unit: string): PointInTime | undefined {
  const needs = NEEDS.get(unit);
  if (needs === undefined || PRECISIONS.indexOf(point.precision) < PRECISIONS.indexOf(needs)) return undefined;
  const seconds = SECONDS.get(unit);
  const months = unit === 'a' ? count * 12 : count;
  if (seconds === undefined) return Number.isInteger(months) ? addMonths(point, months) : undefined;
  const shift = count * seconds;
  // Half a day added to a date gives no date, and ten seconds added to a minute give no minute.
  const step = point.hour === '' ? 86400 : point.second === '' ? 60 : 1;
  if (!Number.isSafeInteger(shift) || shift % step !== 0 || point.hour === '24' || point.second === '60')
    return undefined;
  const { year, month, day, hour, minute, second } = point;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second) + shift);
  return within(point, date);
}

function addMonths(point: PointInTime, months: number): PointInTime | undefined {
  const { year, month, day } = point;
  if (month === '' && months % 12 !== 0) return undefined;
  const first = new Date(0);
  first.setUTCFullYear(Number(year), (month === '' ? 0 : Number(month) - 1) + months, 1);
  const last = new Date(first);
  last.setUTCMonth(first.getUTCMonth() + 1, 0);
  first.setUTCDate(day === '' ? 1 : Math.min(Number(day), last.getUTCDate()));
  const { hour, minute, second } = point;
  first.setUTCHours(Number(hour), Number(minute), Number(second));
  return within(point, first);
}

/** The date, with the same parts that the point has. */
function within(point: PointInTime, date: Date): PointInTime | undefined {
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1000 || date.getUTCFullYear() > 9999) return undefined;
  const text = date.toISOString();
  const part = (own: string, from: number, length = 2) => (own === '' ? '' : text.slice(from, from + length));
  return {
    ...point,
    year: part(point.year, 0, 4),
    month: part(point.month, 5),
    day: part(point.day, 8),
    hour: part(point.hour, 11),
    minute: part(point.minute, 14),
    second: part(point.second, 17),
  };
}
