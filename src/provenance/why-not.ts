import { isNull } from '../cda/types/interval.js';
import { nameId } from '../cda/vocabulary.js';
import { issueKinds, type IssueCode } from '../xml/issue-codes.js';
import { child, firstChild, isAttribute, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { MAPPED } from '../xml/journal.js';

const VALUE = nameId('value');
const UNIT = nameId('unit');

/** What is known about the facts that are not in the Bundle. */
export interface Read {
  /** By element or attribute: the issue by which its value was refused. */
  readonly refused: ReadonlyMap<Node, IssueCode>;
  /** By fact: 1 if its value was converted and then not used. */
  readonly converted: Uint8Array;
  /** By node: the strongest mark in the journals. */
  readonly marks: Uint8Array;
}

/**
 * Why a fact is not in the Bundle. "No mapping reads it" is said only if that is true. An auditor who reads it looks
 * for a mapping to write, and for a value that was read and refused there is none to write.
 */
export function whyNot(tree: Tree, fact: Node, read: Read): string {
  const element = tree.parent[fact]!;
  const code = read.refused.get(fact) ?? read.refused.get(element);
  if (code !== undefined) return `it was read and refused (${code}): ${lowerFirst(issueKinds[code].means)}`;
  if (valueOf(tree, fact).trim() === '') return 'it is empty';
  if ((tree.name[fact] === VALUE || tree.name[fact] === UNIT) && isAttribute(tree, fact) && isNull(tree, element))
    return 'it stands beside a null flavor, so it is not known to be true';
  if (read.converted[fact] === 1)
    return 'it was read but not used: the element or resource around it has another value, or was not made';
  if (hasMappedTwin(tree, fact, read.marks))
    return 'it is one of several of its kind, of which another one is in the result';
  return 'no mapping reads it';
}

/**
 * Whether the same attribute or text of a sibling is in the Bundle. Siblings that hold other elements don't count,
 * because each of them may be needed.
 */
function hasMappedTwin(tree: Tree, fact: Node, marks: Uint8Array): boolean {
  const element = tree.parent[fact]!;
  if (isMapped(tree, element, marks)) return false;
  const first = child(tree, tree.parent[element]!, tree.name[element]!);
  if (first === NONE || first === element || firstChild(tree, element) !== NONE) return false;
  for (let node = first + 1; node <= tree.last[first]!; node++) {
    const same = tree.name[node] === tree.name[fact] && isAttribute(tree, node) === isAttribute(tree, fact);
    if (same && marks[node] === MAPPED) return true;
  }
  return false;
}

function isMapped(tree: Tree, element: Node, marks: Uint8Array): boolean {
  for (let node = element; node <= tree.last[element]!; node++) if (marks[node] === MAPPED) return true;
  return false;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
