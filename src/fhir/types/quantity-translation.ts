import type { Extension, Quantity } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { readPq } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { children, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { draftsOf } from './coding.js';
import { originalText } from './original-text.js';
import { below } from './place.js';

const TRANSLATION = nameId('translation');

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
  for (const translation of children(reading.tree, node, TRANSLATION)) {
    const quantity = toTranslation(reading, translation, suffix);
    if (quantity !== undefined) return quantity;
  }
  return undefined;
}

/** A PQR: a number whose unit is a code of any system. Without a system a Quantity has no code (FHIR R4, qty-3). */
function toTranslation(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const { value, valueText, number } = readPq(reading.tree, node);
  if (number === undefined) return undefined;
  const quantity: Quantity = {};
  setDecimal(quantity, 'value', number);
  if (number !== valueText) setPrimitive(quantity, 'value', { extension: [originalText(valueText)] });
  reading.journal.mapped(value, below(suffix, 'value'));
  const { coding, facts } = draftsOf(reading, node)[0]!;
  const unit = coding.display ?? coding.code;
  if (unit !== undefined) quantity.unit = unit;
  const coded = coding.code !== undefined && coding.system !== undefined;
  if (coded) Object.assign(quantity, { system: coding.system, code: coding.code });
  for (const [fact, element] of facts) {
    if (element === 'display') reading.journal.mapped(fact, below(suffix, 'unit'));
    else if (coded && element !== 'version') reading.journal.mapped(fact, below(suffix, element));
    else if (element === 'code' && coding.display === undefined) reading.journal.mapped(fact, below(suffix, 'unit'));
  }
  return quantity;
}
