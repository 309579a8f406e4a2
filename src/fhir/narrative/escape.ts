import { ENCODED, valueOf, type Node, type Tree } from '../../xml/tree.js';

/** A text node as XHTML. If it has no reference, CDATA section or comment, it is already XHTML as it stands. */
export function textAsXhtml(tree: Tree, node: Node): string {
  return (tree.kind[node]! & ENCODED) === 0
    ? tree.source.slice(tree.start[node], tree.end[node])
    : escape(valueOf(tree, node));
}

const SPECIAL = /[&<>"]/g;
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Escapes a text for the content or an attribute value of XHTML. */
export function escape(text: string): string {
  return text.replace(SPECIAL, (character) => REPLACEMENTS.get(character)!);
}
