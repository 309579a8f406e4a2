import type { IssueCode } from '../xml/issue-codes.js';
import { attribute, NONE, valueOf, type Node } from '../xml/tree.js';
import type { Holder } from './placeholder-identifiers.js';
import type { SelectorContext } from '../xpath/context.js';
import type { Column } from './column.js';

/**
 * What is done with a time that has no offset (three of four documents have such times); see fhir/types/date-time.ts.
 */
export type TimeZoneRule =
  | { readonly kind: 'none' }
  /** An IANA zone, with its daylight saving time. */
  | { readonly kind: 'zone'; readonly zone: string }
  /** `+hh:mm`, taken from the document's header. */
  | { readonly kind: 'offset'; readonly offset: string };

/** A document that is being read: what every conversion of a data type can use. */
export interface Reading extends SelectorContext {
  readonly timeZone: TimeZoneRule;
  /** The files beside the document, by the name in a `reference`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The column in which a row of the narrative has the words of the element being made. */
  readonly column?: Column | undefined;
  /** The element with this ID attribute (`<content ID="x">`), or NONE. */
  narrativeElement(id: string): Node;
  /**
   * Whether so many characters of narrative may be copied to a reference. A thousand entries may refer to one long
   * text. When the copies together are many times as long as the document, no more are made, and an issue says so.
   */
  mayTell(reference: Node, characters: number): boolean;
  /** Whether an id identifies nobody: a word for "unknown", an example that was copied. */
  isPlaceholder(id: Node, holder: Holder): boolean;
  /** Warns of something odd at a node. The text never quotes the document. */
  warn(code: IssueCode, text: string, node: Node): void;
}

/** The text of an attribute, or undefined. Nothing is marked. */
export function peek(reading: Reading, element: Node, name: number): string | undefined {
  const found = attribute(reading.tree, element, name);
  return found === NONE ? undefined : valueOf(reading.tree, found);
}

/** The trimmed text of an attribute, marked as mapped to `suffix`; undefined if it is absent or blank. */
export function take(reading: Reading, element: Node, name: number, suffix: string): string | undefined {
  const found = attribute(reading.tree, element, name);
  if (found === NONE) return undefined;
  const value = valueOf(reading.tree, found).trim();
  if (value === '') return undefined;
  reading.journal.mapped(found, suffix);
  return value;
}
