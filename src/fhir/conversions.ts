/**
 * Which CDA data type becomes which FHIR type, and which function converts it. A mapping names neither: the FHIR type
 * follows from the element, the CDA type from the document and the CDA model.
 */
import { familyOf } from '../cda/data-type.js';
import { parseComparison } from '../cda/types/comparison.js';
import { valueFact } from '../cda/types/interval.js';
import { parseInteger } from '../cda/types/number.js';
import { nameId } from '../cda/vocabulary.js';
import type { Reading } from '../cda/reading.js';
import { attribute, child, isElement, NONE, valueOf, type Node } from '../xml/tree.js';
import { toAddress } from './types/address.js';
import { toAnnotation } from './types/annotation.js';
import { toAttachment, isPlainText } from './types/attachment.js';
import { toBase64Binary } from './types/base64-binary.js';
import { toBoolean } from './types/boolean.js';
import { toCode } from './types/code.js';
import { toCodeableConcept } from './types/codeable-concept.js';
import { toCoding } from './types/coding.js';
import { toContactPoint } from './types/contact-point.js';
import { toDate } from './types/date.js';
import { toDateTime } from './types/date-time.js';
import { hasDerivedBounds } from './types/derived-bound.js';
import { toHumanName } from './types/human-name.js';
import { toIdentifier } from './types/identifier.js';
import { toInstant } from './types/instant.js';
import { toMoney, toMoneyQuantity } from './types/money.js';
import { toDecimal, toInteger, toPositiveInt, toUnsignedInt } from './types/number.js';
import { toPeriod } from './types/period.js';
import { isRange, toAge, toQuantity, toSimpleQuantity } from './types/quantity.js';
import { toRange } from './types/range.js';
import { toRatio } from './types/ratio.js';
import { toText } from './types/text.js';
import { toTime } from './types/time.js';
import { toTiming } from './types/timing.js';
import { toUri } from './types/uri.js';
import { isWrittenRange } from './types/written-range.js';
import { ownValue } from '../own-value.js';

export interface TypeConversion {
  /** The families of CDA types that it accepts (see cda/data-type.ts). */
  readonly from: ReadonlySet<string>;
  /**
   * Converts one node. A primitive is given as `Primitive`; undefined if the node says nothing. In a concept, codings
   * of `systems` come first.
   */
  readonly convert: (reading: Reading, node: Node, cdaType: string, systems: readonly string[]) => unknown;
  /** Set if several nodes together are one value. */
  readonly all?: (reading: Reading, nodes: readonly Node[]) => unknown;
}

/**
 * The third argument of many converters is a place below the element. Here the third argument is the CDA type, so it is
 * not passed on.
 */
function from(families: string, convert: (reading: Reading, node: Node) => unknown): TypeConversion {
  return { from: new Set(families.split(' ')), convert: (reading, node) => convert(reading, node) };
}

const TIMES = 'TS IVL_TS';
const TEXTS = 'ED ST';
const WHOLE_NUMBERS = 'INT IVL_INT REAL PQ';

