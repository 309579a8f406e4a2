import { nameId, vocabulary } from '../cda/vocabulary.js';
import { idOf } from '../xml/names.js';
import { BLANK, isAttribute, isElement, isText, type Node, type Tree } from '../xml/tree.js';

const SECTION = nameId('section');
const TEXT = nameId('text');

/** Attributes that say how the document is built, not what it says (issue 3.7). They are no facts. */
const STRUCTURAL_ATTRIBUTES = flags(
  'classCode determinerCode typeCode xsi:type xsi:schemaLocation xsi:nil inversionInd contextControlCode contextConductionInd',
);
const STRUCTURAL_ELEMENTS = flags('templateId typeId realmCode');

/** By the number of a name: whether it is in the list. */
function flags(names: string): readonly (true | undefined)[] {
  const result = Array.from<true | undefined>({ length: vocabulary.list.length });
  for (const name of names.split(' ')) result[idOf(vocabulary, name) ?? 0] = true;
  return result;
}

/**
 * Calls `visit` for each fact in document order: every attribute value and every text that is not blank. The narrative
 * of sections and what only says how the document is built are left out.
 */
export function forEachFact(tree: Tree, visit: (fact: Node) => void): void {
  for (let node = 1; node < tree.count; node++) {
    const name = tree.name[node]!;
    if (isElement(tree, node)) {
      if (isNarrativeBlock(tree, node) || STRUCTURAL_ELEMENTS[name]) node = tree.last[node]!;
    } else if (isAttribute(tree, node)) {
      if (STRUCTURAL_ATTRIBUTES[name]) continue;
      // Names in XML's own namespace (`xml:lang`) are not in the vocabulary.
      if (name >= vocabulary.list.length && tree.names.list[name]!.startsWith('{http://www.w3.org/XML')) continue;
      visit(node);
    } else if (isText(tree, node) && (tree.kind[node]! & BLANK) === 0) {
      visit(node);
    }
  }
}

/** Whether a node is inside the narrative of a section. */
export function isNarrative(tree: Tree, node: Node): boolean {
  for (let at = node; at > 0; at = tree.parent[at]!) if (isNarrativeBlock(tree, at)) return true;
  return false;
}

function isNarrativeBlock(tree: Tree, element: Node): boolean {
  return tree.name[element] === TEXT && tree.name[tree.parent[element]!] === SECTION;
}
