/**
 * Which prefix stands for which namespace while elements open and close (Namespaces in XML 1.0). The default namespace
 * is kept under the empty prefix.
 */
import { illFormed, placeOf } from './fault.js';
import type { Issue } from './issue.js';
import { SDTC_NAMESPACE, XSI_NAMESPACE } from './names.js';
import type { Node } from './tree.js';

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/**
 * Prefixes that senders use without declaring them. Each has only one meaning in a CDA document, so this is no guess.
 */
const repairable = new Map([
  ['xsi', XSI_NAMESPACE],
  ['sdtc', SDTC_NAMESPACE],
  ['voc', 'urn:hl7-org:v3/voc'],
]);

export interface Namespaces {
  readonly source: string;
  readonly issues: Issue[];
  readonly bound: Map<string, string>;
  readonly repaired: Set<string>;
  /** The element that last declared each prefix. */
  readonly declarer: Map<string, Node>;
  /** What must be restored when elements close; the innermost element is last. */
  readonly undo: Undo[];
  /** The innermost open element that declared a prefix; -1 if none did. */
  scope: Node;
  /**
   * Which set of bindings holds now. While this number is the same the bindings are the same, so a name that was
   * resolved need not be resolved again.
   */
  generation: number;
  newest: number;
}

interface Undo {
  readonly element: Node;
  readonly prefix: string;
  readonly namespace: string | undefined;
  readonly generation: number;
}

export function createNamespaces(source: string, issues: Issue[]): Namespaces {
  return {
    source,
    issues,
    bound: new Map([
      ['', ''],
      ['xml', XML_NAMESPACE],
    ]),
    repaired: new Set(),
    declarer: new Map(),
    undo: [],
    scope: -1,
    generation: 1,
    newest: 1,
  };
}

/** Enters the declaration `xmlns:prefix="namespace"` of an element. It begins at `offset`. */
export function declare(
  namespaces: Namespaces,
  element: Node,
  prefix: string,
  namespace: string,
  offset: number,
): void {
  checkDeclaration(namespaces.source, prefix, namespace, offset);
  if (namespaces.declarer.get(prefix) === element) {
    throw illFormed(namespaces.source, offset, 'a namespace is declared twice in one tag');
  }
  namespaces.declarer.set(prefix, element);
  const before = namespaces.bound.get(prefix);
  namespaces.undo.push({ element, prefix, namespace: before, generation: namespaces.generation });
  namespaces.scope = element;
  // Many senders repeat a declaration on each element that uses it. This changes nothing.
  if (before === namespace) return;
  namespaces.bound.set(prefix, namespace);
  namespaces.generation = ++namespaces.newest;
}

/** Restores the bindings from before the element `namespaces.scope`. */
export function leaveScope(namespaces: Namespaces): void {
  const { undo, bound, scope } = namespaces;
  for (let entry = undo.at(-1); entry?.element === scope; entry = undo.at(-1)) {
    if (entry.namespace === undefined) bound.delete(entry.prefix);
    else bound.set(entry.prefix, entry.namespace);
    namespaces.generation = entry.generation;
    undo.pop();
  }
  namespaces.scope = undo.at(-1)?.element ?? -1;
}

/**
 * The namespace of a prefix, or of the default namespace for the empty string. The name that uses it begins at
 * `offset`.
 */
export function namespaceOf(namespaces: Namespaces, prefix: string, offset: number): string {
  const bound = namespaces.bound.get(prefix);
  if (bound !== undefined) return bound;
  const { source, repaired, issues } = namespaces;
  if (prefix === 'xmlns') throw illFormed(source, offset, 'the prefix xmlns is reserved for namespace declarations');
  const known = repairable.get(prefix);
  if (known === undefined) throw illFormed(source, offset, 'a namespace prefix is not declared');
  if (!repaired.has(prefix)) {
    repaired.add(prefix);
    const text = `the namespace prefix "${prefix}" is not declared; it is taken for ${known}`;
    issues.push({ severity: 'warning', code: 'undeclared-prefix', text, ...placeOf(source, offset) });
  }
  return known;
}

/** Namespaces in XML 1.0, 2.2 (reserved prefixes) and 3 (declarations). */
function checkDeclaration(source: string, prefix: string, namespace: string, offset: number): void {
  if (prefix === 'xmlns') throw illFormed(source, offset, 'the prefix xmlns cannot be declared');
  if ((prefix === 'xml') !== (namespace === XML_NAMESPACE)) {
    throw illFormed(source, offset, 'the prefix xml and its namespace belong to each other alone');
  }
  if (namespace === XMLNS_NAMESPACE) throw illFormed(source, offset, 'the namespace of xmlns cannot be declared');
  if (namespace === '' && prefix !== '') {
    throw illFormed(source, offset, 'a namespace prefix cannot be declared empty');
  }
}
