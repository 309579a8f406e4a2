import type { Timing } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { nameId } from '../../cda/vocabulary.js';
import { child, children, NONE, type Node } from '../../xml/tree.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { toDateTime } from './date-time.js';
import { toPeriod } from './period.js';
import { setPrimitives } from './primitive-list.js';
import type { Primitive } from '../primitive.js';
import { below } from './place.js';
import { toDuration } from './quantity.js';
import type { Component } from './timing-component.js';
import { putRhythm } from './timing-rhythm.js';

const OPERATOR = nameId('operator');
const PERIOD = nameId('period');
const EVENT = nameId('event');
const COMP = nameId('comp');
const XSI_TYPE = nameId('xsi:type');

/** Operators that mean an intersection, or nothing special. */
const PLAIN: ReadonlySet<string> = new Set(['', 'A', 'I']);

/**
 * A FHIR Timing from the `effectiveTime`s of a medication or procedure. CDA combines these into one set of times (GTS):
 * bounds (IVL_TS), a rhythm (PIVL_TS), events of the day (EIVL_TS), single times (TS), or all of them inside an
 * SXPR_TS.
 *
 *   <effectiveTime xsi:type="IVL_TS"><low value="20120806"/></effectiveTime>
 *   <effectiveTime xsi:type="PIVL_TS" institutionSpecified="true" operator="A"><period value="8" unit="h"/></effectiveTime>
 * ->  { repeat: { boundsPeriod: { start: '2012-08-06' }, frequency: 3, period: 1, periodUnit: 'd' } }
 *
 * Timing.repeat has room for one set of bounds and one rhythm. A rhythm that does not fit as a whole is written in
 * words, never only in part. Examples: every 24 hours, but only every seven days; always except in one week.
 */
export function toTiming(reading: Reading, nodes: readonly Node[], suffix = ''): Timing | undefined {
  const timing: Timing = {};
  const times: Primitive<string>[] = [];
  const rhythm: Component[] = [];
  const all = nodes.flatMap((each) => components(reading, each, operatorOf(reading, each)));
  for (const [index, component] of all.entries()) {
    // The operator of the first part joins it to nothing.
    if (isRhythm(reading, component))
      rhythm.push(index === 0 && component.operator === 'I' ? { ...component, operator: '' } : component);
    else if (valueFact(reading.tree, component.node) === NONE) putBounds(reading, component.node, timing, suffix);
    else {
      const time = toDateTime(reading, component.node, below(suffix, `event[${times.length}]`));
      if (time !== undefined) times.push(time);
    }
  }
  if (rhythm.length > 0) putRhythm(reading, rhythm, timing, suffix);
  setPrimitives(timing, 'event', times);
  return Object.keys(timing).length === 0 ? undefined : timing;
}

/** The parts of an SXPR_TS (an expression in parentheses), or the node itself. */
function components(reading: Reading, node: Node, operator: string): Component[] {
  const parts = children(reading.tree, node, COMP);
  if (parts.length === 0 || !PLAIN.has(operator)) return [{ node, operator }];
  // The operator of the whole expression joins its first part to what is before it.
  return parts.flatMap((part, index) => components(reading, part, index === 0 ? operator : operatorOf(reading, part)));
}

/** Whether a part is a rhythm, an event of the day, times that are taken out, or times with another operator. */
function isRhythm({ tree }: Reading, { node, operator }: Component): boolean {
  return !PLAIN.has(operator) || child(tree, node, PERIOD) !== NONE || child(tree, node, EVENT) !== NONE;
}

/** Writes the first bounds. A width alone is their length. */
function putBounds(reading: Reading, node: Node, timing: Timing, suffix: string): void {
  if (timing.repeat?.boundsPeriod !== undefined || timing.repeat?.boundsDuration !== undefined) return;
  const { low, high, center, width } = readInterval(reading.tree, node);
  if (low === NONE && high === NONE && center === NONE && width !== NONE) {
    const duration = toDuration(reading, width, below(suffix, 'repeat.boundsDuration'));
    if (duration !== undefined) timing.repeat = { ...timing.repeat, boundsDuration: duration };
    return;
  }
  if (low === NONE && high === NONE && /[PE]IVL_TS$/.test(peek(reading, node, XSI_TYPE) ?? '')) {
    if (timing.code !== undefined) return;
    const extension = dataAbsentReason(reading, node, below(suffix, 'code'));
    if (extension !== undefined) timing.code = { extension };
    return;
  }
  const period = toPeriod(reading, node, below(suffix, 'repeat.boundsPeriod'));
  if (period !== undefined) timing.repeat = { ...timing.repeat, boundsPeriod: period };
}

function operatorOf(reading: Reading, node: Node): string {
  return peek(reading, node, OPERATOR)?.trim() ?? '';
}
