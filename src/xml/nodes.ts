/**
 * The tree while it is being built: its typed arrays (see tree.ts), which double when they are full. At first there is
 * room for one node for every 16 characters, which real documents rarely exceed. Memory that is never written to costs
 * nothing.
 */
import { tooCostly } from './fault.js';
import type { Limits } from './limits.js';
import type { Names } from './names.js';
import { nameBit, nextSerial, type Node, type Tree } from './tree.js';

export interface Nodes {
  readonly source: string;
  readonly limit: number;
  count: number;
  capacity: number;
  kind: Uint8Array;
  name: Uint16Array;
  parent: Int32Array;
  last: Int32Array;
  start: Int32Array;
  end: Int32Array;
  inside: Int32Array;
}

export function createNodes(source: string, limits: Limits): Nodes {
  const capacity = Math.min(Math.ceil(source.length / 16) + 16, limits.nodes);
  return {
    source,
    limit: limits.nodes,
    count: 0,
    capacity,
    kind: new Uint8Array(capacity),
    name: new Uint16Array(capacity),
    parent: new Int32Array(capacity),
    last: new Int32Array(capacity),
    start: new Int32Array(capacity),
    end: new Int32Array(capacity),
    inside: new Int32Array(capacity),
  };
}

/**
 * Adds a node without descendants. The last descendant and the end of an element are set later, when they are known; so
 * is a name that is not yet known.
 */
export function addNode(nodes: Nodes, kind: number, name: number, parent: Node, start: number, end: number): Node {
  const node = nodes.count;
  if (node === nodes.capacity) grow(nodes, start);
  nodes.count = node + 1;
  nodes.kind[node] = kind;
  nodes.name[node] = name;
  nodes.parent[node] = parent;
  nodes.last[node] = node;
  nodes.start[node] = start;
  nodes.end[node] = end;
  if (name !== 0) nodes.inside[parent]! |= nameBit(name);
  return node;
}

/** Gives a node the name that was not known when it was added. */
export function nameNode(nodes: Nodes, node: Node, name: number): void {
  nodes.name[node] = name;
  nodes.inside[nodes.parent[node]!]! |= nameBit(name);
}

export function finishTree(nodes: Nodes, names: Names): Tree {
  const { source, count } = nodes;
  return {
    serial: nextSerial(),
    source,
    count,
    kind: nodes.kind.subarray(0, count),
    name: nodes.name.subarray(0, count),
    parent: nodes.parent.subarray(0, count),
    last: nodes.last.subarray(0, count),
    start: nodes.start.subarray(0, count),
    end: nodes.end.subarray(0, count),
    inside: nodes.inside.subarray(0, count),
    names,
    workedOut: new Map(),
    asWritten: undefined,
  };
}

function grow(nodes: Nodes, offset: number): void {
  const capacity = Math.min(nodes.capacity * 2, nodes.limit);
  if (capacity <= nodes.count) {
    throw tooCostly(nodes.source, offset, `the document has more than ${nodes.limit} elements, attributes and texts`);
  }
  nodes.capacity = capacity;
  nodes.kind = copy(nodes.kind, new Uint8Array(capacity));
  nodes.name = copy(nodes.name, new Uint16Array(capacity));
  nodes.parent = copy(nodes.parent, new Int32Array(capacity));
  nodes.last = copy(nodes.last, new Int32Array(capacity));
  nodes.start = copy(nodes.start, new Int32Array(capacity));
  nodes.end = copy(nodes.end, new Int32Array(capacity));
  nodes.inside = copy(nodes.inside, new Int32Array(capacity));
}

function copy<Column extends Uint8Array | Uint16Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
