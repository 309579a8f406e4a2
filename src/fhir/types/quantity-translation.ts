import type { Extension, Quantity } from 'fhir/r4';
import { peek, type Reading } from '../../cda/reading.js';
import { readPq } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { ucum } from '../../terminology/units.js';
import { attribute, children, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { originalText } from './original-text.js';
import { below } from './place.js';

const TRANSLATION = nameId('translation');
const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const DISPLAY_NAME = nameId('displayName');

const UCUM_OID = '2.16.840.1.113883.6.8';
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

/** A PQR: a number whose unit is a code of any system. */
function toTranslation(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const { value, valueText, number } = readPq(reading.tree, node);
  if (number === undefined) return undefined;
  const quantity: Quantity = {};
  setDecimal(quantity, 'value', number);
  if (number !== valueText) setPrimitive(quantity, 'value', { extension: [originalText(valueText)] });
  reading.journal.mapped(value, below(suffix, 'value'));
  const mark = (name: number, place: string): void =>
    reading.journal.mapped(attribute(reading.tree, node, name), below(suffix, place));

  const code = peek(reading, node, CODE)?.trim() ?? '';
  const system = peek(reading, node, CODE_SYSTEM)?.trim() ?? '';
  const display = peek(reading, node, DISPLAY_NAME)?.trim() ?? '';
  const known = system === UCUM_OID && ucum(code)?.code === code;
  const text = display === '' ? code : display;
  if (text !== '') quantity.unit = text;
  if (display !== '') mark(DISPLAY_NAME, 'unit');
  if (code !== '' && (known || display === '')) mark(CODE, known ? 'code' : 'unit');
  if (known) {
    quantity.system = 'http://unitsofmeasure.org';
    quantity.code = code;
    mark(CODE_SYSTEM, 'system');
  }
  return quantity;
}
