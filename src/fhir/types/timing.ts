import type { Timing } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, children, NONE, type Node } from '../../xml/tree.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { toDateTime } from './date-time.js';
import { toPeriod } from './period.js';
import { setPrimitives } from './primitive-list.js';
import type { Primitive } from '../primitive.js';
import { below } from './place.js';
import { toDuration } from './quantity.js';
import { putEvent } from './timing-event.js';
import { putPeriod } from './timing-period.js';

const OPERATOR = nameId('operator');
const PERIOD = nameId('period');
const EVENT = nameId('event');
const COMP = nameId('comp');
const XSI_TYPE = nameId('xsi:type');

/**
 * A FHIR Timing from the `effectiveTime`s of a medication or procedure, which CDA combines into one set of times (GTS):
 * bounds (IVL_TS), a rhythm (PIVL_TS), events of the day (EIVL_TS), single times (TS), or all of them inside an SXPR_TS.
 *
 *   <effectiveTime xsi:type="IVL_TS"><low value="20120806"/></effectiveTime>
 *   <effectiveTime xsi:type="PIVL_TS" institutionSpecified="true" operator="A"><period value="8" unit="h"/></effectiveTime>
 *     ->  { repeat: { boundsPeriod: { start: '2012-08-06' }, frequency: 3, period: 1, periodUnit: 'd' } }
 *
 * Timing.repeat holds one bounds, one rhythm and one set of events; what doesn't fit (a second rhythm, an exclusion)
 * stays unmarked, for the ledger to list.
 */
export function toTiming(reading: Reading, nodes: readonly Node[], suffix = ''): Timing | undefined {
  const timing: Timing = {};
  const times: Primitive<string>[] = [];
  for (const node of nodes.flatMap((each) => components(reading, each))) {
    putComponent(reading, node, timing, times, suffix);
  }
  setPrimitives(timing, 'event', times);
  return Object.keys(timing).length === 0 ? undefined : timing;
}

/** The parts of a parenthetic expression (SXPR_TS), or the node itself. */
function components(reading: Reading, node: Node): Node[] {
  if (child(reading.tree, node, COMP) === NONE) return [node];
  const operator = operatorOf(reading, node);
  if (operator !== 'A' && operator !== '' && operator !== 'I') return [];
  return children(reading.tree, node, COMP).flatMap((each) => components(reading, each));
}

function putComponent(reading: Reading, node: Node, timing: Timing, times: Primitive<string>[], suffix: string): void {
  const { tree } = reading;
  const operator = operatorOf(reading, node);
  const period = child(tree, node, PERIOD);
  const event = child(tree, node, EVENT);
  // A rhythm is cut with the bounds (`A`); many senders leave the operator out and mean it. A union, a difference or a
  // hull with it is another set of times than FHIR would read. Single times and bounds are what the rest is cut with.
  if (period !== NONE || event !== NONE) {
    const joins = operator === 'I' && event !== NONE && timing.repeat?.when !== undefined;
    if (operator !== 'A' && operator !== '' && !joins) return;
    const put =
      period === NONE
        ? putEvent(reading, node, event, timing, suffix)
        : putPeriod(reading, node, period, timing, suffix);
    if (put && operator === 'A') reading.journal.used(attribute(tree, node, OPERATOR));
    return;
  }
  if (operator !== 'A' && operator !== '' && operator !== 'I') return;
  if (valueFact(tree, node) !== NONE) {
    const time = toDateTime(reading, node, below(suffix, `event[${times.length}]`));
    if (time !== undefined) times.push(time);
    return;
  }
  putBounds(reading, node, timing, suffix);
}

/** The first bounds; a width alone is their length. */
function putBounds(reading: Reading, node: Node, timing: Timing, suffix: string): void {
  if (timing.repeat?.boundsPeriod !== undefined || timing.repeat?.boundsDuration !== undefined) return;
  const { low, high, width } = readInterval(reading.tree, node);
  if (low === NONE && high === NONE && width !== NONE) {
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
