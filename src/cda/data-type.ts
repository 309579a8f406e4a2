import { attribute, child, firstChild, isText, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { cdaModel } from './model.js';
import { nameId } from './vocabulary.js';
import { ownValue } from '../own-value.js';

const XSI_TYPE = nameId('xsi:type');
const CODE = nameId('code');
const TRANSLATION = nameId('translation');
const UNIT = nameId('unit');
const VALUE = nameId('value');
const LOW = nameId('low');
const HIGH = nameId('high');

/** The data types that conversions distinguish. Every other CDA type inherits from one of them (a CE is a CD). */
const FAMILIES = new Set(
  'II CD PQ IVL_PQ RTO TS IVL_TS PIVL_TS EIVL_TS SXPR_TS AD EN TEL ED ST INT IVL_INT REAL IVL_REAL BL MO IVL_MO'.split(
    ' ',
  ),
);

const families = new Map<string, string>();

/**
 * The family of a CDA data type: `CE` -> `CD`, `ON` -> `EN`, `RTO_PQ_PQ` -> `RTO`. A type without a family is its own.
 */
export function familyOf(type: string): string {
  const known = families.get(type);
  if (known !== undefined) return known;
  let family: string | undefined = type;
  while (family !== undefined && !FAMILIES.has(family)) family = ownValue(cdaModel.types, family)?.base;
  // By the schema RTO_PQ_PQ and INT_POS derive from QTY, but they are read as RTO and INT.
  const found = family ?? (type.startsWith('RTO') ? 'RTO' : type.startsWith('INT') ? 'INT' : type);
  families.set(type, found);
  return found;
}

/**
 * The CDA data type of an element: its xsi:type (with any prefix), else the type in the model. For a `value` without a
 * type, as sloppy senders write it, the only type that its content can have.
 */
export function cdaTypeOf(tree: Tree, element: Node, modelType: string | undefined): string {
  const declared = attribute(tree, element, XSI_TYPE);
  if (declared !== NONE) {
    const type = valueOf(tree, declared).trim();
    const local = type.slice(type.indexOf(':') + 1);
    if (Object.hasOwn(cdaModel.types, local)) return local;
  }
  if (modelType !== undefined && modelType !== 'ANY') return modelType;
  if (attribute(tree, element, CODE) !== NONE) return 'CD';
  if (attribute(tree, element, UNIT) !== NONE) return 'PQ';
  // The same amount in another unit (PQR), or the same concept in another code system.
  const translation = child(tree, element, TRANSLATION);
  if (translation !== NONE) return attribute(tree, translation, VALUE) !== NONE ? 'PQ' : 'CD';
  const value = attribute(tree, element, VALUE);
  if (value !== NONE) return /^[+-]?\d*\.?\d+$/.test(valueOf(tree, value).trim()) ? 'REAL' : 'ST';
  if (child(tree, element, LOW) !== NONE || child(tree, element, HIGH) !== NONE) return 'IVL_PQ';
  const text = firstChild(tree, element);
  return text !== NONE && isText(tree, text) ? 'ST' : 'ANY';
}
