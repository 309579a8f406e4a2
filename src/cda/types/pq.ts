import { NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { nameId } from '../vocabulary.js';
import { filled, valueFact } from './interval.js';
import { parseReal } from './number.js';

const NULL_FLAVOR = nameId('nullFlavor');
const UNIT = nameId('unit');
const VALUE = nameId('value');

/** A physical quantity as CDA writes it (PQ), or a number without a unit (REAL, INT). */
export interface PhysicalQuantity {
  /** The attribute, NONE where there is none or a blank one. */
  readonly value: Node;
  readonly valueText: string;
  /** As FHIR writes decimals; undefined where there is no value or one that is no number. */
  readonly number: string | undefined;
  readonly unit: Node;
  /** Empty where there is none: never the schema's default `1`, which the source doesn't say. */
  readonly unitText: string;
}

export function readPq(tree: Tree, node: Node): PhysicalQuantity {
  return withValue(tree, node, valueFact(tree, node));
}

/**
 * A PQ in another unit, which is a code beside a number (PQR). Its null flavor OTH is that of the code: the unit is none of
 * its code system, and its words say it. The number counts.
 *
 *   <translation value="152" nullFlavor="OTH"><originalText>THOUS/MCL</originalText></translation>
 */
export function readPqr(tree: Tree, node: Node): PhysicalQuantity {
  const flavor = otherFlavor(tree, node);
  return withValue(tree, node, flavor === NONE ? valueFact(tree, node) : filled(tree, node, VALUE));
}

/** The `@nullFlavor` OTH of an element, NONE where it has none or another one. */
export function otherFlavor(tree: Tree, node: Node): Node {
  const flavor = filled(tree, node, NULL_FLAVOR);
  return flavor !== NONE && valueOf(tree, flavor).trim() === 'OTH' ? flavor : NONE;
}

function withValue(tree: Tree, node: Node, value: Node): PhysicalQuantity {
  // The unit of a number that is not known to be so tells nothing; one that stands alone says in what it would be.
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
