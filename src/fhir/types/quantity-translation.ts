import type { Coding, Extension, Quantity } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { otherFlavor, readPqr } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, child, children, NONE, valueOf, type Node, type Tree } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { draftsOf } from './coding.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { lineOf } from './text.js';

const CODE = nameId('code');
const DISPLAY_NAME = nameId('displayName');
const ORIGINAL_TEXT = nameId('originalText');
const TRANSLATION = nameId('translation');
const UNIT = nameId('unit');

const PQ_TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation';

/** The same amount in other units (PQ.translation), each in the extension that ISO 21090 has for it. */
export function translations(reading: Reading, node: Node, suffix: string): Extension[] {
  const found: Extension[] = [];
  for (const translation of children(reading.tree, node, TRANSLATION)) {
    const place = below(suffix, `extension[${found.length}].valueQuantity`);
    const valueQuantity = toTranslation(reading, translation, place);
    if (valueQuantity !== undefined) found.push({ url: PQ_TRANSLATION, valueQuantity });
  }
  return found;
}

/** The first translation with a number, which stands in for a PQ that has none itself: a unit that is not UCUM (OTH). */
export function mainTranslation(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const found = children(reading.tree, node, TRANSLATION).find(
    (translation) => readPqr(reading.tree, translation).number !== undefined,
  );
  return found === undefined ? undefined : toTranslation(reading, found, suffix);
}

/** The attribute that names the unit: the name of its code, its code, or the `unit` of a PQ that some senders write here. */
function unitOf(tree: Tree, node: Node, { display, code }: Coding): Node {
  if (display !== undefined) return attribute(tree, node, DISPLAY_NAME);
  return attribute(tree, node, code === undefined ? UNIT : CODE);
}

/**
 * A PQR: a number, a unit that is a code of any system or a text, or one of the two. Without a system a Quantity has no
 * code (FHIR R4, qty-3).
 */
function toTranslation(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const { journal } = reading;
  const quantity: Quantity = {};
  const { value, valueText, number } = readPqr(reading.tree, node);
  if (number !== undefined) {
    setDecimal(quantity, 'value', number);
    if (number !== valueText) setPrimitive(quantity, 'value', { extension: [originalText(valueText)] });
    journal.mapped(value, below(suffix, 'value'));
    const flavor = otherFlavor(reading.tree, node);
    if (flavor !== NONE) journal.dropped(flavor, 'words of the unit stand in for its code', journal.rule);
  }
  const { coding, facts, foreign } = draftsOf(reading, node)[0]!;
  const text = child(reading.tree, node, ORIGINAL_TEXT);
  const written = text === NONE ? undefined : lineOf(reading, text, below(suffix, 'unit'));
  const shown = unitOf(reading.tree, node, coding);
  const unit = written ?? (shown === NONE ? '' : valueOf(reading.tree, shown).trim());
  if (unit !== '') quantity.unit = unit;
  if (written === undefined && unit !== '') journal.mapped(shown, below(suffix, 'unit'));
  // Senders write UCUM's name behind units that are not UCUM: those stay text.
  if (coding.code !== undefined && coding.system !== undefined && !foreign) {
    Object.assign(quantity, { system: coding.system, code: coding.code });
    for (const [fact, element] of facts) {
      if (element === 'system' || element === 'code') journal.mapped(fact, below(suffix, element));
    }
  }
  return Object.keys(quantity).length === 0 ? undefined : quantity;
}
