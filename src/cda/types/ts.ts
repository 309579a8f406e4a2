import { keptByText } from '../../xml/kept-by-text.js';

/** How much of a point in time its text says. */
export type Precision = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** A point in time as CDA writes it (TS). The digits are kept as text; a part that is not there is empty. */
export interface PointInTime {
  readonly precision: Precision;
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** 00 to 24; 24 only for the end of a day. */
  readonly hour: string;
  readonly minute: string;
  /** 00 to 60; 60 only for a leap second. */
  readonly second: string;
  /** With its decimal point: `.250`. */
  readonly fraction: string;
  /** `+05:00`, `Z`, or empty if there is none. */
  readonly offset: string;
}

/** HL7 has no offset of three digits (`-500`), but the day before it can still be read. */
const OFFSET = '(Z|[+-]\\d\\d(?::?\\d\\d)?|[+-]\\d{3})?';
/**
 * The literal form of TS in HL7 V3 Data Types R1, and the same with a `T`, which some senders take from ISO 8601. A
 * text with an offset must have a day.
 */
const COMPACT = new RegExp(
  `^(\\d{4})(?:(\\d\\d)(?:(\\d\\d)(?:T?(\\d\\d)(?:(\\d\\d)(?:(\\d\\d)(\\.\\d+)?)?)?)?${OFFSET})?)?$`,
);
const CLOCK = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d+)?)?';
/** The extended form of ISO 8601. Some senders write it, and it can't be misread. */
const EXTENDED = new RegExp(`^(\\d{4})-?(\\d\\d)(?:-?(\\d\\d)(?:[T ]${CLOCK})?${OFFSET})?$`);
const DASHED = /^\d{4}-\d\d(?:$|-)/;

/** No patient's record has an earlier year. Some systems send `00010101` for a date that was never set. */
const EARLIEST = '1000';
/**
 * Six digits are a year and a month, but some senders write `240101` for 2024-01-01. Then the year is one that no
 * record has, and the text is no point in time.
 */
const YEARS_BEFORE_A_MONTH = /^(?:19|20)/;

const PRECISIONS: readonly Precision[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * Reads the text of a TS. Undefined if it is no point in time: February 30, month 52, a digit too many.
 *
 *   parseTs('20150622')             // { precision: 'day', year: '2015', month: '06', day: '22', ... }
 *   parseTs('201506221030-0500')    // precision 'minute', offset '-05:00'
 *   parseTs('20150000')             // precision 'year': a part given as 00 is not known, nor is what follows it
 *
 * A date with an offset but no time of day loses the offset, because FHIR can't say that either.
 */
export const parseTs: (text: string) => PointInTime | undefined =
  // A document has the same few times over and over.
  keptByText(readTs, { most: 1000, longest: 40 });

function readTs(text: string): PointInTime | undefined {
  const match = (DASHED.test(text) || text.includes(':') ? EXTENDED.exec(text) : null) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', written = ''] = match;
  if (year < EARLIEST || (text.length === 6 && !YEARS_BEFORE_A_MONTH.test(text))) return undefined;
  const parts = [year, month, day, hour, minute, second];
  const offset = realOffset(written);
  const unknown = month === '00' ? 1 : day === '00' ? 2 : offset === undefined ? 3 : parts.indexOf('');
  const known = unknown === -1 ? parts.length : unknown;
  const part = (index: number, text: string): string => (index < known ? text : '');
  const point: PointInTime = {
    precision: PRECISIONS[known - 1]!,
    year,
    month: part(1, month),
    day: part(2, day),
    hour: part(3, hour),
    minute: part(4, minute),
    second: part(5, second),
    fraction: part(5, fraction),
    offset: known < 4 ? '' : (offset ?? ''),
  };
  return isPossible(point) ? point : undefined;
}

function isPossible({ year, month, day, hour, minute, second, fraction }: PointInTime): boolean {
  if (month > '12') return false;
  if (day !== '' && Number(day) > daysIn(Number(year), Number(month))) return false;
  if (hour === '24') return Number(minute) === 0 && Number(second) === 0 && Number(`0${fraction}`) === 0;
  if (hour > '24' || minute > '59') return false;
  // A leap second comes at the end of a UTC quarter of an hour, whatever the offset is.
  return second < '60' || (second === '60' && Number(minute) % 15 === 14);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * No place on earth has an offset above 14:00 (FHIR R4 2.24.0.1), and no offset has three digits. Then the time of day
 * says nothing.
 */
function realOffset(offset: string): string | undefined {
  if (offset === '' || offset === 'Z') return offset;
  if (/^.\d{3}$/.test(offset)) return undefined;
  const hours = offset.slice(1, 3);
  const minutes = offset.length > 3 ? offset.slice(-2) : '00';
  const possible = minutes < '60' && (hours < '14' || (hours === '14' && minutes === '00'));
  return possible ? `${offset[0]}${hours}:${minutes}` : undefined;
}
