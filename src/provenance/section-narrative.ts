import { nameId } from '../cda/vocabulary.js';
import { child, isAttribute, NONE, stringValue, valueOf, type Node, type Tree } from '../xml/tree.js';

const SECTION = nameId('section');
const TEXT = nameId('text');

/** Attributes whose value a person reads in a narrative; codes and ids are not read there even where they stand in it. */
const READABLE = new Set(['displayName', 'value', 'unit', 'extension', 'code'].map(nameId));

/**
 * Tells whether the narrative of a fact's section says it: its text stands there, as a word, in whatever case. The
 * narrative reaches the Bundle in full, so such a fact is not lost, though nothing but a person can read it.
 */
export function sectionNarrative(tree: Tree): { says(fact: Node): boolean } {
  const texts = new Map<Node, string>();
  const narrativeOf = (section: Node): string => {
    let text = texts.get(section);
    if (text === undefined) {
      const element = child(tree, section, TEXT);
      text = element === NONE ? '' : ` ${normal(stringValue(tree, element))} `;
      texts.set(section, text);
    }
    return text;
  };
  return {
    says(fact) {
      if (isAttribute(tree, fact) && !READABLE.has(tree.name[fact]!)) return false;
      const section = sectionOf(tree, fact);
      if (section === NONE) return false;
      const value = normal(valueOf(tree, fact));
      return value.length > 2 && narrativeOf(section).includes(` ${value} `);
    },
  };
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s,;:()[\]|]+/g, ' ')
    .trim();
}

function sectionOf(tree: Tree, node: Node): Node {
  for (let at = tree.parent[node]!; at > 0; at = tree.parent[at]!) if (tree.name[at] === SECTION) return at;
  return NONE;
}
