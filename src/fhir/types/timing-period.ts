import type { Timing, TimingRepeat } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { readPq, type PhysicalQuantity } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, NONE, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { timeUnit, type TimeUnit } from './time-unit.js';

const INSTITUTION_SPECIFIED = nameId('institutionSpecified');
const PHASE = nameId('phase');

/** A length of time that FHIR can express: a positive number with a unit of time. */
interface Span {
  readonly pq: PhysicalQuantity;
  readonly number: string;
  readonly unit: TimeUnit;
}

/**
 * Writes the rhythm of a PIVL_TS. With `institutionSpecified="true"` it is so many times a day, otherwise once in every
 * period (C-CDA on FHIR, CF-medications). So 8 h means three times a day in the first case and every eight hours in the
 * second. A period that does not divide a day is written in the second form in both cases.
 *
 * If the unit of the period is no unit of time (`<period unit="BEDTIME"/>`), it becomes the text of the code. Answers
 * whether anything was written.
 */
export function putPeriod(reading: Reading, node: Node, period: Node, timing: Timing, suffix: string): boolean {
  if (timing.repeat?.period !== undefined || timing.code !== undefined) return false;
  const { tree } = reading;
  const { low, high } = readInterval(tree, period);
  const bounded = valueFact(tree, period) === NONE && low !== NONE;
  const first = span(reading, bounded ? low : period);
  if (first === undefined) return putText(reading, period, timing, suffix);
  const repeat: TimingRepeat = (timing.repeat ??= {});
  const last = bounded && high !== NONE ? span(reading, high) : undefined;
  const longest = last?.unit.code === first.unit.code && Number(last.number) >= Number(first.number) ? last : undefined;
  if (!putTimesADay(reading, node, first, longest, repeat, suffix)) putEvery(reading, first, longest, repeat, suffix);
  putDuration(reading, child(tree, node, PHASE), repeat, suffix);
  return true;
}

function putTimesADay(
  reading: Reading,
  node: Node,
  first: Span,
  longest: Span | undefined,
  repeat: TimingRepeat,
  suffix: string,
): boolean {
  if (peek(reading, node, INSTITUTION_SPECIFIED)?.trim() !== 'true') {
    markSpecified(reading, node, 'false', first, longest);
    return false;
  }
  const most = timesADay(first);
  const least = longest === undefined ? most : timesADay(longest);
  markSpecified(reading, node, 'true', first, longest);
  if (most === undefined || least === undefined) return false;
  repeat.frequency = least;
  if (longest !== undefined) repeat.frequencyMax = most;
  repeat.period = 1;
  setPrimitive(repeat, 'periodUnit', { value: 'd', ...first.unit.source });
  mark(reading, first, suffix, longest === undefined ? 'repeat.frequency' : 'repeat.frequencyMax');
  if (longest !== undefined) mark(reading, longest, suffix, 'repeat.frequency');
  return true;
}

/** `institutionSpecified` decided only if the other value would have given another rhythm. Otherwise it is dropped. */
function markSpecified(reading: Reading, node: Node, text: string, first: Span, longest: Span | undefined): void {
  if (peek(reading, node, INSTITUTION_SPECIFIED)?.trim() !== text) return;
  const divides = timesADay(first) !== undefined && (longest === undefined || timesADay(longest) !== undefined);
  const differs = first.unit.code !== 'd' || longest !== undefined;
  const fact = attribute(reading.tree, node, INSTITUTION_SPECIFIED);
  const { journal } = reading;
  if (divides && differs) journal.used(fact);
  else journal.dropped(fact, 'the rhythm is the same, whoever chooses the hours', journal.rule);
}

function putEvery(
  reading: Reading,
  first: Span,
  longest: Span | undefined,
  repeat: TimingRepeat,
  suffix: string,
): void {
  repeat.frequency = 1;
  putNumber(repeat, 'period', first);
  if (longest !== undefined) putNumber(repeat, 'periodMax', longest);
  setPrimitive(repeat, 'periodUnit', { value: first.unit.code, ...first.unit.source });
  mark(reading, first, suffix, 'repeat.period');
  if (longest !== undefined) mark(reading, longest, suffix, 'repeat.periodMax');
}

function putNumber(repeat: TimingRepeat, name: 'period' | 'periodMax' | 'duration', { pq, number }: Span): void {
  setDecimal(repeat, name, number);
  if (number !== pq.valueText) setPrimitive(repeat, name, { extension: [originalText(pq.valueText)] });
}

/** How long each time lasts: the width of the phase of a PIVL_TS, or of the offset of an EIVL_TS. */
export function putDuration(reading: Reading, interval: Node, repeat: TimingRepeat, suffix: string): void {
  if (interval === NONE || repeat.duration !== undefined) return;
  const { width } = readInterval(reading.tree, interval);
  const length = width === NONE ? undefined : span(reading, width);
  if (length === undefined) return;
  putNumber(repeat, 'duration', length);
  setPrimitive(repeat, 'durationUnit', { value: length.unit.code, ...length.unit.source });
  reading.journal.mapped(length.pq.value, below(suffix, 'repeat.duration'));
  reading.journal.mapped(length.pq.unit, below(suffix, 'repeat.durationUnit'));
}

/**
 * Writes a period that is no length of time as the text of the code. A period without a value gets the reason why it is
 * absent.
 */
function putText(reading: Reading, period: Node, timing: Timing, suffix: string): boolean {
  const { value, valueText, number, unit, unitText } = readPq(reading.tree, period);
  if (unit === NONE) {
    const extension = value === NONE ? dataAbsentReason(reading, period, below(suffix, 'code')) : undefined;
    if (extension !== undefined) timing.code = { extension };
    return extension !== undefined;
  }
  // A period of 0 hours or less is a length of time but no rhythm.
  if (number !== undefined && timeUnit(unitText) !== undefined) return false;
  timing.code = { text: value === NONE ? unitText : `${valueText} ${unitText}` };
  reading.journal.mapped(unit, below(suffix, 'code.text'));
  if (value !== NONE) reading.journal.mapped(value, below(suffix, 'code.text'));
  return true;
}

function span(reading: Reading, node: Node): Span | undefined {
  const pq = readPq(reading.tree, node);
  const unit = timeUnit(pq.unitText);
  if (pq.number === undefined || Number(pq.number) <= 0 || unit === undefined) return undefined;
  return { pq, number: pq.number, unit };
}

/** How many times the span goes into a day, if it does so exactly. */
function timesADay({ pq, unit }: Span): number | undefined {
  // Only if the number gives exactly the text back: 8 and 8.0 are different facts.
  if (unit.inADay === undefined || String(Number(pq.valueText)) !== pq.valueText) return undefined;
  const times = unit.inADay / Number(pq.valueText);
  return Number.isInteger(times) ? times : undefined;
}

function mark(reading: Reading, { pq }: Span, suffix: string, name: string): void {
  reading.journal.mapped(pq.value, below(suffix, name));
  reading.journal.mapped(pq.unit, below(suffix, 'repeat.periodUnit'));
}
