import { nameId } from '../../cda/vocabulary.js';
import { attribute, isAttribute, isElement, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const NULL_FLAVOR = nameId('nullFlavor');

/** What may stand in an element of which nothing is known, and says no more: of which system the code or the id would be. */
const NO_MORE: ReadonlySet<number> = new Set(
  [
    'nullFlavor',
    'codeSystem',
    'codeSystemName',
    'codeSystemVersion',
    'root',
    'assigningAuthorityName',
    'xsi:type',
    'typeCode',
    'classCode',
    'determinerCode',
  ].map(nameId),
);

/**
 * Flavors that only say that nothing is told: no information, unknown, not applicable, not available, not present. Others
 * say something: that it was asked for in vain, that it is withheld, that it is another one than the codes have.
 */
const FLAVORS: ReadonlySet<string> = new Set(['NI', 'UNK', 'NA', 'NAV', 'NP']);

/** Whether a fact only says that nothing is known of its element, and the element says nothing else. */
export function tellsNothing(tree: Tree, fact: Node): boolean {
  const element = tree.parent[fact]!;
  if (!isAttribute(tree, fact) || !NO_MORE.has(tree.name[fact]!)) return false;
  const flavor = attribute(tree, element, NULL_FLAVOR);
  if (flavor === NONE || !FLAVORS.has(valueOf(tree, flavor).trim())) return false;
  for (let node = element + 1; node <= tree.last[element]!; node++) {
    if (isElement(tree, node)) continue;
    if (isAttribute(tree, node) ? !NO_MORE.has(tree.name[node]!) : valueOf(tree, node).trim() !== '') return false;
  }
  return true;
}
