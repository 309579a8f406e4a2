import { onceByNode } from '../xml/by-node.js';
import { firstChild, isElement, isText, nextSibling, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import type { WordList } from '../xpath/word-list.js';
import { localName, plainText } from './narrative.js';
import type { Reading } from './reading.js';

/** How many nodes around a reference are searched for labels. */
const NEAR = 400;

/**
 * The text after a label that is in the list: `<item><caption>Status</caption>Active</item>`,
 * `<paragraph><content>Status:</content> Active</paragraph>`.
 */
export function labelledText(reading: Reading, around: Node, list: WordList): Node {
  return labelsIn(reading, around).find(({ text }) => list.place(text) >= 0)?.value ?? NONE;
}

interface Label {
  readonly text: string;
  /** What stands after the label. */
  readonly value: Node;
}

/** Found once for a place, because the labels don't depend on the list. */
const labelsIn = onceByNode((reading: Reading, around: Node): readonly Label[] => {
  const { tree } = reading;
  const labels: Label[] = [];
  const last = Math.min(tree.last[around]!, around + NEAR);
  for (let n = around + 1; n <= last; n++) {
    if (isElement(tree, n) && localName(tree, n) === 'table') n = tree.last[n]!;
    else if (isText(tree, n) || isElement(tree, n)) {
      const text = labelAt(reading, n);
      const value = text === undefined ? NONE : nextWords(tree, n);
      if (text !== undefined && value !== NONE) labels.push({ text, value });
    }
  }
  return labels;
});

function labelAt(reading: Reading, node: Node): string | undefined {
  const { tree } = reading;
  // A label is short, so a long text need not be read.
  if (tree.end[node]! - tree.start[node]! > 200) return undefined;
  const text = plainText(reading, node);
  const marked = text.endsWith(':') || (isElement(tree, node) && localName(tree, node) === 'caption');
  return marked ? text : undefined;
}

function nextWords(tree: Tree, label: Node): Node {
  for (let n = nextSibling(tree, label); n !== NONE; n = nextSibling(tree, n)) {
    if (isText(tree, n) ? valueOf(tree, n).trim() !== '' : firstChild(tree, n) !== NONE) return n;
    if (isElement(tree, n) && localName(tree, n) === 'br') return NONE;
  }
  return NONE;
}
