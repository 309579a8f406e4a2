import type { Node } from '../xml/tree.js';
import type { Needs } from '../xpath/needs.js';
import type { Run } from './run.js';
import type { Values } from './values.js';

/** An object in a mapping file, with elements and directives. */
export type Template = Readonly<Record<string, unknown>>;

/**
 * The compiled form of a piece of a template: a closure that appends the values that it makes from a node to `out`,
 * until `out` has `limit` values. It answers whether the document said something for it. (An object of only literals,
 * beside selectors that found nothing, is dropped: see object.ts.)
 *
 * Complex values are FHIR JSON objects, primitives are `Primitive`s, and in a choice element (`value[x]`) each value is
 * a `Choice`. If nothing is found, nothing is appended.
 */
export type Produce = (run: Run, node: Node, out: Values, limit: number) => boolean;

export interface CompiledPart {
  readonly produce: Produce;
  /** Whether it gives the same value for every document. */
  readonly literal: boolean;
  /** The value, if the mapping itself gives a primitive. */
  readonly constant?: string | number | boolean;
  /**
   * Bits of names of elements and attributes. If none of them is inside the node, this piece makes nothing, and is not
   * asked.
   */
  readonly needs?: Needs;
}

/**
 * A value of a choice element, with the type that is part of its name: `{ type: 'Quantity', value }` for
 * `valueQuantity`.
 */
export interface Choice {
  readonly type: string;
  readonly value: unknown;
}

/** A value in the form that its element takes: a choice element needs the type too. */
export function asChosen(target: Target, type: string, value: unknown): unknown {
  return target.choice ? ({ type, value } satisfies Choice) : value;
}

/** The FHIR element that a piece of template fills. */
export interface Target {
  /** The name in the mapping: `onsetDateTime`, `value[x]`. */
  readonly name: string;
  /** The type path of what is inside: `Condition.stage`, `CodeableConcept`. */
  readonly typePath: string;
  /** The types that it can have. Only a `choice` has several. */
  readonly types: readonly string[];
  readonly choice: boolean;
  readonly array: boolean;
  readonly primitive: boolean;
  /** Whether a Quantity here may have no comparator (SimpleQuantity). */
  readonly simple?: boolean;
  /** The resource types that a Reference here may name; absent if any. */
  readonly targets?: readonly string[] | undefined;
  /** The value set and the strength of its binding, if there is one. */
  readonly binding?: { readonly strength: string; readonly valueSet: string } | undefined;
}

/** Stands in for a piece with a mistake. The set is refused when all mistakes are found. */
export const NOTHING: CompiledPart = { produce: () => false, literal: false };
