import { parseReal } from './number.js';

/** Between a number that was measured and one that bounds it: FHIR's comparators (FHIR R4, Quantity.comparator). */
export type Comparator = '<' | '<=' | '>=' | '>';

/** A number as people write it: `<5`, `>= 100 mg/dL`, `7.35`. */
export interface Comparison {
  readonly comparator: Comparator | undefined;
  /** As FHIR writes decimals. */
  readonly number: string;
  /** What follows the number; empty where nothing does. */
  readonly rest: string;
}

const COMPARISON = /^(<=|>=|<|>|≤|≥)?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

/** Reads a comparator, a number and what follows; undefined where the text doesn't start with them. */
export function parseComparison(text: string): Comparison | undefined {
  const match = COMPARISON.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, digits = '', rest = ''] = match;
  const number = parseReal(digits);
  if (number === undefined) return undefined;
  const comparator = sign === '≤' ? '<=' : sign === '≥' ? '>=' : (sign as Comparator | undefined);
  return { comparator, number, rest };
}
