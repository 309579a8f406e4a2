/** Whether the last of some digits, which checks the others, is right. */

/**
 * Whether the last digit is right by the Luhn formula (ISO/IEC 7812-1). LOINC codes have such a check digit, and
 * provider numbers (NPI) with 80840 put before them.
 */
export function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return sum % 10 === 0;
}

/** Whether the last digit is right by the formula of J. Verhoeff (1969), as in the identifiers of SNOMED CT. */
export function verhoeffHolds(digits: string): boolean {
  let check = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    check = MULTIPLIED[check]![PERMUTED[place % 8]![digit]!]!;
  }
  return check === 0;
}

const MULTIPLIED: readonly (readonly number[])[] = rows(
  '0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210',
);
const PERMUTED: readonly (readonly number[])[] = rows(
  '0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258',
);

function rows(digits: string): number[][] {
  return digits.split(' ').map((row) => Array.from(row, Number));
}