const conversions: Readonly<Record<string, TypeConversion | undefined>> = {
  Address: from('AD', toAddress),
  Age: from('PQ INT', toAge),
  Annotation: from(TEXTS, toAnnotation),
  Attachment: from(`${TEXTS} StrucDoc.Text`, toAttachment),
  CodeableConcept: {
    from: new Set('CD ED ST'.split(' ')),
    convert: (reading, node, _type, systems) => toCodeableConcept(reading, node, { preferred: systems }),
  },
  Coding: from('CD', toCoding),
  ContactPoint: from('TEL URL', toContactPoint),
  HumanName: from('EN', toHumanName),
  Identifier: from('II', toIdentifier),
  Money: from('MO', toMoney),
  Period: from(TIMES, toPeriod),
  Quantity: {
    from: new Set('PQ IVL_PQ INT REAL MO'.split(' ')),
    convert: (reading, node, type) => (type === 'MO' ? toMoneyQuantity(reading, node) : toQuantity(reading, node)),
  },
  SimpleQuantity: from('PQ IVL_PQ INT REAL', toSimpleQuantity),
  Duration: from('PQ', toSimpleQuantity),
  Range: from('IVL_PQ PQ', toRange),
  Ratio: from('RTO', toRatio),
  Timing: {
    from: new Set('TS IVL_TS PIVL_TS EIVL_TS SXPR_TS'.split(' ')),
    convert: (reading, node) => toTiming(reading, [node]),
    all: toTiming,
  },
  base64Binary: from(TEXTS, toBase64Binary),
  boolean: from('BL', toBoolean),
  code: from('CD', toCode),
  date: from(TIMES, toDate),
  dateTime: from(TIMES, toDateTime),
  decimal: from('REAL INT PQ', toDecimal),
  instant: from(TIMES, toInstant),
  integer: from(WHOLE_NUMBERS, toInteger),
  markdown: from('ED ST EN CD', toText),
  positiveInt: from(WHOLE_NUMBERS, toPositiveInt),
  string: from('ED ST EN CD AD TEL', toText),
  time: from(TIMES, toTime),
  unsignedInt: from(WHOLE_NUMBERS, toUnsignedInt),
  uri: from('TEL URL ED', toUri),
  url: from('TEL URL ED', toUri),
};

/** The conversion to a FHIR type; undefined if no CDA data type becomes it. */
export function conversionTo(fhirType: string): TypeConversion | undefined {
  return ownValue(conversions, fhirType);
}

const LOW = nameId('low');
const HIGH = nameId('high');
const ORIGINAL_TEXT = nameId('originalText');
const UNIT = nameId('unit');
const VALUE = nameId('value');

const QUANTITIES = ['Quantity', 'SimpleQuantity', 'Age', 'Duration', 'decimal', 'string'];
const WORDS = ['string', 'CodeableConcept', 'markdown'];
const WHOLE = ['integer', 'Quantity', 'SimpleQuantity', 'decimal', 'positiveInt', 'unsignedInt'];
const NOT_WHOLE = ['Quantity', 'decimal', ...WHOLE];

/**
 * For each family: the FHIR types that fit a node, the best first (C-CDA on FHIR, CF-results for observation values).
 */
const choices: Readonly<Record<string, (reading: Reading, node: Node) => readonly string[]>> = {
  II: () => ['Identifier'],
  CD: () => ['CodeableConcept', 'Coding', 'code', 'string'],
  PQ: quantityOrWords,
  IVL_PQ: rangeOrQuantity,
  IVL_INT: rangeOrQuantity,
  IVL_REAL: rangeOrQuantity,
  INT: (reading, node) => (hasUnit(reading, node) || isCompared(reading, node) ? NOT_WHOLE : WHOLE),
  REAL: () => ['decimal', 'Quantity', 'SimpleQuantity'],
  RTO: () => ['Ratio', 'string'],
  MO: () => ['Money', 'Quantity'],
  TS: () => ['dateTime', 'date', 'instant', 'Period', 'time', 'string'],
  // An interval is a Period unless it is a point (C-CDA on FHIR, guidance-16 and -17; results-06: low equals high).
  IVL_TS: (reading, node) =>
    hasBounds(reading, node) && pointEnd(reading, node) === NONE
      ? ['Period', 'dateTime', 'date']
      : ['dateTime', 'date', 'instant', 'Period'],
  PIVL_TS: () => ['Timing'],
  EIVL_TS: () => ['Timing'],
  // A number with a unit beside it is a quantity, whatever its xsi:type says.
  ST: (reading, node) => (hasUnit(reading, node) && !hasWords(reading, node) ? ['Quantity', ...WORDS] : WORDS),
  ED: (reading, node) => (isPlainText(reading, node) ? ['string', 'markdown', 'Attachment'] : ['Attachment', 'string']),
  BL: () => ['boolean', 'string'],
  AD: () => ['Address', 'string'],
  EN: () => ['HumanName', 'string'],
  TEL: () => ['ContactPoint', 'url', 'uri', 'string'],
  URL: () => ['url', 'uri', 'string'],
};

