import { onceByTree } from '../xml/by-node.js';
import { attribute, children, isElement, NONE, type Node, type Tree } from '../xml/tree.js';
import type { Reading } from './reading.js';
import { idText } from './same-id.js';
import { nameId } from './vocabulary.js';

const ID = nameId('id');
const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/**
 * Senders give a participant in full once, and later only by id (C-CDA on FHIR, author participation). Answers the
 * first element with the same name and id that has more than ids; the element itself if it has more, or if none is
 * found.
 */
export function fullElement(context: Pick<Reading, 'tree' | 'journal' | 'isPlaceholder'>, element: Node): Node {
  const { tree, journal } = context;
  if (!isStub(tree, element)) return element;
  const ids = children(tree, element, ID);
  for (const id of ids) {
    const found = fullElements(tree, tree.name[element]!).get(idText(tree, id));
    if (found === undefined || context.isPlaceholder(id, 'people')) continue;
    // The id decided: by another id another person, or nobody, would be found.
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

/** For an element name: the first full element for each id. */
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
