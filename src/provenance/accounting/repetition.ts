import { onceByTree } from '../../xml/by-node.js';
import { namedChildren } from '../../xml/named-children.js';
import { isAttribute, isText, attribute, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { statementAround, statementsInside } from '../../cda/statement.js';

/** How many places are looked at in a document, for each of its nodes. Real documents stay far below that. */
const MOST_LOOKS = 20;
const looksIn = onceByTree(() => ({ count: 0 }));

/**
 * To look for a thousand facts in a thousand statements would take too long. Beyond the limit nothing more is found.
 */
function mayLook(tree: Tree): boolean {
  const looks = looksIn(tree);
  if (looks.count > MOST_LOOKS * tree.count) return false;
  looks.count++;
  return true;
}

/**
 * Whether another element has the same fact at the same place, with the same words, and `counts` holds for it. The
 * place is given by the names on the way from `from` to `fact`.
 *
 *   // act/author/time/@value and act/entryRelationship/observation/author/time/@value
 *   sameIn(tree, timeOfAct, act, observation, isInBundle)
 */
export function sameIn(tree: Tree, fact: Node, from: Node, other: Node, counts: (fact: Node) => boolean): boolean {
  const way: number[] = [];
  for (let node = isText(tree, fact) ? tree.parent[fact]! : fact; node !== from; node = tree.parent[node]!)
    way.push(tree.name[node]!);
  const words = valueOf(tree, fact).trim();
  const isSame = (node: Node): boolean => node !== fact && valueOf(tree, node).trim() === words && counts(node);
  const goOn = (node: Node, left: number): boolean => {
    if (!mayLook(tree)) return false;
    if (left === 0) return textsIn(tree, node).some(isSame);
    const name = way[left - 1]!;
    if (left === 1 && isAttribute(tree, fact)) {
      const found = attribute(tree, node, name);
      return found !== NONE && isSame(found);
    }
    return namedChildren(tree, node, name).some((child) => goOn(child, left - 1));
  };
  return goOn(other, way.length);
}

function textsIn(tree: Tree, element: Node): Node[] {
  const found: Node[] = [];
  for (let node = element + 1; node <= tree.last[element]!; node = tree.last[node]! + 1)
    if (isText(tree, node)) found.push(node);
  return found;
}

/**
 * Whether the statement around a fact's own, or one inside it, says the same at the same place in the same words, and
 * that one counts. Example: a wrapper repeats the id, the time and the author of the statement inside it.
 */
export function isRepetition(tree: Tree, fact: Node, statement: Node, counts: (fact: Node) => boolean): boolean {
  const around = statementAround(tree, statement);
  if (around !== NONE && sameIn(tree, fact, statement, around, counts)) return true;
  return statementsInside(tree, statement).some((inner) => sameIn(tree, fact, statement, inner, counts));
}
