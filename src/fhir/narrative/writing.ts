import type { Reading } from '../../cda/reading.js';
import { localName } from '../../cda/narrative.js';
import { isElement, type Node, type Tree } from '../../xml/tree.js';
import type { IdRule } from './attributes.js';
import { elementRuleOf } from './elements.js';

export interface XhtmlOptions {
  /** The URL of the image for a `renderMultiMedia` with this ID; undefined if there is none. */
  readonly images?: (id: string) => string | undefined;
}

/** A piece of narrative that is being written. */
export interface Writing extends IdRule, XhtmlOptions {
  readonly reading: Reading;
  readonly tree: Tree;
  /** The element whose content is written. A link to something outside of it would lead nowhere. */
  readonly root: Node;
  /** Whether something was written that a reader can see (FHIR R4 2.4.0, txt-2). */
  hasContent: boolean;
  footnotes?: ReadonlyMap<Node, number>;
}

/**
 * Starts writing. A whole text keeps its IDs. A fragment does not, because the whole text is elsewhere in the same
 * Bundle.
 */
export function startWriting(reading: Reading, root: Node, options: XhtmlOptions, keepsIds: boolean): Writing {
  const { tree } = reading;
  // An ID must be unique in a document. If a sender repeats one, only the first element keeps it.
  const idOf = (element: Node, id: string): string | undefined =>
    keepsIds && /^[A-Za-z_][\w.-]*$/.test(id) && reading.narrativeElement(id) === element ? id : undefined;
  const writing: Writing = { reading, tree, root, idOf, hasContent: false };
  return options.images === undefined ? writing : Object.assign(writing, { images: options.images });
}

/** The element under the root that an ID names; undefined if the output has no element with that ID. */
export function linkTarget(writing: Writing, id: string): Node | undefined {
  const { reading, tree, root } = writing;
  const target = reading.narrativeElement(id);
  if (target < root || target > tree.last[root]! || writing.idOf(target, id) === undefined) return undefined;
  return target === root || keepsTag(tree, target) ? target : undefined;
}

const WITHOUT_ID = new Set(['unwrap', 'silent', 'footnoteRef', 'multimedia', 'image', 'empty']);

function keepsTag(tree: Tree, element: Node): boolean {
  return !WITHOUT_ID.has(elementRuleOf(localName(tree, element)).kind);
}

/** The number of a footnote in its text, counted from 1; 0 for any other element. */
export function footnoteNumber(writing: Writing, footnote: Node): number {
  writing.footnotes ??= footnotesUnder(writing.tree, writing.root);
  return writing.footnotes.get(footnote) ?? 0;
}

function footnotesUnder(tree: Tree, root: Node): Map<Node, number> {
  const found = new Map<Node, number>();
  for (let n = root + 1; n <= tree.last[root]!; n++) {
    if (isElement(tree, n) && localName(tree, n) === 'footnote') found.set(n, found.size + 1);
  }
  return found;
}
