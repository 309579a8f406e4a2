import { nameId } from '../../cda/vocabulary.js';
import { attribute, isAttribute, isElement, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';

const NULL_FLAVOR = nameId('nullFlavor');

/**
 * Facts that say nothing more in an element about which nothing is known: the system that the code or the id would be
 * of.
 */
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
 * Null flavors that only say that there is no information: no information, unknown, not applicable, not available, not
 * present. Other flavors say something: that it was asked without an answer, that it is withheld, that it has no code.
 */
const FLAVORS: ReadonlySet<string> = new Set(['NI', 'UNK', 'NA', 'NAV', 'NP']);

/** Whether a fact only says that nothing is known about its element, and the element says nothing else. */
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
