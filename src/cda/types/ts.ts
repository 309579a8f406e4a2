/** How much of a point in time its text says. */
export type Precision = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** A point in time as CDA writes it (TS): digits kept as text, parts that are not said are empty. */
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
  /** With its point: `.250`. */
  readonly fraction: string;
  /** `+05:00`, `Z`, or empty where the text has none. */
  readonly offset: string;
}

/** Three digits (`-500`) are no offset of HL7's; the day in front of them is one all the same. */
const OFFSET = '(Z|[+-]\\d\\d(?::?\\d\\d)?|[+-]\\d{3})?';
/** HL7 V3 Data Types R1, TS literal form; with a `T` where senders mix it with ISO 8601. An offset needs a day. */
const COMPACT = new RegExp(
  `^(\\d{4})(?:(\\d\\d)(?:(\\d\\d)(?:T?(\\d\\d)(?:(\\d\\d)(?:(\\d\\d)(\\.\\d+)?)?)?)?${OFFSET})?)?$`,
);
const CLOCK = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d+)?)?';
/** ISO 8601 extended, which some senders write and nobody can misread. */
const EXTENDED = new RegExp(`^(\\d{4})-?(\\d\\d)(?:-?(\\d\\d)(?:[T ]${CLOCK})?${OFFSET})?$`);
const DASHED = /^\d{4}-\d\d(?:$|-)/;

/** Years before are no years of anybody's record, but `00010101`, which some systems send for a date never set, or a slip. */
const EARLIEST = '1000';

const PRECISIONS: readonly Precision[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * Reads the text of a TS; undefined where it is no point in time: February 30, month 52, a digit too many.
 *
 *   parseTs('20150622')             // { precision: 'day', year: '2015', month: '06', day: '22', ... }
 *   parseTs('201506221030-0500')    // precision 'minute', offset '-05:00'
 *   parseTs('20150000')             // precision 'year': a part given as 00 is not known, nor is what follows it
 *
 * A date with an offset but no time of day loses the offset, which FHIR couldn't say either.
 */
export function parseTs(text: string): PointInTime | undefined {
  if (points.has(text)) return points.get(text);
  const point = readTs(text);
  if (points.size >= MOST_KEPT) points.clear();
  if (text.length <= LONGEST_KEPT) points.set(text, point);
  return point;
}

/** A document says the same few times over and over; a hostile one never does, so this is bounded. */
const points = new Map<string, PointInTime | undefined>();
const MOST_KEPT = 1000;
const LONGEST_KEPT = 40;

function readTs(text: string): PointInTime | undefined {
  const match = (DASHED.test(text) || text.includes(':') ? EXTENDED.exec(text) : null) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', written = ''] = match;
  if (year < EARLIEST) return undefined;
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
  // Leap seconds end a UTC quarter of an hour, whatever the offset.
  return second < '60' || (second === '60' && Number(minute) % 15 === 14);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** No place on earth has an offset over 14:00 (FHIR R4 2.24.0.1), and none has three digits: then the time of day says nothing. */
function realOffset(offset: string): string | undefined {
  if (offset === '' || offset === 'Z') return offset;
  if (/^.\d{3}$/.test(offset)) return undefined;
  const hours = offset.slice(1, 3);
  const minutes = offset.length > 3 ? offset.slice(-2) : '00';
  const possible = minutes < '60' && (hours < '14' || (hours === '14' && minutes === '00'));
  return possible ? `${offset[0]}${hours}:${minutes}` : undefined;
}
