/**
 * Dates as FHIR search sees them: each is a span of time (FHIR R4 3.1.1.4.7). A date of a year is a span of which one day
 * is meant and nobody knows which, so a range keeps the earliest and the latest reading of both its ends.
 *
 * Times are told as their source wrote them: milliseconds of the wall clock, with the offset beside them. Two times that
 * both have an offset are compared as instants; else by the wall clock, so that a fact belongs to the day that its source
 * wrote.
 */
export interface TimeRange {
  readonly start: TimeSpan;
  readonly end: TimeSpan;
}

/**
 * The earliest and the latest moment of an end: at or after `from`, before `to`. Infinite if a Period does not give
 * the end.
 */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  /** Minutes east of UTC; absent where the source gives none. */
  readonly offset?: number;
}

const FORM =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?(Z|[+-]\d{2}:\d{2})?$/;
const MINUTE = 60_000;

/**
 * A FHIR date, dateTime or instant; also hours and minutes alone, which a search may have. Undefined where it is none.
 *
 *   readTime('2023-02') // from 2023-02-01T00:00 to 2023-03-01T00:00
 */
export function readTime(text: string): TimeSpan | undefined {
  const found = FORM.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  if (zone !== undefined && hour === undefined) return undefined;
  const parts = [month, day, hour, minute, second];
  const precision = parts.filter((part) => part !== undefined).length;
  const at = (add: number): number => {
    const number = (index: number, least: number): number =>
      Number(parts[index] ?? least) + (precision === index + 1 ? add : 0);
    const date = new Date(0);
    date.setUTCFullYear(Number(year) + (precision === 0 ? add : 0), number(0, 1) - 1, number(1, 1));
    date.setUTCHours(number(2, 0), number(3, 0), number(4, 0));
    return date.getTime();
  };
  const from = at(0);
  if (!isReal(from, Number(year), month, day, hour, minute, second)) return undefined;
  const offset = zone === undefined ? undefined : zone === 'Z' ? 0 : minutesOf(zone);
  const span =
    fraction === undefined
      ? { from, to: at(1) }
      : { from: from + Number(`0.${fraction}`) * 1000, to: from + Number(`0.${fraction}`) * 1000 + 1 };
  return offset === undefined ? span : { ...span, offset };
}

/** No 30 February, no 25 o'clock: Date would take them for a later time. */
function isReal(time: number, year: number, ...parts: readonly (string | undefined)[]): boolean {
  const date = new Date(time);
  const back = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return (
    date.getUTCFullYear() === year && parts.every((part, index) => part === undefined || Number(part) === back[index])
  );
}

function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** The range of a dateTime: one moment within a span. */
export function moment(text: string): TimeRange | undefined {
  const span = readTime(text);
  return span === undefined ? undefined : { start: span, end: span };
}

/** The range of a Period; an end that it doesn't say may lie anywhere after its start, and the other way round. */
export function period(start: string | undefined, end: string | undefined): TimeRange | undefined {
  const first = start === undefined ? undefined : readTime(start);
  const last = end === undefined ? undefined : readTime(end);
  if (first === undefined && last === undefined) return undefined;
  return {
    start: first ?? { from: -Infinity, to: last?.to ?? Infinity },
    end: last ?? { from: first?.from ?? -Infinity, to: Infinity },
  };
}

/**
 * How imprecise dates are read: `search` as FHIR search says (a prefix holds where spans overlap, equality where one holds
 * the other), `certain`: whatever the exact date is, `possible`: for one exact date at least.
 */
export type DateReading = 'search' | 'certain' | 'possible';

export const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof PREFIXES)[number];

/** Whether a date of a resource is as a search wants it. */
export function dateMatches(prefix: Prefix, fact: TimeRange, wanted: TimeSpan, reading: DateReading): boolean {
  const start = comparable(fact.start, wanted);
  const end = comparable(fact.end, wanted);
  const at = comparable(wanted, fact.start);
  const upTo = comparable(wanted, fact.end);
  const certain = reading === 'certain';
  switch (prefix) {
    case 'eq':
      return reading === 'possible'
        ? start.to > at.from && start.from < upTo.to && end.from < upTo.to
        : start.from >= at.from && end.to <= upTo.to;
    case 'ne':
      return reading === 'possible' || reading === 'search'
        ? !(start.from >= at.from && end.to <= upTo.to)
        : end.to <= upTo.from || start.from >= at.to;
    case 'ge':
      return certain ? end.from >= upTo.from : end.to > upTo.from;
    case 'le':
      return certain ? start.to <= at.to : start.from < at.to;
    case 'gt':
      return certain ? end.from >= upTo.to : end.to > upTo.to;
    case 'lt':
      return certain ? start.to <= at.from : start.from < at.from;
    case 'sa':
      return reading === 'possible' ? start.to > at.to : start.from >= at.to;
    case 'eb':
      return reading === 'possible' ? end.from < upTo.from : end.to <= upTo.from;
    case 'ap':
      // "Approximately" is measured from now (FHIR R4 3.1.1.4.7), and there is no clock here: refused when it is read.
      return false;
  }
}

/** The span on the line on which it can be compared with the other: instants where both have an offset. */
function comparable(span: TimeSpan, other: TimeSpan): TimeSpan {
  if (span.offset === undefined || other.offset === undefined || span.offset === 0) return span;
  const shift = span.offset * MINUTE;
  return { from: span.from - shift, to: span.to - shift };
}

/** For sorting: instants where there is an offset, else the wall clock. */
export function sortTime(span: TimeSpan, end: 'from' | 'to'): number {
  return span[end] - (span.offset ?? 0) * MINUTE;
}
