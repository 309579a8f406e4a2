/**
 * The names of HL7's own codes. They are used where a document gives only the code: a reader who sees `H` should see
 * "High". The names of other systems (SNOMED CT, LOINC, NUCC) belong to their owners and are not here.
 * hl7-displays.json is generated (scripts/generate-hl7-displays.ts) from HL7's terminology.
 */
import { readFileSync } from 'node:fs';

let displays: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;

/**
 * The name of a code in HL7's own tables; undefined if they have none for it.
 *
 *   displayOf('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', 'H')   // 'High'
 */
export function displayOf(system: string, code: string): string | undefined {
  displays ??= readDisplays();
  return displays.get(system)?.get(code);
}

function readDisplays(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const text = readFileSync(new URL('./hl7-displays.json', import.meta.url), 'utf8');
  const systems = JSON.parse(text) as Record<string, Record<string, string>>;
  return new Map(Object.entries(systems).map(([system, codes]) => [system, new Map(Object.entries(codes))]));
}
