import type { FhirResource } from 'fhir/r4.js';
import type { Journal } from '../xml/journal.js';
import type { Node, Tree } from '../xml/tree.js';
import type { CompiledMapping } from './compiled-mapping.js';
import type { Likeness } from './likeness.js';

/** The symbol under which a Reference keeps the resource that it will name once ids are given. */
export const TARGET = Symbol('target of a reference');

export interface PendingReference {
  [TARGET]?: MappedResource;
  reference?: string;
}

/** A resource on its way to the Bundle. */
export interface MappedResource {
  readonly mapping: CompiledMapping;
  readonly tree: Tree;
  /** The CDA element that it was made from. */
  readonly node: Node;
  /** All elements that it was made from, where several statements are one resource. */
  readonly nodes: readonly Node[];
  readonly resource: FhirResource;
  readonly journal: Journal;
  /** What its id is made from (see identity-key.ts). */
  readonly key: string;
  /** The elements with References in them, as the mapping names them: `subject`, `medication[x]`. */
  referring: readonly string[];
  /** What keeps it apart from others of its key, where it says that (see identity-key.ts). */
  apart: () => string;
  /** What it is compared by with others of the document that have another key (see likeness.ts). */
  readonly likeness: () => Likeness | undefined;
  /** The place, among those of its mapping's identity, of the alternative that the key is made from. */
  readonly rank: () => number;
  /** What References name it by, once it has its id. */
  address: string;
  /** Whether the document asked for it, or only another resource did: the latter goes when nothing points at it. */
  matched: boolean;
}

/** A Reference that will name the resource. */
export function referenceTo(run: { references: number }, made: MappedResource): PendingReference {
  run.references++;
  return { [TARGET]: made };
}
