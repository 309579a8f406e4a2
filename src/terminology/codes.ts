/**
 * Which codes a code system has. Known in full are HL7's own systems and UCUM. Of the large systems (SNOMED CT, LOINC,
 * RxNorm), which have licences and versions, only the form of a code is known.
 *
 * hl7-codes.json is generated (scripts/generate-hl7-codes.ts) from HL7's terminology.
 */
import { readFileSync } from 'node:fs';
import { fits } from './code-forms.js';
import { ucum } from './units.js';

const UCUM = 'http://unitsofmeasure.org';

/** By URI. The codes of a system are one string with bars between them, until they are first asked for. */
const codesBySystem = new Map<string, string | ReadonlySet<string>>(
  Object.entries(
    JSON.parse(readFileSync(new URL('./hl7-codes.json', import.meta.url), 'utf8')) as Record<string, string>,
  ).map(([name, codes]) => [name.includes(':') ? name : `http://terminology.hl7.org/CodeSystem/${name}`, codes]),
);

const NO_CODES: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(new URL('./no-codes.json', import.meta.url), 'utf8')) as string[],
);

/**
 * Whether a code is a word by which senders say that there is no code: `Unknown`, `NONE`. A few
 * systems do have such codes: see `hasCode`.
 */
export function isNoCode(code: string): boolean {
  return NO_CODES.has(code.trim().toLowerCase());
}

/**
 * Whether a code system has exactly this code in some version; undefined if its codes are not known here.
 *
 *   hasCode('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB')   // true
 *   hasCode('http://terminology.hl7.org/CodeSystem/v3-ActCode', '99238') // false: this is a CPT code
 *   hasCode('http://loinc.org', '8302-2')                                // undefined
 *   hasCode('http://loinc.org', '386661006')                             // false: it does not have the form of one
 */
export function hasCode(system: string, code: string): boolean | undefined {
  if (system === UCUM) return ucum(code)?.corrected === false;
  const codes = codesBySystem.get(system);
  if (codes === undefined) return fits(system, code) === false ? false : undefined;
  if (typeof codes !== 'string') return codes.has(code);
  const set = new Set(codes.split('|'));
  codesBySystem.set(system, set);
  return set.has(code);
}
