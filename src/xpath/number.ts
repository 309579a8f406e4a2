/** Numbers as XPath 1.0 reads and writes them (4.2 string(), 4.4 number()): no exponents, no plus sign. */

const NUMBER = /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/;

export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : NaN;
}

export function formatNumber(value: number): string {
  // Negative zero is written 0.
  if (value === 0) return '0';
  const text = String(value);
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const digits = whole + fraction;
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${digits.padStart(digits.length - shift - 1, '0')}`
    : `${sign}${digits.padEnd(shift + 1, '0')}`;
}
