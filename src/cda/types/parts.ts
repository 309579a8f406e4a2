import {
  isElement,
  isText,
  firstChild,
  nextSibling,
  NONE,
  stringValue,
  valueOf,
  type Node,
  type Tree,
} from '../../xml/tree.js';
import { cdaModel } from '../model.js';
import { nameId } from '../vocabulary.js';
import { ownValue } from '../../own-value.js';

/** The elements that a name or an address is made of (CDA R2, data types 1.0, ENXP and ADXP); times are none. */
const PARTS = new Set(
  ['EN', 'AD']
    .flatMap((type) => Object.keys(ownValue(cdaModel.types, type)?.elements ?? {}))
    .filter((name) => name !== 'validTime' && name !== 'useablePeriod')
    .map(nameId),
);

/** Whether an element is a part of a name or an address. */
export function isPart(tree: Tree, node: Node): boolean {
  return isElement(tree, node) && PARTS.has(tree.name[node]!);
}

/** The text of a part, white space as a reader sees it; empty where it has none. */
export function partText(tree: Tree, node: Node): string {
  return (isText(tree, node) ? valueOf(tree, node) : stringValue(tree, node)).replace(/\s+/g, ' ').trim();
}

/** A name or an address as it is written: its parts and what stands between them, in order, with a space between two. */
export function partsText(tree: Tree, node: Node): string {
  const texts: string[] = [];
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    const text = isText(tree, n) || isPart(tree, n) ? partText(tree, n) : '';
    if (text !== '') texts.push(text);
  }
  return texts.join(' ').replace(/ ([,;.])/g, '$1');
}
