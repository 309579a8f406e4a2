/**
 * What the codes of the large code systems look like. Which codes SNOMED CT, LOINC or RxNorm have is a matter of licences
 * and versions; that `0054-0019-25` is none of RxNorm, or that a digit of a SNOMED CT code was lost, can be told here.
 */

/** SNOMED CT Release File Specifications, 6: an SCTID, or an expression, which begins with one. */
const SCTID = /^(?:(?:===|<<<)\s*)?([1-9]\d{5,17})(?!\d)/;

const FORMS: ReadonlyMap<string, (code: string) => boolean> = new Map([
  ['http://snomed.info/sct', like(SCTID)],
  ['http://loinc.org', like(/^(\d{1,7}-\d|L[A-Z]{1,2}\d+-\d)$/i)],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', like(/^\d{1,8}$/)],
  ['http://hl7.org/fhir/sid/cvx', like(/^\d{1,3}$/)],
  ['http://hl7.org/fhir/sid/ndc', like(/^[\d*-]{9,14}$/)],
  ['http://hl7.org/fhir/sid/icd-10-cm', like(/^[A-Z]\d[\dA-Z](\.?[\dA-Z]{1,4})?$/i)],
  ['http://hl7.org/fhir/sid/icd-9-cm', like(/^[VE]?\d{2,3}(\.?\d{1,2})?$/i)],
  ['http://www.ama-assn.org/go/cpt', like(/^\d{4}[\dA-Z](-[\dA-Z]{2})*$/i)],
  ['http://fdasis.nlm.nih.gov', like(/^[\dA-Z]{10}$/i)],
]);

/**
 * Whether a code could be one of the system's; undefined where the form of its codes is not known here.
 *
 *   fits('http://snomed.info/sct', '59621000') // true
 *   fits('http://loinc.org', '386661006')      // false: that one is SNOMED CT's
 */
export function fits(system: string, code: string): boolean | undefined {
  return FORMS.get(system)?.(code);
}

function like(form: RegExp): (code: string) => boolean {
  return (code) => form.test(code);
}

/**
 * Whether the check digit of a code of that form is wrong: a digit was lost or mistaken on the way. The code is still what
 * the sender said, of the system that he named.
 *
 *   isMistyped('http://snomed.info/sct', '5962100') // true
 */
export function isMistyped(system: string, code: string): boolean {
  if (system === 'http://snomed.info/sct') return verhoeff(SCTID.exec(code)?.[1] ?? '') !== 0;
  return system === 'http://loinc.org' && /^\d/.test(code) && !luhn(code.replace('-', ''));
}

/** LOINC Users' Guide, check digits (mod 10); those of parts, answers, lists and groups are made otherwise. */
function luhn(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, place) => {
      const weighed = place % 2 === 0 ? digit : digit * 2;
      return total + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
  return sum % 10 === 0;
}

/** The check digit of J. Verhoeff (1969), made of the dihedral group of the pentagon; 0 where it holds. */
function verhoeff(digits: string): number {
  let check = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    check = MULTIPLIED[check]![PERMUTED[place % 8]![digit]!]!;
  }
  return check;
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
