import { onceByTree } from '../xml/by-node.js';
import { attribute, children, isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Reading } from './reading.js';
import { idText } from './same-id.js';
import { nameId } from './vocabulary.js';

const ID = nameId('id');
const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/**
 * Senders give a participant in full once and by id alone afterwards (C-CDA on FHIR, author participation). Answers the
 * first element of the same name and id that has more than ids; the element itself where it has more, or none is found.
 */
export function fullElement(context: Pick<Reading, 'tree' | 'journal' | 'isPlaceholder'>, element: Node): Node {
  const { tree, journal } = context;
  if (!isStub(tree, element)) return element;
  const ids = children(tree, element, ID);
  for (const id of ids) {
    const found = fullElements(tree, tree.name[element]!).get(idText(tree, id));
    if (found === undefined || context.isPlaceholder(id, 'people')) continue;
    // The id decided: with another one somebody else, or nobody, is found.
    for (const name of [ROOT, EXTENSION]) {
      const fact = attribute(tree, id, name);
      if (fact !== NONE) journal.used(fact);
    }
    return found;
  }
  return element;
}

function isStub(tree: Tree, element: Node): boolean {
  return children(tree, element).every((inner) => tree.name[inner] === ID);
}

const indexesOf = onceByTree(() => new Map<number, Map<string, Node>>());

/** For a name, the first full element by each of its ids. */
function fullElements(tree: Tree, name: number): Map<string, Node> {
  const byName = indexesOf(tree);
  let byId = byName.get(name);
  if (byId === undefined) {
    byId = new Map();
    for (let node = 1; node < tree.count; node++) {
      if (tree.name[node] !== name || !isElement(tree, node) || isStub(tree, node)) continue;
      for (const id of children(tree, node, ID)) {
        const text = idText(tree, id);
        if (text !== '^' && !byId.has(text)) byId.set(text, node);
      }
    }
    byName.set(name, byId);
  }
  return byId;
}
