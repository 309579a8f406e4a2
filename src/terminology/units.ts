/**
 * Units of measure: UCUM as it stands, common wrong ones by a table, nothing by guessing.
 *
 * units.json is kept by hand. `known` spares the common units the grammar; `corrections` has the ways in which senders
 * write each unit, case counting; `text` has what UCUM takes for a unit but senders do not mean (`N/A`, newton per ampere),
 * or may not mean (`MU`, a million units; `G/L`, grams or 10*9 a litre).
 */
import { readFileSync } from 'node:fs';
import { whenNeeded } from '../when-needed.js';

export interface UcumUnit {
  readonly code: string;
  /** The code is not what the source has, so the source's text must stand beside it. */
  readonly corrected: boolean;
}

interface Units {
  readonly known: readonly string[];
  readonly corrections: Readonly<Record<string, readonly string[]>>;
  readonly text: readonly string[];
}

interface UcumGrammar {
  validateUnitString(unit: string): { readonly status: string; readonly ucumCode?: string | null };
}

interface UcumLibrary {
  readonly UcumLhcUtils: { getInstance(): UcumGrammar };
}

const library = whenNeeded('@lhncbc/ucum-lhc') as () => UcumLibrary;

/** Longer texts are no units but sentences, and the grammar's time grows with the length. */
const LONGEST = 60;
/** Answers of the grammar that are kept; real senders have some hundred units in all. */
const MOST_KEPT = 1000;

/** Outside of brackets no unit has so many letters, or `_`; the library takes `constructor` and its like for units. */
const WORDS = /[A-Za-z]{7}|_/;

/** An annotation of a unit, or alone above a fraction. */
const ANNOTATION = /(?<=[A-Za-z\]%])\{[^{}]+\}(?=$|[./])|^\{[^{}]+\}(?=\/)/g;

const { known, corrections, text } = JSON.parse(
  readFileSync(new URL('./units.json', import.meta.url), 'utf8'),
) as Units;

const table: ReadonlyMap<string, UcumUnit | undefined> = new Map<string, UcumUnit | undefined>([
  ...text.map((unit) => [unit, undefined] as const),
  ...known.map((unit) => [unit, { code: unit, corrected: false }] as const),
  ...Object.entries(corrections).flatMap(([code, wrong]) =>
    wrong.map((unit) => [unit, { code, corrected: true }] as const),
  ),
]);
const kept = new Map<string, UcumUnit | undefined>();

let grammar: UcumGrammar | undefined;

/**
 * The UCUM code of a unit as a source writes it, or undefined where there is none and only the text can be kept.
 *
 *   ucum('mg/dL')  // { code: 'mg/dL', corrected: false }
 *   ucum('mmHg')   // { code: 'mm[Hg]', corrected: true }
 *   ucum('BEDTIME') // undefined
 */
export function ucum(unit: string): UcumUnit | undefined {
  const found = table.get(unit);
  if (found !== undefined || table.has(unit)) return found;
  if (unit.length > LONGEST) return undefined;
  if (!kept.has(unit)) {
    // A hostile document may have a different unit each time: the oldest answer makes room.
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(unit, lookUp(unit));
  }
  return kept.get(unit);
}

function lookUp(unit: string): UcumUnit | undefined {
  const trimmed = unit.trim();
  if (trimmed !== unit) {
    const found = ucum(trimmed);
    return found && { code: found.code, corrected: true };
  }
  return isUcum(unit) ? { code: unit, corrected: false } : undefined;
}

function isUcum(unit: string): boolean {
  // UCUM is printable ASCII without blanks; a bare number and an empty annotation are terms of it, but no units.
  if (!/^[\x21-\x7e]+$/.test(unit) || /^[0-9.]+$/.test(unit) || unit === '{}') return false;
  // Only an annotation: dimensionless whatever it says (UCUM 2.1, 6).
  if (/^\{[^{}]+\}$/.test(unit)) return true;
  if (WORDS.test(unit.replace(/\{[^{}]*\}|\[[^[\]]*\]/g, ''))) return false;
  // An annotation says nothing to UCUM, so what is known without it is known (UCUM 2.1, 6).
  const plain = unit.replace(ANNOTATION, '');
  if (plain !== unit && table.get(plain)?.code === plain) return true;
  grammar ??= library().UcumLhcUtils.getInstance();
  const { status, ucumCode } = grammar.validateUnitString(unit);
  // The library also knows some synonyms; those are not UCUM.
  return status === 'valid' && ucumCode === unit;
}
