/** The measure that is asked: a Bundle with a Measure, its Libraries (ELM) and, where they come along, its ValueSets. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle, FhirResource, Library, ValueSet } from 'fhir/r4.js';
import { OptionError } from '../option-error.js';
import { valueSetsIn } from '../purpose/read-purposes.js';
import { readJsonFile } from '../read-json-file.js';

/**
 * Reads a measure as measure repositories publish it: a FHIR Bundle in JSON, with the Library that has the populations.
 *
 * @throws OptionError where it is none, in one line
 */
export async function readMeasure(file: string): Promise<Bundle> {
  const bundle = await readResource(file);
  const resources = (bundle.resourceType === 'Bundle' ? (bundle.entry ?? []) : []).map(
    ({ resource }) => resource as FhirResource | undefined,
  );
  const measure = resources.find((one) => one?.resourceType === 'Measure');
  if (bundle.resourceType !== 'Bundle' || measure === undefined) {
    throw new OptionError(`${file} has no Measure: a measure is a FHIR Bundle with the Measure and its Libraries`);
  }
  const [named = ''] = measure.library ?? [];
  const [url, version] = named.split('|');
  const library = resources.find(
    (one): one is Library =>
      one?.resourceType === 'Library' &&
      (one.url === url || `Library/${one.id ?? ''}` === url) &&
      (version === undefined || one.version === version),
  );
  if (library === undefined) throw new OptionError(`${file} has no Library ${named}, which the Measure names`);
  // The engine looks for a Library by its address alone, and does not find one that is named with its version.
  const own = { ...measure, library: [library.url ?? url!, ...(measure.library ?? []).slice(1)] };
  return {
    ...bundle,
    entry: bundle.entry!.map((entry) =>
      (entry.resource as FhirResource) === measure ? { ...entry, resource: own } : entry,
    ),
  };
}

/** The ValueSets in the JSON files of folders: resources, or Bundles of them. */
export async function readMeasureValueSets(folders: readonly string[]): Promise<ValueSet[]> {
  const found: ValueSet[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter((one) => one.endsWith('.json')).sort()) {
      found.push(...valueSetsIn(await readResource(join(folder, name))));
    }
  }
  return found;
}

async function readResource(file: string): Promise<FhirResource> {
  const value = await readJsonFile(file);
  if (typeof value !== 'object' || value === null || !('resourceType' in value))
    throw new OptionError(`${file} is no FHIR resource`);
  return value as FhirResource;
}