/** A PQ may have two numbers in the place of one, or only words: `<value nullFlavor="OTH"><originalText>…`. */
function quantityOrWords(reading: Reading, node: Node): readonly string[] {
  if (isWrittenRange(reading, node)) return ['Range', ...QUANTITIES];
  const isInWords = child(reading.tree, node, ORIGINAL_TEXT) !== NONE && valueFact(reading.tree, node) === NONE;
  return isInWords ? ['string', ...QUANTITIES] : QUANTITIES;
}

/** Whether a unit stands beside the value. */
function hasUnit({ tree }: Reading, node: Node): boolean {
  return isElement(tree, node) && attribute(tree, node, UNIT) !== NONE;
}

/** Whether the `@value` is no number. */
function hasWords({ tree }: Reading, node: Node): boolean {
  const fact = valueFact(tree, node);
  return fact !== NONE && parseComparison(valueOf(tree, fact))?.rest !== '';
}

/** Whether an INT has a number that is not whole, or a comparison: `5.5`, `>90`. Some senders write them. */
function isCompared({ tree }: Reading, node: Node): boolean {
  const fact = valueFact(tree, node);
  if (fact === NONE) return false;
  const text = valueOf(tree, fact).trim();
  return parseInteger(text) === undefined && parseComparison(text)?.rest === '';
}

/** Two bounds are a Range, one is a Quantity with a comparator (C-CDA on FHIR, results-20 and -21). */
function rangeOrQuantity(reading: Reading, node: Node): readonly string[] {
  return isRange(reading, node) || isWrittenRange(reading, node)
    ? ['Range', 'Quantity', 'SimpleQuantity']
    : ['Quantity', 'SimpleQuantity', 'Range'];
}

/**
 * The value of a choice element, in the best of the types that it allows; undefined if none of them can say what the
 * node says.
 */
export function choose(
  reading: Reading,
  node: Node,
  cdaType: string,
  allowed: readonly string[],
): { type: string; value: unknown } | undefined {
  const candidates = ownValue(choices, familyOf(cdaType))?.(reading, node) ?? [];
  for (const type of candidates) {
    const conversion = allowed.includes(type) ? conversionTo(type) : undefined;
    if (conversion === undefined) continue;
    const { checkpoint } = reading.journal;
    const value = conversion.convert(reading, node, cdaType, []);
    if (value !== undefined) {
      const end = type === 'Period' ? NONE : pointEnd(reading, node);
      // The interval became a point because its end equals its start, so the end decided.
      if (end !== NONE) reading.journal.used(end);
      return { type: type === 'SimpleQuantity' ? 'Quantity' : type, value };
    }
    reading.journal.rollback(checkpoint);
  }
  return undefined;
}

/** The `high/@value` of an interval whose end equals its start; NONE for any other. */
function pointEnd({ tree }: Reading, node: Node): Node {
  const [low, high] = [child(tree, node, LOW), child(tree, node, HIGH)];
  if (low === NONE || high === NONE) return NONE;
  const [start, end] = [attribute(tree, low, VALUE), attribute(tree, high, VALUE)];
  if (start === NONE || end === NONE) return NONE;
  return valueOf(tree, start) === valueOf(tree, end) && /^\d{8}/.test(valueOf(tree, end)) ? end : NONE;
}

function hasBounds(reading: Reading, node: Node): boolean {
  const { tree } = reading;
  return child(tree, node, LOW) !== NONE || child(tree, node, HIGH) !== NONE || hasDerivedBounds(reading, node);
}
