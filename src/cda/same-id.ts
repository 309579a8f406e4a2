import type { SelectorContext } from '../xpath/context.js';
import { attribute, child, children, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { nameId } from './vocabulary.js';

const ID = nameId('id');
const ROOT = nameId('root');
const EXTENSION = nameId('extension');

/**
 * Documents point from one statement to another by repeating its id: the reason of an encounter is a problem told
 * elsewhere, the encounter of the header is one of the body (C-CDA on FHIR, CF-encounters). Answers, in document order,
 * every other element that has one of these ids. An id that finds something is used: another one would find something else.
 */
export function othersWithId(
  { tree, journal }: Pick<SelectorContext, 'tree' | 'journal'>,
  ids: readonly Node[],
): readonly Node[] {
  if (ids.length === 0) return NO_ELEMENTS;
  const owners = new Set(ids.map((id) => tree.parent[id]!));
  const found = new Set<Node>();
  for (const id of ids) {
    const others = (elementsById(tree).get(idText(tree, id)) ?? []).filter((element) => !owners.has(element));
    if (others.length === 0) continue;
    for (const other of others) found.add(other);
    for (const name of [ROOT, EXTENSION]) {
      const fact = attribute(tree, id, name);
      if (fact !== NONE) journal.used(fact);
    }
  }
  return found.size === 0 ? NO_ELEMENTS : [...found].sort((a, b) => a - b);
}

const NO_ELEMENTS: readonly Node[] = [];

/** Root and extension of an id in a form that can be compared; `^` where it has neither. */
export function idText(tree: Tree, id: Node): string {
  const value = (name: number) => {
    const found = attribute(tree, id, name);
    return found === NONE ? '' : valueOf(tree, found).trim();
  };
  return `${value(ROOT).toLowerCase()}^${value(EXTENSION)}`;
}

const indexes = new WeakMap<Tree, Map<string, Node[]>>();

function elementsById(tree: Tree): Map<string, Node[]> {
  let index = indexes.get(tree);
  if (index !== undefined) return index;
  indexes.set(tree, (index = new Map<string, Node[]>()));
  for (let node = 1; node < tree.count; node++) {
    if (!isElement(tree, node) || child(tree, node, ID) === NONE) continue;
    for (const id of children(tree, node, ID)) {
      const text = idText(tree, id);
      if (text === '^') continue;
      const elements = index.get(text);
      if (elements === undefined) index.set(text, [node]);
      else if (elements.at(-1) !== node) elements.push(node);
    }
  }
  return index;
}
