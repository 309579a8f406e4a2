import type { Reading } from '../../cda/reading.js';
import { localName } from '../../cda/narrative.js';
import { isElement, type Node, type Tree } from '../../xml/tree.js';
import type { IdRule } from './attributes.js';
import { ruleOf } from './elements.js';

export interface XhtmlOptions {
  /** The address of the image that `renderMultiMedia` refers to by this ID, undefined where there is none. */
  readonly images?: (id: string) => string | undefined;
}

/** One piece of narrative being written. */
export interface Writing extends IdRule, XhtmlOptions {
  readonly reading: Reading;
  readonly tree: Tree;
  /** The element of which the descendants are written; links to anything else would lead nowhere. */
  readonly root: Node;
  /** Whether anything was written that a reader can see (FHIR R4 2.4.0, txt-2). */
  hasContent: boolean;
  footnotes?: ReadonlyMap<Node, number>;
}

/** Whole texts keep their IDs; a fragment, of which the whole stands elsewhere in the same Bundle, does not. */
export function startWriting(reading: Reading, root: Node, options: XhtmlOptions, keepsIds: boolean): Writing {
  const { tree } = reading;
  // IDs are unique in a document; where a sender repeats one, it stays with the first element.
  const idOf = (element: Node, id: string): string | undefined =>
    keepsIds && /^[A-Za-z_][\w.-]*$/.test(id) && reading.narrativeElement(id) === element ? id : undefined;
  const writing: Writing = { reading, tree, root, idOf, hasContent: false };
  return options.images === undefined ? writing : Object.assign(writing, { images: options.images });
}

/** The element under the root that an ID names, where it has that ID in the output as well; else undefined. */
export function linkTarget(writing: Writing, id: string): Node | undefined {
  const { reading, tree, root } = writing;
  const target = reading.narrativeElement(id);
  if (target < root || target > tree.last[root]! || writing.idOf(target, id) === undefined) return undefined;
  return target === root || keepsTag(tree, target) ? target : undefined;
}

const WITHOUT_ID = new Set(['unwrap', 'silent', 'footnoteRef', 'multimedia', 'image', 'empty']);

function keepsTag(tree: Tree, element: Node): boolean {
  return !WITHOUT_ID.has(ruleOf(localName(tree, element)).kind);
}

/** The number of a footnote, counted from 1 in its text; 0 for anything else. */
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
