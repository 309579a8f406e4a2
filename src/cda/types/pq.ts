import { NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { nameId } from '../vocabulary.js';
import { filled, valueFact } from './interval.js';
import { parseReal } from './number.js';

const NULL_FLAVOR = nameId('nullFlavor');
const UNIT = nameId('unit');
const VALUE = nameId('value');

/** A physical quantity (PQ), or a number without a unit (REAL, INT). */
export interface PhysicalQuantity {
  /** The attribute; NONE if there is none or it is blank. */
  readonly value: Node;
  readonly valueText: string;
  /** In the form of FHIR decimals; undefined if there is no value, or it is no number. */
  readonly number: string | undefined;
  readonly unit: Node;
  /** Empty if there is no unit. The schema's default `1` is never used, because the source does not say it. */
  readonly unitText: string;
}

export function readPq(tree: Tree, node: Node): PhysicalQuantity {
  return withValue(tree, node, valueFact(tree, node));
}

/**
 * Reads a PQR: a PQ in another unit, where the unit is a code. The null flavor OTH belongs to that code: the unit is
 * not in its code system, and the words name it. The number still counts.
 *
 *   <translation value="152" nullFlavor="OTH"><originalText>THOUS/MCL</originalText></translation>
 */
export function readPqr(tree: Tree, node: Node): PhysicalQuantity {
  const flavor = otherFlavor(tree, node);
  return withValue(tree, node, flavor === NONE ? valueFact(tree, node) : filled(tree, node, VALUE));
}

/** The `@nullFlavor` OTH of an element; NONE if it has none, or another one. */
export function otherFlavor(tree: Tree, node: Node): Node {
  const flavor = filled(tree, node, NULL_FLAVOR);
  return flavor !== NONE && valueOf(tree, flavor).trim() === 'OTH' ? flavor : NONE;
}

function withValue(tree: Tree, node: Node, value: Node): PhysicalQuantity {
  // If the number has a null flavor beside it, the unit says nothing. A unit without a number says in which unit it
  // would be.
  const unit = value === NONE && filled(tree, node, VALUE) !== NONE ? NONE : filled(tree, node, UNIT);
  const valueText = value === NONE ? '' : valueOf(tree, value).trim();
  return {
    value,
    valueText,
    number: parseReal(valueText),
    unit,
    unitText: unit === NONE ? '' : valueOf(tree, unit).trim(),
  };
}
