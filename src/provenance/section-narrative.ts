import { sectionAround } from '../cda/statement.js';
import { nameId } from '../cda/vocabulary.js';
import { child, isAttribute, NONE, stringValue, valueOf, type Node, type Tree } from '../xml/tree.js';

const TEXT = nameId('text');

/** Attributes whose values people can read in a narrative. Codes and ids don't count, even if they stand there. */
const READABLE = new Set(['displayName', 'value', 'unit'].map(nameId));

/** A narrative in a form in which words can be looked up. */
interface Words {
  readonly text: string;
  readonly set: ReadonlySet<string>;
}

/**
 * Tells whether the narrative of a fact's section says it: the text of the fact stands there, as whole words, in any
 * case. The whole narrative is in the Bundle, so such a fact is not lost, but only people can read it.
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
      // A single word needs no search in the text.
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
