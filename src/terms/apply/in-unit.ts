import type { Quantity } from 'fhir/r4.js';
import { EXACT, setDecimal, type WithExactDecimals } from '../../fhir/decimal.js';
import { UCUM } from '../../fhir/types/ucum.js';
import { SAID_QUANTITY } from './extensions.js';
import { converted } from './units.js';

/**
 * A quantity in another unit, with what was said in the last of its extensions; undefined where that is no matter of
 * arithmetic alone, or there is no number.
 */
export function inUnit(quantity: Quantity, from: string, to: string): Quantity | undefined {
  const { value, extension = [], ...others } = quantity;
  if (value === undefined) return undefined;
  const text = (quantity as WithExactDecimals)[EXACT]?.value ?? String(value);
  const number = converted(text, from, to);
  if (number === undefined) return undefined;
  // The extension about how the number was written goes with the original quantity.
  const said: Quantity = { ...quantity };
  delete said.extension;
  const made: Quantity = {
    extension: [...extension, { url: SAID_QUANTITY, valueQuantity: said }],
    ...others,
    unit: to,
    system: UCUM,
    code: to,
  };
  delete (made as WithExactDecimals)[EXACT];
  delete (made as { _value?: unknown })._value;
  setDecimal(made, 'value', number);
  return made;
}
