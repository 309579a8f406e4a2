import { vocabulary } from '../../src/cda/vocabulary.js';
import { Journal } from '../../src/xml/journal.js';
import { readDocument } from '../../src/xml/read.js';
import { isElement, nodeName, valueOf, type Node, type Tree } from '../../src/xml/tree.js';
import type { SelectorContext, Value } from '../../src/xpath/context.js';

export function read(xml: string, variables: Readonly<Record<string, Value>> = {}): SelectorContext {
  const { tree } = readDocument(new TextEncoder().encode(xml), vocabulary);
  return { tree, journal: new Journal(false), variables: new Map(Object.entries(variables)) };
}

/** Wraps the content of an invented element in the namespaces of CDA, so that tests can be one line. */
export function element(content: string, attributes = ''): string {
  return `<observation xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${attributes}>${content}</observation>`;
}

/** `code[2]`, `@root=1.2.3`, `"text"`: nodes as tests like to read them. */
export function show(tree: Tree, node: Node): string {
  if (node === 0) return '/';
  const name = nodeName(tree, node);
  if (name === '') return JSON.stringify(valueOf(tree, node));
  if (!isElement(tree, node)) return `@${name}=${valueOf(tree, node)}`;
  let position = 0;
  for (let n = 0; n <= node; n++) {
    if (isElement(tree, n) && tree.parent[n] === tree.parent[node] && tree.name[n] === tree.name[node]) position++;
  }
  return `${name}[${position}]`;
}
