import type { Reading } from '../../cda/reading.js';
import { valueFact } from '../../cda/types/interval.js';
import { parseInteger, parseReal } from '../../cda/types/number.js';
import { NONE, valueOf, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import type { Primitive } from '../primitive.js';
import { impossible, onlyAbsent } from './data-absent-reason.js';
import { originalText } from './original-text.js';

/**
 * A FHIR integer from an INT. A value that is no whole number of 32 bits gives the reason `error`, with its text beside
 * it.
 */
export function toInteger(reading: Reading, node: Node, suffix = ''): Primitive<number> | undefined {
  return numberOf(reading, node, suffix, (text) => integerFrom(text, -2147483648));
}

/** A FHIR unsignedInt, 0 or more, from an INT. */
export function toUnsignedInt(reading: Reading, node: Node, suffix = ''): Primitive<number> | undefined {
  return numberOf(reading, node, suffix, (text) => integerFrom(text, 0));
}

/** A FHIR positiveInt, 1 or more, from an INT. */
export function toPositiveInt(reading: Reading, node: Node, suffix = ''): Primitive<number> | undefined {
  return numberOf(reading, node, suffix, (text) => integerFrom(text, 1));
}

/** A FHIR decimal from a REAL or INT. Its digits are kept under EXACT (see decimal.ts): `5.0` is not `5`. */
export function toDecimal(reading: Reading, node: Node, suffix = ''): Primitive<number> | undefined {
  return numberOf(reading, node, suffix, parseReal);
}

function integerFrom(text: string, least: number): string | undefined {
  const value = parseInteger(text);
  return value === undefined || value < least ? undefined : String(value);
}

function numberOf(
  reading: Reading,
  node: Node,
  suffix: string,
  parse: (text: string) => string | undefined,
): Primitive<number> | undefined {
  const fact = valueFact(reading.tree, node);
  if (fact === NONE) return onlyAbsent(reading, node, suffix);
  const text = valueOf(reading.tree, fact).trim();
  reading.journal.mapped(fact, suffix);
  const number = parse(text);
  if (number === undefined) {
    reading.warn(
      'impossible-number',
      'This is not a possible number; its text is kept beside a data-absent-reason.',
      fact,
    );
    return impossible(text);
  }
  const primitive: Primitive<number> = number === text ? {} : { extension: [originalText(text)] };
  setDecimal(primitive, 'value', number);
  return primitive;
}
