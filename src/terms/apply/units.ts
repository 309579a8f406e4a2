import { readFileSync } from 'node:fs';
import { keptByText } from '../../xml/kept-by-text.js';
import { ucum } from '../../terminology/units.js';
import { whenNeeded } from '../../when-needed.js';

interface UcumLibrary {
  readonly UcumLhcUtils: { getInstance(): UcumConversion };
}

interface UcumConversion {
  convertUnitTo(from: string, value: number, to: string): { readonly status: string; readonly toVal: number | null };
}

const library = whenNeeded('@lhncbc/ucum-lhc') as () => UcumLibrary;

interface CanonicalUnits {
  readonly units: Readonly<Record<string, readonly string[]>>;
}

const { units } = JSON.parse(
  readFileSync(new URL('./canonical-units.json', import.meta.url), 'utf8'),
) as CanonicalUnits;

const unitByCode: ReadonlyMap<string, string> = new Map(
  Object.entries(units).flatMap(([unit, codes]) => codes.map((code) => [code, unit])),
);

/** The unit in which values of a LOINC code can be compared, for codes where this is known without a pack. */
export function canonicalUnitOf(loincCode: string): string | undefined {
  return unitByCode.get(loincCode);
}

/** The litre with a metric prefix, or without: UCUM has `l` and `L` for it. */
const LITRE = /^(Y|Z|E|P|T|G|M|k|h|da|d|c|m|u|n|p|f|a|z|y)?l(?=-?\d*$)/;
/** Units of volume that are exactly a number of litres. */
const CUBES: ReadonlyMap<string, string> = new Map([
  ['mm3', 'uL'],
  ['cm3', 'mL'],
  ['dm3', 'L'],
]);
/** What a rate counts goes without saying: FHIR's vital signs have `/min`. Other annotations keep values apart (`{FEU}`). */
const RATE = /^\{(beats?|breaths?|resp|respirations?)\}\/min$/;

/**
 * The one UCUM form of a unit that UCUM has several for, each exactly the same: `mg/dl` and `mg/dL`, `10^3/mm3` and `10*3/uL`.
 *
 *   ucumForm('mg/dl')       // 'mg/dL'
 *   ucumForm('{beats}/min') // '/min'
 */
export const ucumForm: (code: string) => string = keptByText(
  (code) => {
    const made = formOf(code);
    return made === code || ucum(made)?.corrected === false ? made : code;
  },
  { most: 1000, longest: 100 },
);

function formOf(code: string): string {
  if (RATE.test(code)) return '/min';
  // Text in brackets or braces is one word.
  const parts = code.split(/(\[[^\]]*\]|\{[^}]*\}|[./()])/);
  const made = parts.map((part) => CUBES.get(part) ?? part.replace(LITRE, '$1L').replace(/^10\^/, '10*')).join('');
  return made.replace(/^1\//, '/');
}

/** Units whose size is a matter of the method, not of measure: `[IU]`, `[GPL'U]`, `[CFU]`; and equivalents, of the ion. */
const OF_METHOD = /\[[^\]]*U\]|(?<![a-z])[mu]?eq(?![a-z])/g;
const ANNOTATION = /\{[^}]*\}/g;

/**
 * A number in another unit, as text; undefined where that is no matter of arithmetic alone. Between mass and amount of
 * substance, between shares (a HbA1c of 48 mmol/mol is none of 4.8 %), and where units are a matter of the method, nothing
 * is computed. It has two digits more than what was said, so that it leads back to it.
 *
 *   converted('98.6', '[degF]', 'Cel') // '37'
 *   converted('5', '10*3/uL', '10*9/L') // '5'
 */
export function converted(text: string, from: string, to: string): string | undefined {
  if (wordsIn(from, OF_METHOD) !== wordsIn(to, OF_METHOD) || wordsIn(from, ANNOTATION) !== wordsIn(to, ANNOTATION))
    return undefined;
  const conversion = library().UcumLhcUtils.getInstance();
  const { status, toVal } = conversion.convertUnitTo(from, Number(text), to);
  if (status !== 'succeeded' || toVal === null || !Number.isFinite(toVal)) return undefined;
  // Shares of any things have the same dimension, so the dimension does not tell them apart.
  if (conversion.convertUnitTo(from, 1, '1').status === 'succeeded') return undefined;
  const digits = Math.min(text.replace(/^-?0*\.?0*|\.|e.*$/gi, '').length + 2, 15);
  const rounded = Number(toVal.toPrecision(Math.max(digits, 3)));
  const plain = String(rounded);
  // FHIR's decimals may have an exponent, but many readers cannot read one.
  return /e/i.test(plain) ? undefined : plain;
}

function wordsIn(unit: string, words: RegExp): string {
  return (unit.match(words) ?? []).sort().join(' ');
}
