/**
 * Whether two places of a document say the same in different forms: 98.60 and "98.6 F", 20120315 and "March 15, 2012",
 * "Penicillin G benzathine" and "PENICILLIN G". Values that can't be compared count as agreeing, because only a plain
 * contradiction is worth a reader's time.
 */
import { readFileSync } from 'node:fs';
import { ucum } from '../terminology/units.js';

/**
 * A day, or as much of it as the text says. A text such as 3/4/2012 gives two days, because nobody knows which number
 * is the month.
 */
interface Day {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';

/** The forms in which narratives write dates, the longest form first. */
const DATE_FORMS: readonly { readonly form: RegExp; readonly days: (parts: readonly string[]) => Day[] }[] = [
  {
    // 2012-03-15, 2012/3/15
    form: /\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/g,
    days: ([year = '', month = '', day = '']) => [ymd(year, month, day)],
  },
  {
    // 3/15/2012, 15.3.2012, 03-15-12
    form: /\b(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d|\d\d)(?![\d/])/g,
    days: ([one = '', two = '', year = '']) => [ymd(full(year), one, two), ymd(full(year), two, one)],
  },
  {
    // March 15th, 2012
    form: new RegExp(`\\b${MONTH}\\.? +(\\d{1,2})(?:st|nd|rd|th)?,? +((?:19|20)\\d\\d)\\b`, 'g'),
    days: ([month = '', day = '', year = '']) => [ymd(year, monthOf(month), day)],
  },
  {
    // 15-Mar-2012, 15 March 2012
    form: new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?[- ]+${MONTH}\\.?,?[- ]+((?:19|20)\\d\\d)\\b`, 'g'),
    days: ([day = '', month = '', year = '']) => [ymd(year, monthOf(month), day)],
  },
  {
    // March 2012
    form: new RegExp(`\\b${MONTH}\\.?,?[- ]+((?:19|20)\\d\\d)\\b`, 'g'),
    days: ([month = '', year = '']) => [ymd(year, monthOf(month))],
  },
  {
    // 3/2012
    form: /(?<![\d/])(\d{1,2})\/((?:19|20)\d\d)\b/g,
    days: ([month = '', year = '']) => [ymd(year, month)],
  },
  {
    // 20120315, 20120315093000-0500, 201203
    form: /\b((?:19|20)\d\d)(\d\d)(\d\d)?(?:\d{2,6})?(?:[-+]\d{4})?\b/g,
    days: ([year = '', month = '', day]) => [ymd(year, month, day)],
  },
];

/** The days that a text names, each with all its possible readings. */
export function daysIn(text: string): Day[][] {
  if (!/\d/.test(text)) return [];
  let rest = text.toLowerCase();
  const found: Day[][] = [];
  // The time of an entry has only digits and an offset.
  const forms = /^\d+([-+]\d{4})?$/.test(text) ? DATE_FORMS.slice(-1) : DATE_FORMS;
  for (const { form, days } of forms) {
    rest = rest.replace(form, (...parts: unknown[]) => {
      const possible = days(parts.slice(1) as string[]).filter(isPossible);
      if (possible.length > 0) found.push(possible);
      return ' ';
    });
  }
  if (found.length === 0 && /^\s*(19|20)\d\d\s*$/.test(rest)) found.push([{ year: Number(rest) }]);
  return found;
}

/** The text without its dates and times of day, so that these are not taken for numbers. */
function withoutDates(text: string): string {
  const bare = DATE_FORMS.reduce((rest, { form }) => rest.replace(form, ' '), text.toLowerCase());
  return bare.replace(/\b\d{1,2}:\d\d(:\d\d)?\b/g, ' ');
}

/**
 * Whether one of the days that `other` names can be one of the days in `texts`. Only the parts that both say are
 * compared.
 */
export function agreeInDate(texts: readonly string[], other: string): boolean {
  const named = daysIn(other);
  if (named.length === 0) return true;
  const days = texts.flatMap(daysIn).flat();
  if (days.length === 0) return true;
  return named.some((possible) => possible.some((one) => days.some((day) => isSameDay(one, day))));
}

/** Days that differ by one count as the same, because a time zone may move a time to the next day. */
function isSameDay(one: Day, other: Day): boolean {
  if (one.month === undefined || other.month === undefined) return one.year === other.year;
  if (one.day === undefined || other.day === undefined) return one.year === other.year && one.month === other.month;
  return Math.abs(numberOf(one) - numberOf(other)) <= 86_400_000;
}

function numberOf({ year, month = 1, day = 1 }: Day): number {
  return Date.UTC(year, month - 1, day);
}

function isPossible({ month = 1, day = 1 }: Day): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

function ymd(year: string, month: string | number, day?: string): Day {
  return { year: Number(year), month: Number(month), ...(day === undefined ? {} : { day: Number(day) }) };
}

function full(year: string): string {
  return year.length === 4 ? year : Number(year) > 40 ? `19${year}` : `20${year}`;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3)) + 1;
}

/**
 * Whether the number in `other` is one of the numbers in `texts`. They are compared at the precision of the one with
 * fewer digits. Only a text that begins with a number counts; elsewhere in a text a number may mean anything.
 */
export function agreeInNumber(texts: readonly string[], other: string): boolean {
  const numbers = texts.flatMap(numbersIn);
  const bare = withoutDates(other).trim();
  const named = /^[<>=~≤≥]*\s*[.\d]/.test(bare) && bare.length <= MOST_NUMBER ? numbersIn(bare) : [];
  if (numbers.length === 0 || named.length === 0) return true;
  return named.some((one) => numbers.some((number) => isSameNumber(one, number)));
}

/**
 * Whether a text tells one of the doses. A dose without a unit counts tablets, capsules or other units of a product.
 * Then the row may tell the strength in the product's name, or a multiple of it: for 2 tablets of aspirin 81 mg, 162
 * mg.
 */
export function agreeInDose(counts: readonly string[], names: readonly string[], other: string): boolean {
  const strengths = names.flatMap(numbersIn);
  const amounts = counts.flatMap((count) => strengths.map((strength) => String(Number(count) * Number(strength))));
  return agreeInNumber([...counts, ...strengths, ...amounts], other);
}

/** A longer text is a description, not a number with a unit. */
const MOST_NUMBER = 40;

function numbersIn(text: string): string[] {
  return (
    text
      .match(/(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?=\D|$)/g)
      ?.filter((found) => /\d/.test(found))
      .map((found) => found.replaceAll(',', '')) ?? []
  );
}

function isSameNumber(one: string, other: string): boolean {
  const decimals = Math.min(decimalsOf(one), decimalsOf(other));
  return Math.abs(Number(one) - Number(other)) <= 0.5 * 10 ** -decimals + 1e-9;
}

function decimalsOf(number: string): number {
  const point = number.indexOf('.');
  return point < 0 ? 0 : number.slice(point + 1).replace(/0+$/, '').length;
}

/**
 * Units whose exchange changes what a number means. Units on one line count as the same. Other units (a tablet, a
 * percentage, an activity) are written in too many ways to say that two of them differ.
 */
const PLAIN_UNITS: ReadonlyMap<string, string> = new Map(
  [
    ...['kg', 'g', 'mg', 'ug', 'ng', '[lb_av]', '[oz_av]', 'm', 'cm', 'mm', '[in_i]', '[ft_i]', 'L', 'dL', 'mL', 'uL'],
    ...['Cel', '[degF]', 'mmol', 'meq', '[tsp_us]', '[tbs_us]', 'g/dL', 'mg/dL', 'ug/dL', 'ng/dL', 'mmol/L', 'umol/L'],
    ...['nmol/L', 'pmol/L', 'g/L mg/mL', 'mg/L ug/mL', 'ug/L ng/mL', 'ng/L pg/mL'],
  ].flatMap((same) => same.split(' ').map((unit) => [unit, same] as const)),
);

/** A number and the unit after it: `500 mg`, `98.6 °F`. */
const NUMBER_AND_UNIT = /(?<![\w.])[\d.,]+\s*([A-Za-z°µμ[][^\s,;()]*)/g;

/**
 * Whether the unit after the first number of a text is one of these units: `5 mg` does not agree with 5 g. A text that
 * tells the same in several units, `6 mg (2 mL)`, agrees if one of them does.
 */
export function agreeInUnit(units: readonly string[], other: string): boolean {
  if (!/^[<>=~≤≥]*\s*[\d.,]/.test(other.trim())) return true;
  const named = [...other.matchAll(NUMBER_AND_UNIT)].map(([, unit = '']) => plainUnit(unit));
  const own = units.map(plainUnit).filter((unit) => unit !== undefined);
  return named[0] === undefined || own.length === 0 || named.some((unit) => unit !== undefined && own.includes(unit));
}

/** A unit from `units.json` only. A word of a narrative is not parsed as UCUM. */
function plainUnit(unit: string): string | undefined {
  const text = unit.trim();
  return text === '' || text.length > MOST_UNIT ? undefined : PLAIN_UNITS.get(ucum(text)?.code ?? '');
}

/** No plain unit is longer. */
const MOST_UNIT = 20;

/** Words that many names share. They don't make two names the same. */
const GENERIC: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(new URL('./generic-words.json', import.meta.url), 'utf8')) as string[],
);

/** Whether the two have a word in common, or a part of a word, or one is an abbreviation of the other. */
export function agreeInWords(texts: readonly string[], other: string): boolean {
  const words = texts.flatMap(wordsIn);
  const named = wordsIn(other);
  const telling = (word: string) => word.length >= 5 && !/\d/.test(word) && !GENERIC.has(word);
  if (!words.some(telling) || !named.some(telling)) return true;
  if (named.some((one) => words.some((word) => isSameWord(one, word) && !GENERIC.has(one)))) return true;
  return texts.some((text) => isAbbreviation(other, text) || isAbbreviation(text, other));
}

function wordsIn(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize('NFKD')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function isSameWord(one: string, other: string): boolean {
  if (one === other) return one.length > 2;
  if (one.length >= 6 && other.length >= 6 && (one.includes(other) || other.includes(one))) return true;
  const length = Math.min(one.length, other.length, 5);
  return length >= 4 && one.slice(0, length) === other.slice(0, length);
}

/** Whether a short text is made of first letters, in order: "COPD" for "Chronic obstructive pulmonary disease". */
function isAbbreviation(short: string, long: string): boolean {
  const initials = wordsIn(long)
    .map((word) => word[0])
    .join('');
  return wordsIn(short).some((word) => word.length >= 2 && word.length <= 6 && initials.includes(word));
}

/**
 * Whether one of the codes in a text is one of these codes. Codes of different forms (LOINC and SNOMED CT) can't be
 * compared, so they count as agreeing.
 */
export function agreeInCode(codes: readonly string[], other: string): boolean {
  const named = (other.toUpperCase().match(/[A-Z0-9][A-Z0-9.-]*/g) ?? []).filter((word) => formOf(word) !== undefined);
  const own = codes.map((code) => code.trim().toUpperCase());
  if (named.some((one) => own.some((code) => bare(one) === bare(code)))) return true;
  return !named.some((one) => own.some((code) => formOf(code) === formOf(one)));
}

const FORMS: readonly RegExp[] = [
  /^\d{1,7}-\d$/,
  /^\d{5,18}$/,
  /^[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}$/,
  /^\d{3}\.\d{1,2}$/,
];

/**
 * The form of a code: LOINC, a number (SNOMED CT, RxNorm, CPT), ICD-10 or ICD-9; undefined for a text that may be a
 * word.
 */
function formOf(code: string): number | undefined {
  const form = FORMS.findIndex((one) => one.test(code));
  return form < 0 ? undefined : form;
}

function bare(code: string): string {
  return code.replaceAll('.', '').replace(/-$/, '');
}
