/** Whether the last of some digits, which checks the others, is right. */

/** ISO/IEC 7812-1, the formula of H. P. Luhn: provider numbers (NPI, behind 80840) and LOINC codes have it. */
export function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return sum % 10 === 0;
}

/** J. Verhoeff (1969), by the dihedral group of the pentagon: SNOMED CT's identifiers have it. */
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
