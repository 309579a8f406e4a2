import { nameId, vocabulary } from '../cda/vocabulary.js';
import { idOf } from '../xml/names.js';
import { BLANK, isAttribute, isElement, isText, type Node, type Tree } from '../xml/tree.js';

const SECTION = nameId('section');
const TEXT = nameId('text');

/** What says how the document is built, not what it says (issue 3.7): no facts. */
const STRUCTURAL_ATTRIBUTES = flags(
  'classCode determinerCode typeCode xsi:type xsi:schemaLocation xsi:nil inversionInd contextControlCode contextConductionInd',
);
const STRUCTURAL_ELEMENTS = flags('templateId typeId realmCode');

/** By the number of a name: whether it is one of these. */
function flags(names: string): readonly (true | undefined)[] {
  const result = Array.from<true | undefined>({ length: vocabulary.list.length });
  for (const name of names.split(' ')) result[idOf(vocabulary, name) ?? 0] = true;
  return result;
}

/**
 * Calls `visit` for each fact in document order: every attribute value and every text that is not blank, outside the
 * narrative of sections and but for structure.
 */
export function forEachFact(tree: Tree, visit: (fact: Node) => void): void {
  for (let node = 1; node < tree.count; node++) {
    const name = tree.name[node]!;
    if (isElement(tree, node)) {
      if (isNarrativeBlock(tree, node) || STRUCTURAL_ELEMENTS[name]) node = tree.last[node]!;
    } else if (isAttribute(tree, node)) {
      if (STRUCTURAL_ATTRIBUTES[name]) continue;
      // The vocabulary has no name of XML's own.
      if (name >= vocabulary.list.length && tree.names.list[name]!.startsWith('{http://www.w3.org/XML')) continue;
      visit(node);
    } else if (isText(tree, node) && (tree.kind[node]! & BLANK) === 0) {
      visit(node);
    }
  }
}

/** Whether a node stands in the narrative of a section. */
export function isNarrative(tree: Tree, node: Node): boolean {
  for (let at = node; at > 0; at = tree.parent[at]!) if (isNarrativeBlock(tree, at)) return true;
  return false;
}

function isNarrativeBlock(tree: Tree, element: Node): boolean {
  return tree.name[element] === TEXT && tree.name[tree.parent[element]!] === SECTION;
}
