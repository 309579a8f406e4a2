import { NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { nameId } from '../vocabulary.js';
import { filled, valueFact } from './interval.js';
import { parseReal } from './number.js';

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
  const value = valueFact(tree, node);
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
