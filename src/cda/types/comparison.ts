import { parseReal } from './number.js';

/** The comparators of FHIR (FHIR R4, Quantity.comparator): the measured value is less than the number, and so on. */
export type Comparator = '<' | '<=' | '>=' | '>';

/** A number as people write it: `<5`, `>= 100 mg/dL`, `7.35`. */
export interface Comparison {
  readonly comparator: Comparator | undefined;
  /** In the form of FHIR decimals. */
  readonly number: string;
  /** The text after the number; may be empty. */
  readonly rest: string;
}

const COMPARISON = /^(<=|>=|<|>|≤|≥)?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

/** Reads a comparator, a number and the text after them; undefined if the text doesn't begin with these. */
export function parseComparison(text: string): Comparison | undefined {
  const match = COMPARISON.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, digits = '', rest = ''] = match;
  const number = parseReal(digits);
  if (number === undefined) return undefined;
  const comparator = sign === '≤' ? '<=' : sign === '≥' ? '>=' : (sign as Comparator | undefined);
  return { comparator, number, rest };
}
