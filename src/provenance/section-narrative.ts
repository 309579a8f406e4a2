import { sectionAround } from '../cda/statement.js';
import { nameId } from '../cda/vocabulary.js';
import { child, isAttribute, NONE, stringValue, valueOf, type Node, type Tree } from '../xml/tree.js';

const TEXT = nameId('text');

/** Attributes whose value a person reads in a narrative; codes and ids are not read there even where they stand in it. */
const READABLE = new Set(['displayName', 'value', 'unit'].map(nameId));

/** A narrative made ready for the question whether it says something. */
interface Words {
  readonly text: string;
  readonly set: ReadonlySet<string>;
}

/**
 * Tells whether the narrative of a fact's section says it: its text stands there, as whole words, in whatever case. The
 * narrative reaches the Bundle in full, so such a fact is not lost, though nothing but a person can read it.
 */
export function sectionNarrative(tree: Tree): { readonly says: (fact: Node) => boolean } {
  const known = new Map<Node, Words>();
  const wordsOf = (section: Node): Words => {
    let words = known.get(section);
    if (words === undefined) {
      const element = child(tree, section, TEXT);
      const text = element === NONE ? '' : normal(stringValue(tree, element));
      words = { text: ` ${text} `, set: new Set(text.split(' ')) };
      known.set(section, words);
    }
    return words;
  };
  return {
    says(fact) {
      if (isAttribute(tree, fact) && !READABLE.has(tree.name[fact]!)) return false;
      const section = sectionAround(tree, fact);
      if (section === NONE) return false;
      const value = normal(valueOf(tree, fact));
      if (value.length < 3) return false;
      const { text, set } = wordsOf(section);
      // One word answers most questions without a search.
      const space = value.indexOf(' ');
      return space === -1 ? set.has(value) : set.has(value.slice(0, space)) && text.includes(` ${value} `);
    },
  };
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s,;:()[\]|]+/g, ' ')
    .trim();
}
