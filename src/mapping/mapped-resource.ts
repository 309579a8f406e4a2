import type { FhirResource } from 'fhir/r4.js';
import type { Journal } from '../xml/journal.js';
import type { Node, Tree } from '../xml/tree.js';
import type { Mapping } from './mapping.js';

/** The key under which a Reference keeps the resource that it will name when ids are given. */
export const TARGET = Symbol('target of a reference');

export interface PendingReference {
  [TARGET]?: MappedResource;
  reference?: string;
}

/** A resource on its way into the Bundle. */
export interface MappedResource {
  readonly mapping: Mapping;
  readonly tree: Tree;
  /** The CDA element that it was made from. */
  readonly node: Node;
  /** All elements that it was made from, if several statements are one resource. */
  readonly nodes: readonly Node[];
  /** Its elements in the order in which they were filled; once all are finished, in FHIR's order. */
  resource: FhirResource;
  readonly journal: Journal;
  /** What its id is made from (see identity-key.ts); empty once it has its address. */
  key: string;
  /** The elements that have References in them, as the mapping names them: `subject`, `medication[x]`. */
  referring: readonly string[];
  /**
   * What keeps it apart from other resources with the same key, if its mapping says so (see identity-key.ts). Asked only
   * if two resources have the same key but differ.
   */
  apart: () => string;
  /** If nothing kept it apart before another one became part of it: that one, which now does. */
  apartAs: MappedResource | undefined;
  /** What it is compared by with resources of the document that have another key (see likeness.ts). */
  readonly likeness: () => Likeness | undefined;
  /** The index of the identity alternative that its key is made from. */
  readonly rank: () => number;
  /** The address by which References name it, once it has its id. */
  address: string;
  /**
   * Whether the document asked for it, or only another resource did. In the second case it is removed if nothing refers
   * to it.
   */
  matched: boolean;
}

/** What a resource is compared by. */
export interface Likeness {
  /** Equal for two resources that may be the same. */
  readonly name: string;
  /** Asked for only if several resources with one name have different keys. */
  readonly details: () => LikenessDetails;
}

export interface LikenessDetails {
  /** The ids by their system. With the rule `oneId`, all ids are under one system. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each selector of `apart` says; empty if it says nothing. */
  readonly apart: readonly string[];
}

/** Makes a Reference that will name the resource. */
export function referenceTo(run: { references: number }, made: MappedResource): PendingReference {
  run.references++;
  return { [TARGET]: made };
}
