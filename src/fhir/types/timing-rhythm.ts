/** Writes the rhythm of a Timing: in FHIR's codes if they can say all of it, otherwise in words. */
import type { Timing, TimingRepeat } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { readPq } from '../../cda/types/pq.js';
import { parseTs } from '../../cda/types/ts.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, isAttribute, NONE, valueOf, type Node } from '../../xml/tree.js';
import { dataAbsentReason } from './data-absent-reason.js';
import { below } from './place.js';
import { putDailyTimes } from './timing-day.js';
import { timeUnit } from './time-unit.js';
import { isForeign, putEvent } from './timing-event.js';
import type { Component } from './timing-component.js';
import { putPeriod } from './timing-period.js';

const PERIOD = nameId('period');
const EVENT = nameId('event');
const PHASE = nameId('phase');
const OFFSET = nameId('offset');
const CODE = nameId('code');
const OPERATOR = nameId('operator');
const COMP = nameId('comp');

/** Writes the whole rhythm into `timing`: coded, or in words with only the bounds beside them. */
export function putRhythm(reading: Reading, rhythm: readonly Component[], timing: Timing, suffix: string): void {
  const { checkpoint } = reading.journal;
  const telling = rhythm.filter((component) => tells(reading, component, rhythm.length === 1));
  const repeat: TimingRepeat = { ...timing.repeat };
  const coded: Timing = { repeat };
  if (
    telling.length > 0 &&
    (putDailyTimes(reading, telling, coded, suffix) || putEach(reading, telling, coded, suffix))
  ) {
    if (Object.keys(repeat).length > 0) timing.repeat = repeat;
    if (coded.code !== undefined) timing.code = coded.code;
  } else if (telling.length > 0) {
    reading.journal.rollback(checkpoint);
    const text = telling.map((component, index) => wordsOf(reading, component, index === 0)).join('');
    timing.code = { text };
    for (const { node } of telling) markAll(reading, node, below(suffix, 'code.text'));
  }
  if (telling.length === 0 && timing.code === undefined) putAbsence(reading, rhythm, timing, suffix);
}

/** If the parts say no rhythm, writes at least the reason why. */
function putAbsence(reading: Reading, rhythm: readonly Component[], timing: Timing, suffix: string): void {
  for (const { node } of rhythm) {
    for (const place of [child(reading.tree, node, PERIOD), child(reading.tree, node, EVENT), node]) {
      const extension = place === NONE ? undefined : dataAbsentReason(reading, place, below(suffix, 'code'));
      if (extension === undefined) continue;
      timing.code = { extension };
      return;
    }
  }
}

/** Whether a part says a rhythm or times. "Unknown" and "every 0 hours" don't. */
function tells(reading: Reading, { node }: Component, alone: boolean): boolean {
  const { tree } = reading;
  const [period, event] = [child(tree, node, PERIOD), child(tree, node, EVENT)];
  if (period !== NONE) return tellsPeriod(reading, period);
  // An event of a system that is not known here is written in words, if there are other parts.
  if (event !== NONE) return (peek(reading, event, CODE)?.trim() ?? '') !== '' && !(alone && isForeign(reading, event));
  for (let n = node + 1; n <= tree.last[node]!; n++)
    if (isAttribute(tree, n) && SAYING.has(tree.name[n]!) && valueOf(tree, n).trim() !== '') return true;
  return false;
}

function tellsPeriod({ tree }: Reading, period: Node): boolean {
  const { low, high } = readInterval(tree, period);
  return [period, low, high].some((part) => {
    const { unit, unitText, number } = part === NONE ? NO_QUANTITY : readPq(tree, part);
    return unit !== NONE && (number === undefined || timeUnit(unitText) === undefined || Number(number) > 0);
  });
}

const NO_QUANTITY = { unit: NONE, unitText: '', number: undefined };

const SAYING: ReadonlySet<number> = new Set(['value', 'unit', 'code'].map(nameId));

