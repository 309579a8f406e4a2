import type { Reading } from '../../cda/reading.js';
import { readInterval } from '../../cda/types/interval.js';
import { readPq, type PhysicalQuantity } from '../../cda/types/pq.js';
import { NONE, type Node } from '../../xml/tree.js';

/**
 * The bounds of an interval of quantities that are calculated from other parts, in the form of FHIR decimals, with one
 * unit.
 */
export interface DerivedRange {
  readonly low: string;
  readonly high: string;
  /** The quantity that has their unit. */
  readonly unit: PhysicalQuantity;
  /** The facts that both are calculated from. */
  readonly facts: readonly Node[];
}

/**
 * The bounds that an IVL_PQ gives by its width: low and width, width and high, or center and width (HL7 V3 Data Types
 * R1, IVL). Undefined if it has both bounds, or if nothing can be calculated because the units differ or a part is no
 * number.
 *
 *   <center value="5.0" unit="mg"/><width value="1" unit="mg"/>   ->  4.50 to 5.50 mg
 */
export function derivedRange({ tree }: Reading, node: Node): DerivedRange | undefined {
  const { value, low, high, center, width } = readInterval(tree, node);
  if (value !== NONE || width === NONE || (low !== NONE && high !== NONE)) return undefined;
  const base = low !== NONE ? low : high !== NONE ? high : center;
  if (base === NONE) return undefined;
  const [unit, length] = [readPq(tree, base), readPq(tree, width)];
  if (unit.number === undefined || length.number === undefined || Number(length.number) < 0) return undefined;
  if (unit.unitText !== length.unitText) return undefined;
  const facts = [unit.value, length.value, length.unit].filter((fact) => fact !== NONE);
  if (base === low) return { low: unit.number, high: sum(unit.number, length.number, 1n), unit, facts };
  if (base === high) return { low: sum(unit.number, length.number, -1n), high: unit.number, unit, facts };
  // Half of a decimal has at most one more digit. It is calculated as five times the number, divided by ten.
  const half = product(length.number, 5n);
  return { low: sum(unit.number, half, -1n), high: sum(unit.number, half, 1n), unit, facts };
}

/** Exact decimal arithmetic: JavaScript numbers would give 0.30000000000000004 for 0.1 + 0.2. */
function sum(one: string, other: string, sign: bigint): string {
  const [a, b] = [scaled(one), scaled(other)];
  const places = Math.max(a.places, b.places);
  const grown = ({ digits, places: own }: Scaled) => digits * 10n ** BigInt(places - own);
  return shown(grown(a) + sign * grown(b), places);
}

/** `number * fives / 10`. */
function product(number: string, fives: bigint): string {
  const { digits, places } = scaled(number);
  return shown(digits * fives, places + 1);
}

interface Scaled {
  readonly digits: bigint;
  readonly places: number;
}

/** A decimal as a whole number, with the number of digits after the point. An exponent is taken into account. */
function scaled(text: string): Scaled {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  const places = fraction.length - Number(exponent);
  const digits = BigInt(`${sign}${whole}${fraction}` || '0');
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

function shown(digits: bigint, places: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  return `${digits < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${text.slice(-places)}`}`;
}
