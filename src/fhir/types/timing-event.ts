import type { Timing, TimingRepeat } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readInterval, valueFact } from '../../cda/types/interval.js';
import { readPq } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, NONE, type Node } from '../../xml/tree.js';
import { below } from './place.js';
import { timeUnit } from './time-unit.js';
import { putDuration } from './timing-period.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const OFFSET = nameId('offset');

const TIMING_EVENT = '2.16.840.1.113883.5.139';
const TIMING_EVENT_URI = 'http://terminology.hl7.org/CodeSystem/v3-TimingEvent';

type When = NonNullable<TimingRepeat['when']>[number];

/** The TimingEvent codes that are also in FHIR's value set event-timing. */
const WHEN: ReadonlySet<string> = new Set<When>([
  ...(['HS', 'WAKE', 'C', 'CM', 'CD', 'CV', 'AC', 'ACM', 'ACD', 'ACV', 'PC', 'PCM', 'PCD', 'PCV'] as const),
]);
/** The TimingEvent codes that FHIR does not have: between meals. */
const BETWEEN_MEALS: ReadonlySet<string> = new Set(['IC', 'ICM', 'ICD', 'ICV']);
/** The meals themselves. They can have no offset (FHIR R4, tim-9). */
const MEALS: ReadonlySet<string> = new Set(['C', 'CM', 'CD', 'CV']);

/**
 * Writes the event of an EIVL_TS. Its codes are those of FHIR (C-CDA on FHIR, CF-medications); a code that FHIR does
 * not have becomes Timing.code. Several events are one set if none has an offset. Answers whether anything was written.
 */
export function putEvent(reading: Reading, node: Node, event: Node, timing: Timing, suffix: string): boolean {
  const code = peek(reading, event, CODE)?.trim() ?? '';
  if (code === '' || isForeign(reading, event)) return false;
  const put = WHEN.has(code)
    ? putWhen(reading, node, event, code as When, timing, suffix)
    : putCode(reading, event, code, timing, suffix);
  const codeSystem = attribute(reading.tree, event, CODE_SYSTEM);
  if (put && codeSystem !== NONE) reading.journal.used(codeSystem);
  return put;
}

/** Whether an event has a code of a system that is not HL7's. */
export function isForeign(reading: Reading, event: Node): boolean {
  return (peek(reading, event, CODE_SYSTEM)?.trim() ?? TIMING_EVENT) !== TIMING_EVENT;
}

function putWhen(reading: Reading, node: Node, event: Node, code: When, timing: Timing, suffix: string): boolean {
  const offset = child(reading.tree, node, OFFSET);
  const repeat = timing.repeat;
  if (repeat?.when !== undefined && (offset !== NONE || repeat.offset !== undefined || repeat.when.includes(code))) {
    return false;
  }
  const filled: TimingRepeat = (timing.repeat ??= {});
  filled.when = [...(filled.when ?? []), code];
  reading.journal.mapped(attribute(reading.tree, event, CODE), below(suffix, `repeat.when[${filled.when.length - 1}]`));
  if (offset === NONE) return true;
  putDuration(reading, offset, filled, suffix);
  return putOffset(reading, offset, code, filled, suffix);
}

/**
 * Writes the offset. FHIR counts minutes away from the event, in the event's direction: before a meal for AC, after it
 * for all others (FHIR R4, Timing.repeat.offset). CDA counts forwards, so before a meal is negative (HL7 V3 Data Types
 * R1, EIVL). Answers false for an offset that this can't say: an hour before bedtime is not bedtime.
 */
function putOffset(reading: Reading, offset: Node, code: When, repeat: TimingRepeat, suffix: string): boolean {
  const { tree } = reading;
  const { low } = readInterval(tree, offset);
  const start = valueFact(tree, offset) === NONE && low !== NONE ? low : offset;
  const { value, number, unit, unitText } = readPq(tree, start);
  if (number === undefined) return true;
  const inADay = timeUnit(unitText)?.inADay;
  if (MEALS.has(code) || inADay === undefined || timeUnit(unitText)?.code !== unitText) return Number(number) === 0;
  const minutes = (Number(number) * 1440 * (code.startsWith('AC') ? -1 : 1)) / inADay;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > 2147483647) return false;
  repeat.offset = minutes + 0;
  reading.journal.mapped(value, below(suffix, 'repeat.offset'));
  reading.journal.mapped(unit, below(suffix, 'repeat.offset'));
  return true;
}

function putCode(reading: Reading, event: Node, code: string, timing: Timing, suffix: string): boolean {
  if (timing.code !== undefined) return false;
  const between = BETWEEN_MEALS.has(code);
  timing.code = between ? { coding: [{ system: TIMING_EVENT_URI, code }] } : { text: code };
  reading.journal.mapped(
    attribute(reading.tree, event, CODE),
    below(suffix, between ? 'code.coding[0].code' : 'code.text'),
  );
  return true;
}