/** Writes one rhythm and the events of a day, which FHIR intersects. All of each must be written. */
function putEach(reading: Reading, rhythm: readonly Component[], timing: Timing, suffix: string): boolean {
  const { tree } = reading;
  return rhythm.every(({ node, operator }) => {
    const [period, event] = [child(tree, node, PERIOD), child(tree, node, EVENT)];
    // Many senders leave the operator out and mean an intersection with the bounds or rhythm before it. Events are a
    // set, however they are joined.
    const joins = operator === 'A' || operator === '' || (operator === 'I' && timing.repeat?.when !== undefined);
    if (!joins || (period === NONE && event === NONE)) return false;
    if (operator === 'I' && event === NONE) return false;
    const put =
      period === NONE
        ? putEvent(reading, node, event, timing, suffix)
        : putPeriod(reading, node, period, timing, suffix);
    const fact = attribute(tree, node, OPERATOR);
    if (put && operator === 'A' && fact !== NONE) reading.journal.used(fact);
    return put;
  });
}

/** The words for each operator of sets (HL7 V3 Data Types R1, SetOperator). */
const JOINED: ReadonlyMap<string, string> = new Map([
  ['', ', and '],
  ['A', ', only where also '],
  ['I', ', and also '],
  ['E', ', except '],
  ['H', ', and all between, to '],
  ['P', ', each with '],
]);

function wordsOf(reading: Reading, { node, operator }: Component, first: boolean): string {
  const joined = JOINED.get(operator) ?? ', and ';
  if (!first) return joined + partWords(reading, node);
  return (operator === 'E' ? 'except ' : '') + partWords(reading, node);
}

function partWords(reading: Reading, node: Node): string {
  const { tree } = reading;
  const comp = child(tree, node, COMP);
  if (comp !== NONE) {
    const parts: string[] = [];
    for (let n = comp; n <= tree.last[node]!; n = tree.last[n]! + 1)
      if (tree.name[n] === COMP) {
        const operator = peek(reading, n, OPERATOR)?.trim() ?? '';
        parts.push(wordsOf(reading, { node: n, operator }, parts.length === 0));
      }
    return `(${parts.join('')})`;
  }
  const [period, event] = [child(tree, node, PERIOD), child(tree, node, EVENT)];
  if (period !== NONE)
    return `every ${quantityWords(reading, period)}${momentWords(reading, child(tree, node, PHASE))}`;
  if (event !== NONE) {
    const offset = child(tree, node, OFFSET);
    return `at ${peek(reading, event, CODE)?.trim() ?? ''}${offset === NONE ? '' : ` offset ${quantityWords(reading, offset)}`}`;
  }
  return timeWords(reading, node);
}

/** `4 to 6 h`, `8 h`. */
function quantityWords(reading: Reading, node: Node): string {
  const { low, high } = readInterval(reading.tree, node);
  if (valueFact(reading.tree, node) !== NONE || (low === NONE && high === NONE)) return pqWords(reading, node);
  const [least, most] = [low, high].map((bound) => (bound === NONE ? '' : pqWords(reading, bound)));
  return [least, most].filter((text) => text !== '').join(' to ');
}

function pqWords({ tree }: Reading, node: Node): string {
  const { valueText, unitText } = readPq(tree, node);
  return `${valueText} ${unitText}`.trim();
}

/** ` from 2024-01-01 08:00`: the moment at which a rhythm starts again. */
function momentWords(reading: Reading, phase: Node): string {
  return phase === NONE ? '' : ` from ${timeWords(reading, phase)}`;
}

function timeWords({ tree }: Reading, node: Node): string {
  const { value, low, high, center } = readInterval(tree, node);
  const texts = [value, ...[low, center, high].map((part) => valueFact(tree, part === NONE ? node : part))];
  const said = texts.filter((fact, index) => fact !== NONE && texts.indexOf(fact) === index);
  return said.map((fact) => shown(valueOf(tree, fact).trim())).join(' to ');
}

function shown(text: string): string {
  const point = parseTs(text);
  if (point === undefined) return text;
  const date = [point.year, point.month, point.day].filter((part) => part !== '').join('-');
  const time =
    point.minute === '' ? '' : ` ${point.hour}:${point.minute}${point.second === '' ? '' : `:${point.second}`}`;
  return `${date}${time}${point.offset}`;
}

/** Marks everything that the words of a part are made from. */
function markAll({ tree, journal }: Reading, node: Node, suffix: string): void {
  for (let n = node + 1; n <= tree.last[node]!; n++)
    if (isAttribute(tree, n) && (SAYING.has(tree.name[n]!) || tree.name[n] === OPERATOR)) journal.mapped(n, suffix);
}
