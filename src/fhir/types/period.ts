import type { Extension, Period } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import { setPrimitive, type Primitive } from '../primitive.js';
import { absent, onlyAbsent } from './data-absent-reason.js';
import { toDateTime } from './date-time.js';
import { derivedBounds } from './derived-bound.js';
import { dropInclusive } from './inclusive.js';
import { originalText } from './original-text.js';
import { below } from './place.js';

/**
 * A FHIR Period from an IVL_TS: low and high, each with its own precision or with the reason why it is absent. So an
 * unknown end (`<high nullFlavor="UNK"/>`) differs from no end. A single point becomes only the start (C-CDA on FHIR,
 * CF-encounters: `effectiveTime/@value` is `period.start`), because an end would be invented.
 *
 * A width gives the missing bound (see derivedBounds). A center alone is a point, as a value is. A Period can't say
 * `inclusive="false"`, which is dropped.
 */
export function toPeriod(reading: Reading, node: Node, suffix = ''): Period | undefined {
  const interval = readInterval(reading.tree, node);
  const { value, low, high, center } = interval;
  const period: Period = {};
  if (value !== NONE) {
    setPrimitive(period, 'start', toDateTime(reading, node, below(suffix, 'start')));
    return period;
  }
  const derived = derivedBounds(reading, interval);
  for (const fact of derived?.facts ?? []) reading.journal.mapped(fact, below(suffix, derived?.end ? 'end' : 'start'));
  const start = derived?.start ?? (low === NONE ? undefined : toDateTime(reading, low, below(suffix, 'start')));
  const end = derived?.end ?? (high === NONE ? undefined : toDateTime(reading, high, below(suffix, 'end')));
  if (start === undefined && end === undefined) {
    if (valueFact(reading.tree, center) !== NONE) {
      setPrimitive(period, 'start', toDateTime(reading, center, below(suffix, 'start')));
      return period;
    }
    return onlyAbsent(reading, node, suffix);
  }
  dropInclusive(reading, low);
  dropInclusive(reading, high);
  if (start !== undefined && end !== undefined && derived === undefined) putInOrder(reading, start, end, low, high);
  setPrimitive(period, 'start', start);
  setPrimitive(period, 'end', end);
  return period;
}

/**
 * FHIR R4 per-1 requires that the start is not after the end. An undecided comparison counts as a failure, such as
 * 2015-06-22 with 10:30 on the same day. Then the more precise one is cut to the precision of the other. An end before
 * its start is a mistake of the source. In both cases the exact text is kept.
 */
function putInOrder(reading: Reading, start: Primitive<string>, end: Primitive<string>, low: Node, high: Node): void {
  if (start.value === undefined || end.value === undefined) return;
  if (!isComparable(start.value, end.value)) {
    const length = Math.min(start.value.length, end.value.length);
    cut(reading, start, low, length);
    cut(reading, end, high, length);
  }
  if (isAfter(start.value, end.value)) {
    reading.warn('impossible-date', 'This interval ends before it starts; its end is kept as text.', high);
    end.extension = [absent('error'), sourceText(reading, high)];
    delete end.value;
  }
}

function cut(reading: Reading, primitive: Primitive<string>, node: Node, length: number): void {
  if (primitive.value === undefined || primitive.value.length <= length) return;
  primitive.value = primitive.value.slice(0, length);
  primitive.extension = [sourceText(reading, node)];
}

function sourceText(reading: Reading, bound: Node): Extension {
  return originalText(valueOf(reading.tree, valueFact(reading.tree, bound)).trim());
}

/** Whether the order of two FHIR dateTimes is certain, although one of them leaves parts open. */
function isComparable(start: string, end: string): boolean {
  if (isTimed(start) === isTimed(end)) {
    return isTimed(start) || start.length === end.length || differ(start, end);
  }
  // Compared in UTC. A date without an offset is compared as it stands.
  return differ(start, end) && differ(inUtc(start), inUtc(end));
}

function differ(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length) !== other.slice(0, length);
}

function isAfter(start: string, end: string): boolean {
  return isTimed(start) && isTimed(end) ? instant(start) > instant(end) : start > end;
}

function isTimed(text: string): boolean {
  return text.length > 10;
}

function inUtc(text: string): string {
  return isTimed(text) ? new Date(instant(text)).toISOString() : text;
}

/** In milliseconds, with the further digits of a fraction. A leap second counts as the second before it. */
function instant(text: string): number {
  const match = /^(.{17})(\d\d)(\.\d+)?(.+)$/.exec(text)!;
  const [, minute = '', second = '', fraction = '', offset = ''] = match;
  return Date.parse(`${minute}${second === '60' ? '59' : second}${offset}`) + Number(`0${fraction}`) * 1000;
}
