/**
 * What the codes of the large code systems look like. This room does not know which codes SNOMED CT, LOINC or RxNorm
 * have: that needs a licence, and differs by version. But it can tell that `0054-0019-25` is no RxNorm code, or that a
 * digit of a SNOMED CT code was lost.
 */
import { luhnHolds, verhoeffHolds } from './check-digits.js';

/** SNOMED CT Release File Specifications, 6: an SCTID, or an expression that begins with one. */
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
  ['http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', like(/^[A-V]\d{4}(-[\dA-Z]{2})*$/i)],
  ['http://www.ada.org/cdt', like(/^D\d{4}$/i)],
  ['http://fdasis.nlm.nih.gov', like(/^[\dA-Z]{10}$/i)],
]);

/**
 * Whether a code has the form of the system's codes; undefined if that form is not known here.
 *
 *   fits('http://snomed.info/sct', '59621000') // true
 *   fits('http://loinc.org', '386661006')      // false: this is a SNOMED CT code
 */
export function fits(system: string, code: string): boolean | undefined {
  return FORMS.get(system)?.(code);
}

function like(form: RegExp): (code: string) => boolean {
  return (code) => form.test(code);
}

/**
 * Whether the check digit of a code is wrong, so that a digit was lost or mistyped. The code must fit its system. It is
 * still kept as what the sender said.
 *
 *   isMistyped('http://snomed.info/sct', '5962100') // true
 */
export function isMistyped(system: string, code: string): boolean {
  if (system === 'http://snomed.info/sct') return !verhoeffHolds(SCTID.exec(code)?.[1] ?? '');
  // LOINC Users' Guide: the codes of parts, answers, lists and groups have other check digits.
  return system === 'http://loinc.org' && /^\d/.test(code) && !luhnHolds(code.replace('-', ''));
}
