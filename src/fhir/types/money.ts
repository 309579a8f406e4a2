import type { Money, Quantity } from 'fhir/r4.js';
import { peek, type Reading } from '../../cda/reading.js';
import { readPq } from '../../cda/types/pq.js';
import { nameId } from '../../cda/vocabulary.js';
import { attribute, NONE, type Node } from '../../xml/tree.js';
import { setDecimal } from '../decimal.js';
import { setPrimitive } from '../primitive.js';
import { dataAbsentReason, impossible } from './data-absent-reason.js';
import { originalText } from './original-text.js';
import { below } from './place.js';

const CURRENCY = nameId('currency');
const ISO_4217 = 'urn:iso:std:iso:4217';

/** A FHIR Money from an MO. A currency that is no ISO 4217 code is not marked. */
export function toMoney(reading: Reading, node: Node, suffix = ''): Money | undefined {
  const money: Money = {};
  putAmount(reading, node, money, suffix);
  const currency = currencyOf(reading, node);
  if (currency !== undefined) {
    money.currency = currency;
    reading.journal.mapped(attribute(reading.tree, node, CURRENCY), below(suffix, 'currency'));
  }
  return orAbsent(reading, node, money, suffix);
}

/** A Quantity from an MO, for an income or the numerator of a price. The currency is its unit. */
export function toMoneyQuantity(reading: Reading, node: Node, suffix = ''): Quantity | undefined {
  const quantity: Quantity = {};
  putAmount(reading, node, quantity, suffix);
  const currency = currencyOf(reading, node);
  if (currency !== undefined) {
    Object.assign(quantity, { unit: currency, system: ISO_4217, code: currency });
    reading.journal.mapped(attribute(reading.tree, node, CURRENCY), below(suffix, 'code'));
  }
  return orAbsent(reading, node, quantity, suffix);
}

export function isMoney(reading: Reading, node: Node): boolean {
  return attribute(reading.tree, node, CURRENCY) !== NONE;
}

function putAmount(reading: Reading, node: Node, target: Money | Quantity, suffix: string): void {
  const { value, valueText, number } = readPq(reading.tree, node);
  if (value === NONE) return;
  reading.journal.mapped(value, below(suffix, 'value'));
  if (number === undefined) {
    reading.warn('impossible-number', 'This is no number; its text is kept beside a data-absent-reason.', value);
    setPrimitive(target, 'value', impossible(valueText));
    return;
  }
  setDecimal(target, 'value', number);
  if (number !== valueText) setPrimitive(target, 'value', { extension: [originalText(valueText)] });
}

function currencyOf(reading: Reading, node: Node): string | undefined {
  const currency = peek(reading, node, CURRENCY)?.trim() ?? '';
  return /^[A-Z]{3}$/.test(currency) ? currency : undefined;
}

function orAbsent<T extends Money | Quantity>(reading: Reading, node: Node, made: T, suffix: string): T | undefined {
  if (Object.keys(made).length > 0) return made;
  const extension = dataAbsentReason(reading, node, suffix);
  return extension && { ...made, extension };
}
