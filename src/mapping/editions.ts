/**
 * The versions of US Core that a set can follow, as `us-core/us-core.json` names them. Each is a folder of patches beside it,
 * named after what they change as a sender's are, on top of the version that it comes after.
 *
 *   { "canonical": "http://hl7.org/fhir/us/core/", "version": "6.1.0", "later": { "8.0.1": "6.1.0", "9.0.0": "8.0.1" } }
 */
import { OptionError } from '../option-error.js';
import { ownValue } from '../own-value.js';
import type { Mistake } from './mapping-error.js';
import { patchedFiles } from './patched-files.js';
import type { MappingFiles } from './read-files.js';

export interface Editions {
  /** What profiles of US Core begin with; empty where the set says nothing of it. */
  readonly canonical: string;
  /** The version that the set itself is written for. */
  readonly version: string;
  /** Later version -> the one that it changes. With the profiles of a guide beside them: `6.1.0-ecr` -> `6.1.0`. */
  readonly later: Readonly<Record<string, string>>;
  /** Profile of a Composition -> profile of the document Bundle that begins with it. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** The version of US Core that an edition is of: `6.1.0` of `6.1.0-ecr`. */
export function versionOf(edition: string): string {
  return edition.split('-')[0] ?? edition;
}

export function editionsOf({ usCore }: MappingFiles): Editions {
  const { canonical = '', version = '', later = {}, bundles = {} } = (usCore?.value ?? {}) as Partial<Editions>;
  return { canonical, version, later, bundles };
}

/**
 * The files of a set with the patches of a later version of US Core, and of those between.
 * @throws OptionError where the set knows no such version.
 */
export function filesOfEdition(files: MappingFiles, version: string, mistakes: Mistake[]): MappingFiles {
  const editions = editionsOf(files);
  if (version === editions.version) return files;
  const before = ownValue(editions.later, version);
  if (before === undefined) {
    const known = [editions.version, ...Object.keys(editions.later)].join(', ');
    throw new OptionError(`there is no US Core "${version}" in the mapping set, but ${known}`);
  }
  const earlier = filesOfEdition(files, before, mistakes);
  const own = files.editions.get(version);
  return own === undefined ? earlier : patchedFiles(earlier, own, mistakes);
}
