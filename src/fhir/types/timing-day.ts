import type { Timing, TimingRepeat } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { readPq } from '../../cda/types/pq.js';
import { parseTs } from '../../cda/types/ts.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, NONE, valueOf, type Node } from '../../xml/tree.js';
import type { Primitive } from '../primitive.js';
import { setDecimal } from '../decimal.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { clockText } from './point.js';
import { setPrimitives } from './primitive-list.js';
import { timeUnit } from './time-unit.js';
import { putDuration } from './timing-period.js';
import type { Component } from './timing-component.js';

const PERIOD = nameId('period');
const PHASE = nameId('phase');
const OPERATOR = nameId('operator');

/** A time of the day at which something happens every day. */
interface DailyTime {
  readonly node: Node;
  readonly period: Node;
  readonly phase: Node;
  /** The fact that has the time, and the time in FHIR's form. */
  readonly fact: Node;
  readonly time: string;
}

/**
 * Joins daily rhythms, each with the hour at which it begins, into one rhythm with several times of the day. Both times
 * are meant, whatever operator joins them: an intersection of 8:00 and 20:00 would be empty.
 *
 *   <comp xsi:type="PIVL_TS"><phase value="202401010800"/><period value="1" unit="d"/></comp>
 *   <comp xsi:type="PIVL_TS" operator="I"><phase value="202401012000"/><period value="1" unit="d"/></comp>
 * ->  { frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00', '20:00:00'] }
 *
 * Answers whether it wrote the rhythm. If so, it wrote all of it.
 */
export function putDailyTimes(reading: Reading, rhythm: readonly Component[], timing: Timing, suffix: string): boolean {
  if (rhythm.length === 0 || rhythm.some(({ operator }) => !/^[AI]?$/.test(operator))) return false;
  const days = rhythm.map(({ node }) => dailyTime(reading, node));
  if (!days.every((day) => day !== undefined)) return false;
  if (new Set(days.map(({ time }) => time)).size < days.length) return false;
  const [first] = days;
  const said = days.map(({ period }) => readPq(reading.tree, period));
  const [pq] = said;
  if (first === undefined || pq === undefined) return false;
  if (said.some(({ valueText, unitText }) => valueText !== pq.valueText || unitText !== pq.unitText)) return false;
  const repeat: TimingRepeat = (timing.repeat ??= {});
  repeat.frequency = days.length;
  setDecimal(repeat, 'period', pq.valueText);
  repeat.periodUnit = timeUnit(pq.unitText)!.code;
  putDuration(reading, first.phase, repeat, suffix);
  const { tree, journal } = reading;
  const times: Primitive<string>[] = days.map(({ fact, time }, index) => {
    journal.mapped(fact, below(suffix, `repeat.timeOfDay[${index}]`));
    return { value: time, extension: [originalText(valueOf(tree, fact).trim())] };
  });
  setPrimitives(repeat, 'timeOfDay', times);
  days.forEach(({ node }, index) => {
    journal.mapped(said[index]!.value, below(suffix, 'repeat.period'));
    journal.mapped(said[index]!.unit, below(suffix, 'repeat.periodUnit'));
    const operator = attribute(tree, node, OPERATOR);
    if (operator !== NONE) journal.dropped(operator, 'several times of a day are all meant', journal.rule);
  });
  return true;
}

function dailyTime({ tree }: Reading, node: Node): DailyTime | undefined {
  const [period, phase] = [child(tree, node, PERIOD), child(tree, node, PHASE)];
  if (period === NONE || phase === NONE) return undefined;
  const { number, valueText, unitText } = readPq(tree, period);
  const unit = timeUnit(unitText);
  const isDay = unit?.code === unitText && number === valueText && Number(number) === unit.inADay;
  if (!isDay) return undefined;
  const { value, low } = readInterval(tree, phase);
  const fact = value !== NONE ? value : valueFact(tree, low === NONE ? phase : low);
  const point = fact === NONE ? undefined : parseTs(valueOf(tree, fact).trim());
  if (point === undefined || point.minute === '' || point.hour === '24') return undefined;
  return { node, period, phase, fact, time: clockText(point) };
}
