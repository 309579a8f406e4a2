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

/**
 * The elements that a name or an address consists of (CDA R2, data types 1.0, ENXP and ADXP). Times are not among them.
 */
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

/** The text of a part, with white space as a reader sees it; may be empty. */
export function partText(tree: Tree, node: Node): string {
  return (isText(tree, node) ? valueOf(tree, node) : stringValue(tree, node)).replace(/\s+/g, ' ').trim();
}

/** A name or an address as one line: its parts and the text between them, in order, separated by spaces. */
export function partsText(tree: Tree, node: Node): string {
  const texts: string[] = [];
  for (let n = firstChild(tree, node); n !== NONE; n = nextSibling(tree, n)) {
    const text = isText(tree, n) || isPart(tree, n) ? partText(tree, n) : '';
    if (text !== '') texts.push(text);
  }
  return texts.join(' ').replace(/ ([,;.])/g, '$1');
}
