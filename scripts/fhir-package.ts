import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { FhirResource } from 'fhir/r4.js';

/** HL7's code systems about its own models and messages, and examples. No code in a document is from these. */
export const ABOUT_HL7 = /v3-(CodeSystem|DataType|HL7|hl7|GenericUpdate|ConceptProperty|.*Example$)/;

/** The resources of some types in a package: a gzipped tar of JSON files (FHIR packages specification). */
export function* resourcesOf<T extends FhirResource>(path: string, ...types: T['resourceType'][]): Generator<T> {
  const wanted = new RegExp(`^package/(${types.join('|')})-[^/]*\\.json$`);
  const tar = gunzipSync(readFileSync(path));
  const text = (start: number, length: number): string =>
    tar.toString('utf8', start, start + length).replace(/\0[\s\S]*$/, '');
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const name = text(at, 100);
    const size = parseInt(text(at + 124, 12), 8);
    if (wanted.test(name)) yield JSON.parse(tar.toString('utf8', at + 512, at + 512 + size)) as T;
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
