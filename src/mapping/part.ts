import type { Node } from '../xml/tree.js';
import type { Needs } from '../xpath/needs.js';
import type { Run } from './run.js';
import type { Values } from './values.js';

/** An object of a mapping file: elements and directives. */
export type Template = Readonly<Record<string, unknown>>;

/**
 * What a piece of a template becomes: a closure that appends what it makes of a node to `out`, up to `limit` values
 * in it, and answers whether the document had a say in it. (An object made of literals alone, beside selectors that
 * found nothing, is dropped: see object.ts.)
 *
 * Complex values are FHIR JSON objects, primitives are `Primitive`s, and where the element is a choice (`value[x]`) each
 * value is a `Choice`. Nothing found appends nothing.
 */
export type Produce = (run: Run, node: Node, out: Values, limit: number) => boolean;

export interface Part {
  readonly produce: Produce;
  /** It says the same of every document. */
  readonly literal: boolean;
  /** The value of a primitive that the mapping itself gives. */
  readonly constant?: string | number | boolean;
  /** Names of elements and attributes. One of them must stand inside the node; otherwise this produces nothing and is not asked. */
  readonly needs?: Needs;
}

/** A value of a choice element with the type that names it: `{ type: 'Quantity', value }` for `valueQuantity`. */
export interface Choice {
  readonly type: string;
  readonly value: unknown;
}

/** A value as its element takes it: a choice has to be told the type. */
export function asChosen(target: Target, type: string, value: unknown): unknown {
  return target.choice ? ({ type, value } satisfies Choice) : value;
}

/** The FHIR element that a piece of template fills. */
export interface Target {
  /** As it is written in the mapping: `onsetDateTime`, `value[x]`. */
  readonly name: string;
  /** Type path for what is inside: `Condition.stage`, `CodeableConcept`. */
  readonly typePath: string;
  /** The types it can have; several only where `choice`. */
  readonly types: readonly string[];
  readonly choice: boolean;
  readonly array: boolean;
  readonly primitive: boolean;
  /** A Quantity here can't have a comparator. */
  readonly simple?: boolean;
  /** Resource types that a Reference here may name; all where absent. */
  readonly targets?: readonly string[] | undefined;
  /** Value set with the strength of its binding, where it has one. */
  readonly binding?: { readonly strength: string; readonly valueSet: string } | undefined;
}

/** What stands in for a piece with a mistake in it; the set is refused once all mistakes are found. */
export const NOTHING: Part = { produce: () => false, literal: false };
