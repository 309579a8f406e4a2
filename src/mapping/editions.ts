/**
 * The versions of US Core that a set can follow, from `us-core/us-core.json`. Each later version is a folder of
 * patches. A patch has the name of what it changes, as a sender's patch has, and applies on top of the version that it
 * comes after.
 *
 *   { "canonical": "http://hl7.org/fhir/us/core/", "version": "6.1.0", "later": { "8.0.1": "6.1.0", "9.0.0": "8.0.1" } }
 */
import { OptionError } from '../option-error.js';
import { ownValue } from '../own-value.js';
import type { Mistake } from './mapping-error.js';
import { patchedFiles } from './patched-files.js';
import type { MappingFiles } from './read-files.js';

export interface Editions {
  /** How profiles of US Core begin; empty if the set does not say. */
  readonly canonical: string;
  /** The version that the set itself is written for. */
  readonly version: string;
  /**
   * Each later version, with the version that it changes. An edition may add the profiles of another guide: `6.1.0-ecr`
   * changes `6.1.0`.
   */
  readonly later: Readonly<Record<string, string>>;
  /** For the profile of a Composition: the profile of a document Bundle that begins with such a Composition. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** The version of US Core in the name of an edition: `6.1.0` for `6.1.0-ecr`. */
export function versionOf(edition: string): string {
  return edition.split('-')[0] ?? edition;
}

export function editionsOf({ usCore }: MappingFiles): Editions {
  const { canonical = '', version = '', later = {}, bundles = {} } = (usCore?.value ?? {}) as Partial<Editions>;
  return { canonical, version, later, bundles };
}

/**
 * The files of a set with the patches of a later version of US Core and of all versions between.
 * @throws OptionError if the set does not know the version
 */
export function filesOfEdition(files: MappingFiles, version: string, mistakes: Mistake[]): MappingFiles {
  const editions = editionsOf(files);
  if (version === editions.version) return files;
  const before = ownValue(editions.later, version);
  if (before === undefined) {
    const known = [editions.version, ...Object.keys(editions.later)].join(', ');
    throw new OptionError(`there is no US Core "${version}" in the mapping set; it has ${known}`);
  }
  const earlier = filesOfEdition(files, before, mistakes);
  const own = files.editions.get(version);
  return own === undefined ? earlier : patchedFiles(earlier, own, mistakes);
}
