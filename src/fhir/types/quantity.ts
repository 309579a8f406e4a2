import type { Age, Duration, Quantity } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { parseComparison } from '../../cda/types/comparison.js';
import { filled, inclusive, readInterval, type Interval } from '../../cda/types/interval.js';
import { readPq, type PhysicalQuantity } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { ucum } from '../../terminology/units.js';
import { attribute, firstChild, isElement, isText, NONE, valueOf, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { dataAbsentReason, impossible, onlyAbsent } from './data-absent-reason.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { derivedRange } from './quantity-bounds.js';
import { quantityFromText } from './quantity-text.js';
import { mainTranslation, translations } from './quantity-translation.js';
import { UCUM } from './ucum.js';

const NULL_FLAVOR = nameId('nullFlavor');

/** The null flavors of a bound that is none: the other one makes a comparator. */
const INFINITE: ReadonlySet<string> = new Set(['PINF', 'NINF']);

/**
 * A FHIR Quantity from a PQ, REAL or INT, or from an IVL_PQ (IVL_INT, IVL_REAL) of one bound: `<high value="5"/>` is
 * `<= 5`, and `< 5` where the bound is exclusive (C-CDA on FHIR, mapping guidance, IVL_PQ). Two different bounds are no
 * Quantity but a Range (see isRange).
 *
 * The number keeps its digits. The unit is kept as the source writes it, with a code only where it is UCUM; where the
 * source has no unit the Quantity has none.
 *
 *   <value xsi:type="PQ" value="5.0" unit="mg"/>  ->  { value: 5.0, unit: 'mg', system: UCUM, code: 'mg' }
 */
export function toQuantity(reading: Reading, node: Node, suffix = ''): Quantity | undefined {
  const interval = readInterval(reading.tree, node);
  const isPoint = interval.value !== NONE || (interval.low === NONE && interval.high === NONE);
  // A width beside the center makes it a Range.
  const isCenter = isPoint && interval.value === NONE && interval.center !== NONE;
  if (isCenter) return interval.width === NONE ? pointQuantity(reading, interval.center, suffix) : undefined;
  if (isPoint) return pointQuantity(reading, node, suffix);
  if (derivedRange(reading, node) !== undefined) return undefined;
  const bounded = boundedQuantity(reading, interval, suffix);
  if (bounded !== undefined) return bounded;
  return onlyAbsent(reading, node, suffix);
}

/** Whether both bounds of an interval are numbers, or follow from its width, and are not the same one. */
export function isRange(reading: Reading, node: Node): boolean {
  const { value, low, high } = readInterval(reading.tree, node);
  if (derivedRange(reading, node) !== undefined) return true;
  if (value !== NONE || low === NONE || high === NONE) return false;
  const [least, most] = [readPq(reading.tree, low), readPq(reading.tree, high)];
  return least.number !== undefined && most.number !== undefined && !isSame(reading, low, high);
}

/** A Quantity that can't have a comparator (FHIR R4, SimpleQuantity): undefined where the source compares. */
export function toSimpleQuantity(reading: Reading, node: Node, suffix = ''): Quantity | undefined {
  return only(reading, toQuantity, node, suffix, (quantity) => quantity.comparator === undefined);
}

const TIME: ReadonlySet<string> = new Set(['ms', 's', 'min', 'h', 'd', 'wk', 'mo', 'a']);

/** A Duration: a number with a unit of time (FHIR R4, drt-1); undefined for anything else. */
export function toDuration(reading: Reading, node: Node, suffix = ''): Duration | undefined {
  return only(reading, toQuantity, node, suffix, isTime);
}

/** An Age: a positive number with a unit of time (FHIR R4, age-1); undefined for anything else. */
export function toAge(reading: Reading, node: Node, suffix = ''): Age | undefined {
  return only(
    reading,
    toSimpleQuantity,
    node,
    suffix,
    (quantity) => isTime(quantity) && (quantity.value === undefined || quantity.value > 0),
  );
}

/** Whether the unit is a unit of time. A quantity that only says why it is absent passes too. */
function isTime(quantity: Quantity): boolean {
  const says = quantity.value !== undefined || quantity._value !== undefined || quantity.unit !== undefined;
  return !says || TIME.has(quantity.code ?? '');
}

/** Takes back the marks if the result is not allowed for the FHIR type. */
function only(
  reading: Reading,
  convert: typeof toQuantity,
  node: Node,
  suffix: string,
  allows: (quantity: Quantity) => boolean,
): Quantity | undefined {
  const checkpoint = reading.journal.checkpoint;
  const quantity = convert(reading, node, suffix);
  if (quantity === undefined || allows(quantity)) return quantity;
  reading.journal.rollback(checkpoint);
  return undefined;
}

function pointQuantity(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const quantity: Quantity = {};
  const pq = readPq(reading.tree, node);
  if (pq.value === NONE) {
    const translated = mainTranslation(reading, node, suffix);
    if (translated !== undefined) {
      dropNullFlavor(reading, node);
      return translated;
    }
    const said = saidQuantity(reading, node, pq, suffix);
    if (said !== undefined) return said;
    const extension = dataAbsentReason(reading, node, suffix);
    if (pq.unit !== NONE)
      reading.journal.dropped(pq.unit, 'a unit without a number is no quantity', reading.journal.rule);
    return extension && { extension };
  }
  putValue(reading, quantity, pq, suffix);
  putUnit(reading, quantity, pq, suffix);
  const extension = translations(reading, node, suffix);
  if (extension.length > 0) quantity.extension = extension;
  return quantity;
}

/** A quantity whose number stands in the text of the element, where CDA has none: `<value xsi:type="PQ">5 mg</value>`. */
function saidQuantity(reading: Reading, node: Node, pq: PhysicalQuantity, suffix: string): Quantity | undefined {
  const { tree, journal } = reading;
  const text = isElement(tree, node) ? firstChild(tree, node) : NONE;
  if (text === NONE || !isText(tree, text) || filled(tree, node, NULL_FLAVOR) !== NONE) return undefined;
  const quantity = quantityWithUnit(valueOf(tree, text).trim(), pq.unitText);
  if (quantity === undefined) return undefined;
  journal.mapped(text, below(suffix, 'value'));
  putUnit(reading, quantity, pq, suffix);
  return quantity;
}

/** The quantity that a text is, if its unit is not another one than the unit beside it. */
function quantityWithUnit(text: string, unit: string): Quantity | undefined {
  const quantity = quantityFromText(text);
  const isOther = unit !== '' && quantity?.unit !== undefined && quantity.code !== ucum(unit)?.code;
  return isOther ? undefined : quantity;
}

function dropNullFlavor({ journal, tree }: Reading, node: Node): void {
  const found = attribute(tree, node, NULL_FLAVOR);
  if (found !== NONE) journal.dropped(found, 'a translation gives the value', journal.rule);
}

/**
 * A quantity from one bound, or from two equal bounds. A low of 0 counts as no bound (C-CDA on FHIR, mapping guidance,
 * IVL_PQ).
 */
function boundedQuantity(reading: Reading, { low, high }: Interval, suffix: string): Quantity | undefined {
  const { tree, journal } = reading;
  const least = low === NONE ? undefined : readPq(tree, low);
  const most = high === NONE ? undefined : readPq(tree, high);
  if (least?.number !== undefined && most?.number !== undefined) {
    if (isSame(reading, low, high)) {
      for (const fact of [least.value, least.unit]) if (fact !== NONE) journal.mapped(fact, below(suffix, 'value'));
      return bareQuantity(reading, most, suffix);
    }
    if (Number(least.number) !== 0 || Number(most.number) <= 0) return undefined;
    journal.used(least.value);
  }
  const upper = most?.number !== undefined;
  const bound = upper ? most : least;
  if (bound?.number === undefined) return undefined;
  const limit = inclusive(tree, upper ? high : low);
  if (limit.node !== NONE) journal.used(limit.node);
  const other = upper ? low : high;
  const open = other === NONE ? NONE : attribute(tree, other, NULL_FLAVOR);
  if (open !== NONE && INFINITE.has(valueOf(tree, open).trim())) journal.used(open);
  const comparator = upper ? (limit.value ? '<=' : '<') : limit.value ? '>=' : '>';
  return { ...bareQuantity(reading, bound, suffix), comparator };
}

function bareQuantity(reading: Reading, pq: PhysicalQuantity, suffix: string): Quantity {
  const quantity: Quantity = {};
  putValue(reading, quantity, pq, suffix);
  putUnit(reading, quantity, pq, suffix);
  return quantity;
}

function isSame(reading: Reading, low: Node, high: Node): boolean {
  const { tree } = reading;
  const [least, most] = [readPq(tree, low), readPq(tree, high)];
  return (
    least.valueText === most.valueText &&
    least.unitText === most.unitText &&
    inclusive(tree, low).value &&
    inclusive(tree, high).value
  );
}

/** Some senders write `<5` or `5 mg` where CDA requires a number. It has only one meaning. */
function putValue(reading: Reading, quantity: Quantity, pq: PhysicalQuantity, suffix: string): void {
  reading.journal.mapped(pq.value, below(suffix, 'value'));
  if (pq.number !== undefined) {
    setDecimal(quantity, 'value', pq.number);
    if (pq.number !== pq.valueText) setPrimitive(quantity, 'value', { extension: [originalText(pq.valueText)] });
    return;
  }
  const written = quantityWithUnit(pq.valueText, pq.unitText);
  if (written === undefined) {
    reading.warn('impossible-number', 'This is no number; its text is kept beside a data-absent-reason.', pq.value);
    setPrimitive(quantity, 'value', impossible(pq.valueText));
    return;
  }
  Object.assign(quantity, written);
  if (written.unit !== undefined) reading.journal.mapped(pq.value, below(suffix, 'unit'));
  const { comparator = '', number = '' } = parseComparison(pq.valueText) ?? {};
  if (comparator + number !== pq.valueText) {
    setPrimitive(quantity, 'value', { extension: [originalText(pq.valueText)] });
  }
}

/** A quantity with a calculated number, and the unit of the numbers that it was calculated from. */
export function derivedQuantity(reading: Reading, number: string, unit: PhysicalQuantity, suffix: string): Quantity {
  const quantity: Quantity = {};
  setDecimal(quantity, 'value', number);
  putUnit(reading, quantity, unit, suffix);
  return quantity;
}

function putUnit(reading: Reading, quantity: Quantity, { unit, unitText }: PhysicalQuantity, suffix: string): void {
  if (unit === NONE) return;
  reading.journal.mapped(unit, below(suffix, 'unit'));
  quantity.unit = unitText;
  const known = ucum(unitText);
  if (known === undefined) return;
  quantity.system = UCUM;
  quantity.code = known.code;
}
