/**
 * Units of measure. UCUM units stay as they are, common wrong ones are corrected by a table, and nothing is guessed.
 *
 * units.json is kept by hand. `known` has the common units, which then need not be parsed. `corrections` has the ways
 * in which senders write a unit; case counts. `text` has what UCUM accepts as a unit but senders don't mean (`N/A` is
 * newton per ampere), or may not mean (`MU`, a million units; `G/L`, grams or 10*9 a litre).
 */
import { readFileSync } from 'node:fs';
import { keptByText } from '../xml/kept-by-text.js';
import { whenNeeded } from '../when-needed.js';

export interface UcumUnit {
  readonly code: string;
  /** Whether the code differs from what the source wrote. If so, the text of the source must be kept beside it. */
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

/** A longer text is no unit but a sentence, and parsing takes more time the longer it is. */
const LONGEST = 60;

/**
 * Outside of brackets no unit has so many letters, or `_`. Without this test the library accepts words such as
 * `constructor` as units.
 */
const WORDS = /[A-Za-z]{7}|_/;

/** An annotation after a unit (`mg{creat}`), or alone before a slash (`{cells}/uL`). */
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

let grammar: UcumGrammar | undefined;

/**
 * The UCUM code of a unit that a source wrote; undefined if there is none, so that only the text can be kept.
 *
 *   ucum('mg/dL')  // { code: 'mg/dL', corrected: false }
 *   ucum('mmHg')   // { code: 'mm[Hg]', corrected: true }
 *   ucum('BEDTIME') // undefined
 */
export function ucum(unit: string): UcumUnit | undefined {
  const found = table.get(unit);
  if (found !== undefined || table.has(unit)) return found;
  return unit.length > LONGEST ? undefined : lookedUp(unit);
}

/** Real senders use some hundred units in all. */
const lookedUp = keptByText(lookUp, { most: 1000, longest: LONGEST });

function lookUp(unit: string): UcumUnit | undefined {
  const trimmed = unit.trim();
  if (trimmed !== unit) {
    const found = ucum(trimmed);
    return found && { code: found.code, corrected: true };
  }
  return isUcum(unit) ? { code: unit, corrected: false } : undefined;
}

function isUcum(unit: string): boolean {
  // UCUM is printable ASCII without blanks. A number alone and an empty annotation are UCUM terms, but no units.
  if (!/^[\x21-\x7e]+$/.test(unit) || /^[0-9.]+$/.test(unit) || unit === '{}') return false;
  // An annotation alone: it has no dimension, whatever it says (UCUM 2.1, 6).
  if (/^\{[^{}]+\}$/.test(unit)) return true;
  if (WORDS.test(unit.replace(/\{[^{}]*\}|\[[^[\]]*\]/g, ''))) return false;
  // An annotation means nothing in UCUM. So a unit is valid if it is known without the annotation (UCUM 2.1, 6).
  const plain = unit.replace(ANNOTATION, '');
  if (plain !== unit && table.get(plain)?.code === plain) return true;
  grammar ??= library().UcumLhcUtils.getInstance();
  const { status, ucumCode } = grammar.validateUnitString(unit);
  // The library also accepts synonyms that are not UCUM.
  return status === 'valid' && ucumCode === unit;
}
