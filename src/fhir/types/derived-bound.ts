import type { Reading } from '../../cda/reading.js';
import { readInterval, valueFact, type Interval } from '../../cda/types/interval.js';
import { readPq } from '../../cda/types/pq.js';
import { addTime } from '../../cda/types/time-arithmetic.js';
import { parseTs } from '../../cda/types/ts.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { dateTimeText } from './date-time.js';
import { originalText } from './original-text.js';
import { timeUnit } from './time-unit.js';

/** The bounds of an interval of times that are calculated from other parts. */
export interface DerivedBounds {
  readonly start?: Primitive<string>;
  readonly end?: Primitive<string>;
  /** The facts that both are calculated from. */
  readonly facts: readonly Node[];
}

/**
 * The bound that an IVL_TS gives by its width: low and width give the high, width and high the low, center and width
 * both (HL7 V3 Data Types R1, IVL). The width is kept as text beside the calculated bound. Undefined if nothing can be
 * calculated: the width is no length of time, or the other part is not precise enough.
 *
 *   <low value="20240301"/><width value="2" unit="wk"/>   ->  end 2024-03-15, originalText '2 wk'
 */
export function derivedBounds(reading: Reading, interval: Interval): DerivedBounds | undefined {
  const { tree } = reading;
  const { low, high, center, width } = interval;
  const said = [low, high, center].map((bound) => (bound === NONE ? NONE : valueFact(tree, bound)));
  const [lowFact = NONE, highFact = NONE, centerFact = NONE] = said;
  const { value, unit, number, valueText, unitText } = width === NONE ? NOTHING : readPq(tree, width);
  const code = timeUnit(unitText)?.code;
  if (number === undefined || code === undefined || Number(number) < 0) return undefined;
  const text = `${valueText} ${unitText}`;
  const from = (fact: Node, times: number): Primitive<string> | undefined => {
    const point = parseTs(valueOf(tree, fact).trim());
    const moved = point && addTime(point, Number(number) * times, code);
    return moved && { value: dateTimeText(moved, reading), extension: [originalText(text)] };
  };
  const facts = [value, unit];
  if (lowFact !== NONE && highFact === NONE) {
    const end = from(lowFact, 1);
    return end && { end, facts };
  }
  if (highFact !== NONE && lowFact === NONE) {
    const start = from(highFact, -1);
    return start && { start, facts };
  }
  if (centerFact === NONE || lowFact !== NONE || highFact !== NONE) return undefined;
  const [start, end] = [from(centerFact, -0.5), from(centerFact, 0.5)];
  return start && end && { start, end, facts: [centerFact, ...facts] };
}

const NOTHING = { value: NONE, unit: NONE, number: undefined, valueText: '', unitText: '' };

/** Whether an IVL_TS has a bound that can be calculated, so that it is more than a point. */
export function hasDerivedBounds(reading: Reading, node: Node): boolean {
  return derivedBounds(reading, readInterval(reading.tree, node)) !== undefined;
}
