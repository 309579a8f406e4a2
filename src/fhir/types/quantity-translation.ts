import type { Coding, Extension, Quantity } from 'fhir/r4.js';
import type { Reading } from '../../cda/reading.js';
import { readPq } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { ucum } from '../../terminology/units.js';
import { child, children, NONE, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { draftsOf } from './coding.js';
import { originalText } from './original-text.js';
import { below } from './place.js';
import { lineOf } from './text.js';
import { UCUM } from './ucum.js';

const ORIGINAL_TEXT = nameId('originalText');
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
  const found = children(reading.tree, node, TRANSLATION).find(
    (translation) => readPq(reading.tree, translation).number !== undefined,
  );
  return found === undefined ? undefined : toTranslation(reading, found, suffix);
}

/**
 * A PQR: a number, a unit that is a code of any system or a text, or one of the two. Without a system a Quantity has no
 * code (FHIR R4, qty-3).
 */
function toTranslation(reading: Reading, node: Node, suffix: string): Quantity | undefined {
  const { journal } = reading;
  const quantity: Quantity = {};
  const { value, valueText, number } = readPq(reading.tree, node);
  if (number !== undefined) {
    setDecimal(quantity, 'value', number);
    if (number !== valueText) setPrimitive(quantity, 'value', { extension: [originalText(valueText)] });
    journal.mapped(value, below(suffix, 'value'));
  }
  const { coding, facts } = draftsOf(reading, node)[0]!;
  const text = child(reading.tree, node, ORIGINAL_TEXT);
  const written = text === NONE ? undefined : lineOf(reading, text, below(suffix, 'unit'));
  const shown = coding.display === undefined ? 'code' : 'display';
  const unit = written ?? coding.display ?? coding.code;
  if (unit !== undefined) quantity.unit = unit;
  const coded = isUnitCode(coding);
  if (coded) Object.assign(quantity, { system: coding.system, code: coding.code });
  for (const [fact, element] of facts) {
    if (coded && (element === 'system' || element === 'code')) journal.mapped(fact, below(suffix, element));
    else if (written === undefined && element === shown) journal.mapped(fact, below(suffix, 'unit'));
  }
  return Object.keys(quantity).length === 0 ? undefined : quantity;
}

/** A code that its system knows, as far as that can be told here: senders write UCUM's name behind units that are not UCUM. */
function isUnitCode({ code, system }: Coding): boolean {
  if (code === undefined || system === undefined) return false;
  return system !== UCUM || ucum(code)?.corrected === false;
}
