import { existsSync, readFileSync } from 'node:fs';

/** An element of a profile: `generalPractitioner.practitioner`. */
export interface ProfiledElement {
  readonly element: string;
  readonly path: readonly string[];
}

/** An element whose References must refer to a resource with one of these profiles. */
export interface ProfiledReference extends ProfiledElement {
  readonly profiles: ReadonlySet<string>;
}

/** What the profiles of one version of US Core require of References and of states in addresses. */
export interface ProfileTargets {
  /**
   * The elements whose References must refer to a resource with certain profiles. Empty for a profile that is not
   * known.
   */
  readonly profiledReferences: (profile: string) => readonly ProfiledReference[];
  /** The elements that are bound to the states of the United States. */
  readonly stateElements: (profile: string) => readonly ProfiledElement[];
}

interface ProfileTable {
  /** Profile -> element -> the profiles of which the target must meet one. */
  readonly references: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Profile -> the elements that hold a state of the United States. */
  readonly states: Readonly<Record<string, readonly string[] | undefined>>;
}

const FIRST = '6.1.0';
const BASE = 'http://hl7.org/fhir/StructureDefinition/';
const known = new Map<string, ProfileTargets>();

/**
 * The table for a version of US Core, which scripts/generate-profile-targets.ts made from the package. For a version
 * without a table, and if none is named, that of 6.1.0.
 */
export function profileTargets(version: string): ProfileTargets {
  let targets = known.get(version);
  if (targets === undefined) known.set(version, (targets = readTargets(version)));
  return targets;
}

function readTargets(version: string): ProfileTargets {
  const own = fileOf(version);
  const file = existsSync(own) ? own : fileOf(FIRST);
  const table = JSON.parse(readFileSync(file, 'utf8')) as ProfileTable;
  const references = new Map<string, readonly ProfiledReference[]>(
    Object.entries(table.references).map(([profile, elements]) => [
      profile,
      Object.entries(elements).map(([element, profiles]) => ({
        element,
        path: element.split('.'),
        profiles: new Set(profiles),
      })),
    ]),
  );
  const states = new Map<string, readonly ProfiledElement[]>(
    Object.entries(table.states).map(([profile, elements = []]) => [
      profile,
      elements.map((element) => ({ element, path: element.split('.') })),
    ]),
  );
  return {
    profiledReferences: (profile) => references.get(profile) ?? [],
    stateElements: (profile) => states.get(profile) ?? [],
  };
}

function fileOf(version: string): URL {
  return new URL(`./profile-targets/${/^[\w.-]+$/.test(version) ? version : FIRST}.json`, import.meta.url);
}

/** Whether one of the profiles is just the resource type of FHIR itself. */
export function isBaseProfile(resourceType: string, profiles: ReadonlySet<string>): boolean {
  return profiles.has(BASE + resourceType);
}
