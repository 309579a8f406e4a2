/** The code systems that a term pack has rules for, and the form in which a pack has their codes. */

export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
export const NDC = 'http://hl7.org/fhir/sid/ndc';
export const CVX = 'http://hl7.org/fhir/sid/cvx';
export const MVX = 'http://hl7.org/fhir/sid/mvx';
export const LOINC = 'http://loinc.org';
export const SNOMED_CT = 'http://snomed.info/sct';
export const ICD_10_CM = 'http://hl7.org/fhir/sid/icd-10-cm';
export const ICD_9_CM = 'http://hl7.org/fhir/sid/icd-9-cm';
export const UNII = 'http://fdasis.nlm.nih.gov';

const FORMS: ReadonlyMap<string, (code: string) => string | undefined> = new Map([
  [NDC, elevenDigits],
  [CVX, twoDigits],
  [ICD_10_CM, withoutDot],
  [ICD_9_CM, withoutDot],
  [LOINC, upperCase],
  [UNII, upperCase],
]);

/**
 * A code as it is looked up: ICD without its dot, CVX with two digits, NDC with eleven. Undefined where the code can't be
 * looked up for certain: ten digits without hyphens may be three different NDCs.
 *
 *   codeKey('http://hl7.org/fhir/sid/ndc', '0093-7146-56')       // '00093714656'
 *   codeKey('http://hl7.org/fhir/sid/icd-10-cm', 'e11.9')        // 'E119'
 */
export function codeKey(system: string, code: string): string | undefined {
  const form = FORMS.get(system);
  const key = form === undefined ? code : form(code);
  // Keys are one line of ASCII, so that their order is the same as text and as bytes.
  return key === undefined || /^[\x20-\x7e]+$/.test(key) ? key : encodeURIComponent(key);
}

/** ICD with its dot, as FHIR and claims write it. */
export function withDot(system: string, code: string): string {
  if (code.includes('.') || (system !== ICD_10_CM && system !== ICD_9_CM)) return code;
  const category = system === ICD_9_CM && code.startsWith('E') ? 4 : 3;
  return code.length > category ? `${code.slice(0, category)}.${code.slice(category)}` : code;
}

function withoutDot(code: string): string {
  return upperCase(code).replace('.', '');
}

function upperCase(code: string): string {
  return code.toUpperCase();
}

function twoDigits(code: string): string {
  return code.padStart(2, '0');
}

/** The form of HIPAA, 5-4-2: a part that is one digit short gets a zero before it. */
function elevenDigits(code: string): string | undefined {
  if (/^\d{11}$/.test(code)) return code;
  const parts = /^(\d{4,5})-(\d{3,4})-(\d{1,2})$/.exec(code);
  if (parts === null) return undefined;
  const [, labeler = '', product = '', pack = ''] = parts;
  // FDA assigns 4-4-2, 5-3-2 and 5-4-1: no more than one part is short.
  if (labeler.length + product.length + pack.length < 10) return undefined;
  return labeler.padStart(5, '0') + product.padStart(4, '0') + pack.padStart(2, '0');
}
