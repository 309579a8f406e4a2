import { readTime } from '../search/time-range.js';
import { suggestion } from '../xpath/nearest.js';

/**
 * The texts of a purpose with `{from}`, `{to-P10Y}`, `{referrals}` in them: parameters, dates counted from them, and the
 * ids of what another item found.
 */
export interface Filling {
  readonly name: string;
  /** `-P10Y` */
  readonly shift: string | undefined;
  /** Where it begins in the text. */
  readonly offset: number;
}

const FILLING = /\{([^{}]*)\}/g;
const INSIDE = /^([A-Za-z][A-Za-z0-9-]*?)(?:([+-])P(\d+)([YMWD]))?$/;

/** The fillings of a text, or what is wrong with one. */
export function fillingsOf(text: string): (Filling | { readonly wrong: string; readonly offset: number })[] {
  return [...text.matchAll(FILLING)].map((found) => {
    const inside = INSIDE.exec(found[1]!);
    const offset = found.index;
    if (inside === null) return { wrong: `{${found[1]!}} is no parameter; dates are counted like {to-P10Y}`, offset };
    const [, name = '', sign, count, unit] = inside;
    return { name, shift: sign === undefined ? undefined : `${sign}P${count!}${unit!}`, offset };
  });
}

/** What is wrong with the names in a text; `known` are parameters and items, `dates` those that can be counted from. */
export function checkFillings(
  text: string,
  known: ReadonlySet<string>,
  dates: ReadonlySet<string>,
): { message: string; offset: number }[] {
  return fillingsOf(text).flatMap((filling) => {
    if ('wrong' in filling) return [{ message: filling.wrong, offset: filling.offset }];
    const { name, shift, offset } = filling;
    if (!known.has(name))
      return [{ message: `there is no parameter or item ${name}${suggestion(name, known)}`, offset }];
    if (shift !== undefined && !dates.has(name)) return [{ message: `${name} is no date to count from`, offset }];
    return [];
  });
}

/** Fills a text; undefined where a parameter in it has no value. */
export function fill(text: string, valueOf: (name: string) => string | undefined): string | undefined {
  const open = { left: false };
  const filled = text.replace(FILLING, (whole, inside: string) => {
    const [, name = '', sign, count, unit = ''] = (INSIDE.exec(inside) ?? []) as readonly (string | undefined)[];
    const value = valueOf(name);
    if (value === undefined) {
      open.left = true;
      return whole;
    }
    return sign === undefined ? value : shiftDate(value, (sign === '-' ? -1 : 1) * Number(count), unit);
  });
  return open.left ? undefined : filled;
}

/**
 * A search with its fillings; a filter whose parameter was not given is left out, so that an optional parameter asks
 * nothing where it is absent. Undefined where nothing is left of the filters: such a search would find everything.
 */
export function fillQuery(query: string, valueOf: (name: string) => string | undefined): string | undefined {
  const mark = query.indexOf('?');
  if (mark === -1) return query;
  const written = query.slice(mark + 1).split('&');
  const parts = written.flatMap((part) => fill(part, valueOf) ?? []);
  if (parts.length === 0 && written.length > 0) return undefined;
  return `${query.slice(0, mark + 1)}${parts.join('&')}`;
}

/**
 * Counts days, weeks, months or years from a date, and stays in the month: a month after 31 January is 28 February.
 *
 *   shiftDate('2021-12-31', -10, 'Y') // '2011-12-31'
 */
export function shiftDate(date: string, count: number, unit: string): string {
  if (readTime(date) === undefined) return date;
  const [year = 0, month, day] = date.slice(0, 10).split('-').map(Number);
  if (unit === 'D' || unit === 'W') {
    const moved = new Date(Date.UTC(year, (month ?? 1) - 1, (day ?? 1) + count * (unit === 'W' ? 7 : 1)));
    return moved.toISOString().slice(0, 10);
  }
  const months = year * 12 + (month ?? 1) - 1 + count * (unit === 'Y' ? 12 : 1);
  const [newYear, newMonth] = [Math.floor(months / 12), (months % 12) + 1];
  const last = new Date(Date.UTC(newYear, newMonth, 0)).getUTCDate();
  const parts = [String(newYear).padStart(4, '0')];
  if (month !== undefined) parts.push(String(newMonth).padStart(2, '0'));
  if (day !== undefined) parts.push(String(Math.min(day, last)).padStart(2, '0'));
  return parts.join('-');
}
