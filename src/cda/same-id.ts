import { onceByTree, onceInTree } from '../xml/by-node.js';
import { attribute, children, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import type { Reading } from './reading.js';
import { nameId } from './vocabulary.js';

const ID = nameId('id');
/** The id of the act that an extension refers to (`sdtc:inFulfillmentOf1`). */
const REFERENCED_ID = nameId('sdtc:id');
const ROOT = nameId('root');
const EXTENSION = nameId('extension');
const NULL_FLAVOR = nameId('nullFlavor');

/**
 * Every other element that has one of these ids, in document order. Documents point from one statement to another by
 * repeating its id: the reason of an encounter is a problem elsewhere, the encounter of the header is one of the body
 * (C-CDA on FHIR, CF-encounters). An id that finds something is used, because another id would find something else.
 */
export function othersWithId(
  context: Pick<Reading, 'tree' | 'journal' | 'isPlaceholder'>,
  ids: readonly Node[],
): Node[] {
  if (ids.length === 0) return [];
  const { tree, journal } = context;
  const byId = elementsById(tree);
  // Nearly every id occurs only once.
  const shared = ids.filter((id) => (byId.get(id)?.length ?? 0) > 1);
  if (shared.length === 0) return [];
  const found = new Set<Node>();
  const owners = new Set(ids.map((id) => tree.parent[id]!));
  for (const id of shared) {
    const elements = byId.get(id)!;
    const others = someOthers(tree, elements, owners);
    if (others.length === 0 || context.isPlaceholder(id, 'anything')) continue;
    for (const other of others) found.add(other);
    for (const name of [ROOT, EXTENSION]) {
      const fact = attribute(tree, id, name);
      if (fact !== NONE) journal.used(fact);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * How many other elements are found in a whole document, for each of its nodes. In real documents it is about one at
 * most. If a thousand statements had one id, each would find all others; beyond this limit each finds only the first
 * few.
 */
const MOST_FOUND = 4;
const FEW = 32;

const foundIn = onceByTree(() => ({ count: 0 }));

function someOthers(tree: Tree, elements: readonly Node[], owners: ReadonlySet<Node>): readonly Node[] {
  const found = foundIn(tree);
  const most = found.count > MOST_FOUND * tree.count ? FEW : Infinity;
  const others: Node[] = [];
  for (const element of elements) {
    if (owners.has(element)) continue;
    if (others.push(element) === most) break;
  }
  found.count += others.length;
  return others;
}

/**
 * Those of the statement's ids that an earlier sibling statement has too. Parts of one resource must not have the same
 * id (FHIR R4 2.24.0.2). Each of a thousand reactions asks this, so each list of siblings is gone through only once.
 */
export function repeatedIds({ tree }: { readonly tree: Tree }, statement: Node, ids: readonly Node[]): Node[] {
  const holder = tree.parent[statement]!;
  const firstHolders = firstHolderById(tree, tree.parent[holder]!);
  return ids.filter((id) => (firstHolders.get(idText(tree, id)) ?? holder) !== holder);
}

/**
 * For each id of a statement below an element (`entryRelationship/observation/id`): the first child that holds a
 * statement with it.
 */
const firstHolderById = onceInTree((tree: Tree, around: Node): ReadonlyMap<string, Node> => {
  const first = new Map<string, Node>();
  for (const holder of children(tree, around)) {
    for (const statement of children(tree, holder)) {
      for (const id of children(tree, statement, ID)) {
        const text = idText(tree, id);
        if (!first.has(text)) first.set(text, holder);
      }
    }
  }
  return first;
});

/** Whether an id identifies somebody: it has a root, no null flavor, and is no placeholder. */
export function isUsable(reading: Pick<Reading, 'tree' | 'isPlaceholder'>, id: Node): boolean {
  const { tree } = reading;
  if (attribute(tree, id, ROOT) === NONE || attribute(tree, id, NULL_FLAVOR) !== NONE) return false;
  return !reading.isPlaceholder(id, 'people');
}

/** Root and extension of an id in a form that can be compared; `^` if it has neither. */
export function idText(tree: Tree, id: Node): string {
  const value = (name: number) => {
    const found = attribute(tree, id, name);
    return found === NONE ? '' : valueOf(tree, found).trim();
  };
  return `${value(ROOT).toLowerCase()}^${value(EXTENSION)}`;
}

/** For each id element of the document: the elements that have that id, in document order. */
const elementsById = onceByTree((tree: Tree): ReadonlyMap<Node, readonly Node[]> => {
  const byText = new Map<string, Node[]>();
  /** An element may have the same id twice, but is entered once. */
  const seen = new Map<string, Set<Node>>();
  const byId = new Map<Node, readonly Node[]>();
  for (let id = 1; id < tree.count; id++) {
    if ((tree.name[id] !== ID && tree.name[id] !== REFERENCED_ID) || !isElement(tree, id)) continue;
    const text = idText(tree, id);
    if (text === '^') continue;
    const element = tree.parent[id]!;
    let elements = byText.get(text);
    const there = seen.get(text);
    if (elements === undefined || there === undefined) {
      byText.set(text, (elements = [element]));
      seen.set(text, new Set(elements));
    } else if (!there.has(element)) {
      there.add(element);
      insert(elements, element);
    }
    byId.set(id, elements);
  }
  return byId;
});

/** Inserts an element in document order. It stands before the elements inside it, although their ids may come first. */
function insert(elements: Node[], element: Node): void {
  let at = elements.length;
  while (at > 0 && elements[at - 1]! > element) at--;
  elements.splice(at, 0, element);
}
