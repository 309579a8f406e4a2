/**
 * Which codes a code system has. Of HL7's own systems and of UCUM that can be told here; the large ones (SNOMED CT, LOINC,
 * RxNorm) have licences and versions of their own: of these only what can't be a code of theirs.
 *
 * hl7-codes.json is generated (scripts/generate-hl7-codes.ts) from HL7's terminology.
 */
import { readFileSync } from 'node:fs';
import { fits } from './code-forms.js';
import { ucum } from './units.js';

const UCUM = 'http://unitsofmeasure.org';

/** By URI: the codes, with bars between them until a system is first asked for. */
const codesBySystem = new Map<string, string | ReadonlySet<string>>(
  Object.entries(
    JSON.parse(readFileSync(new URL('./hl7-codes.json', import.meta.url), 'utf8')) as Record<string, string>,
  ).map(([name, codes]) => [name.includes(':') ? name : `http://terminology.hl7.org/CodeSystem/${name}`, codes]),
);

const NO_CODES: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(new URL('./no-codes.json', import.meta.url), 'utf8')) as string[],
);

/** Whether senders write a text in the place of a code to say that there is none: `Unknown`, `NONE`. Some systems have such codes. */
export function isNoCode(code: string): boolean {
  return NO_CODES.has(code.trim().toLowerCase());
}

/**
 * Whether a code system has a code, in any version and to the letter; undefined where its codes are not known here.
 *
 *   hasCode('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'AMB')   // true
 *   hasCode('http://terminology.hl7.org/CodeSystem/v3-ActCode', '99238') // false: that one is CPT's
 *   hasCode('http://loinc.org', '8302-2')                                // undefined
 *   hasCode('http://loinc.org', '386661006')                             // false: it doesn't look like one
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
