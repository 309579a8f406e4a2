import type { Quantity } from 'fhir/r4.js';
import { parseComparison } from '../../cda/types/comparison.js';
import { ucum } from '../../terminology/units.js';
import { setDecimal } from '../decimal.js';
import { UCUM } from './ucum.js';

/**
 * Units of one letter that mean the same in prose and in UCUM. Prose uses `F` for Fahrenheit (farad in UCUM) and `C`
 * for Celsius (coulomb in UCUM), so these are not here.
 */
const PLAIN_LETTERS: ReadonlySet<string> = new Set(['%', 'g', 'L', 'l', 'm', 's', 'h', 'd', 'U']);

/**
 * The Quantity that a text is (`<5`, `>= 100 mg/dL`, `7.35`). Undefined if the text is not exactly a number, with or
 * without a comparator and a UCUM unit: `120/80`, `10-15`, `5 of 10`, `1,200`, `98.6 F`. Marks nothing, because the
 * caller keeps the text.
 *
 *   quantityFromText('<= 5.0 mg/dL') // { value: 5.0, comparator: '<=', unit: 'mg/dL', system: UCUM, code: 'mg/dL' }
 */
export function quantityFromText(text: string): Quantity | undefined {
  const comparison = parseComparison(text);
  if (comparison === undefined) return undefined;
  const { comparator, number, rest } = comparison;
  const quantity: Quantity = {};
  setDecimal(quantity, 'value', number);
  if (comparator !== undefined) quantity.comparator = comparator;
  if (rest === '') return quantity;
  const known = isUnitInProse(rest) ? ucum(rest) : undefined;
  if (known === undefined) return undefined;
  quantity.unit = rest;
  quantity.system = UCUM;
  quantity.code = known.code;
  return quantity;
}

/** UCUM takes bare numbers and `/80` for units; a reader doesn't. */
function isUnitInProse(text: string): boolean {
  return text.length === 1
    ? PLAIN_LETTERS.has(text)
    : /^(?:10\*\d|\/?[a-zA-Z%[{µ])/.test(text) && /[a-zA-Z%]/.test(text);
}
