/** The forms of a REAL or an INT: a sign, digits, a point, an exponent. No thousands separators, no words. */
const REAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A longer number is no measurement, and no decimal type can hold it. */
const MOST_DIGITS = 40;

/**
 * A REAL in the form of a FHIR decimal, with its digits kept (`5.0` stays `5.0`); undefined if the text is no number.
 *
 *   parseReal('.50')   // '0.50'
 *   parseReal('+007')  // '7'
 *   parseReal('1,200') // undefined: a comma separates thousands in some countries and decimals in others
 */
export function parseReal(text: string): string | undefined {
  const match = REAL.exec(text);
  if (match === null || text.length > MOST_DIGITS) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const decimal =
    (sign === '-' ? '-' : '') +
    (whole.replace(/^0+(?=\d)/, '') || '0') +
    (fraction === '' ? '' : `.${fraction}`) +
    (exponent === '' ? '' : `e${exponent}`);
  return Number.isFinite(Number(decimal)) ? decimal : undefined;
}

/** An INT as a number; undefined if the text is no whole number or is outside of FHIR's 32 bits (FHIR R4 2.24.0.1). */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= -2147483648 && value <= 2147483647 ? value + 0 : undefined;
}
