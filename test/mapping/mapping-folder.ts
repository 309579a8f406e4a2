import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'mocha';
import { createConverter } from '../../src/convert.js';
import type { Conversion, ConvertOptions } from '../../src/conversion.js';
import { loadMappings } from '../../src/mapping/load.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { documentOf, type Fragment } from '../mappings/document-of.js';

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A mapping set of the files given, by path; text is written as it is, anything else as JSON. */
export function mappingFolder(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-mappings-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** A patient, without whom a set is none. */
export const patientMapping = {
  id: 'patient',
  on: ['patientRole'],
  match: { path: '/ClinicalDocument/recordTarget/patientRole' },
  identity: { scope: 'subject', by: ['id'] },
  resource: { resourceType: 'Patient', identifier: '= id' },
};

/** A set with a patient and one mapping of observations, whose resource is given. */
export function observationSet(
  resource: object,
  more: Readonly<Record<string, unknown>> = {},
  rest: object = {},
): string {
  return mappingFolder({
    'patient.json': patientMapping,
    'observation.json': { id: 'observation', on: ['observation'], match: { where: 'code' }, resource, ...rest },
    ...more,
  });
}

/** What the mapping set makes of a fragment. */
export function convertWith(folder: string, fragment: Fragment | string, options: ConvertOptions = {}): Conversion {
  const whole = documentOf(typeof fragment === 'string' ? { xml: fragment } : fragment);
  return createConverter({ mappings: folder }).convert(Buffer.from(whole), options);
}

/** What is told when a mapping set is loaded: `file:line:column: message` of each mistake. */
export function mistakesOf(folder: string): string[] {
  try {
    loadMappings(folder);
  } catch (error) {
    if (error instanceof MappingError)
      return error.mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw error;
  }
  return [];
}

export { resourcesOfType as resourcesIn } from '../../src/author/expectation.js';
