import type { X509Certificate } from 'node:crypto';
import type { Composition, FhirResource } from 'fhir/r4.js';
import type { Held } from './hold.js';
import type { Told } from './told.js';
import { signatureOf, verifySignature } from './signature.js';
import type { SubmittedAttachment } from './submission.js';
import { SubmissionError } from './submission-error.js';

export type SignatureRule = 'ignore' | 'present' | 'verify';
export const SIGNATURE_RULES: readonly SignatureRule[] = ['ignore', 'present', 'verify'];

/**
 * What the payer wants of signatures. A C-CDA document is signed by its legal authenticator; the XML signature of one is not
 * verified, and that is told.
 *
 * @throws SubmissionError 400 `business-rule` where one is wanted and is not there, or is bad (CDex CONF-025)
 */
export async function checkSignature(
  held: readonly Held[],
  { at }: SubmittedAttachment,
  {
    signature = 'ignore',
    trusted = [],
  }: { readonly signature?: SignatureRule; readonly trusted?: readonly X509Certificate[] },
  told: Told[],
): Promise<void> {
  if (signature === 'ignore') return;
  for (const one of held) {
    if (!isSigned(one)) throw new SubmissionError(400, 'business-rule', 'The attachment must be signed.', at);
    if (signature === 'present') continue;
    if (one.resource === undefined) {
      const text = 'The document names who has signed it; a digital signature of it was not verified.';
      told.push({ severity: 'warning', code: 'business-rule', text, at });
      continue;
    }
    const { problems, warnings } = await verifySignature(one.resource, trusted);
    if (problems.length > 0) throw new SubmissionError(400, 'business-rule', problems.join(' '), at);
    told.push(...warnings.map((text): Told => ({ severity: 'warning', code: 'business-rule', text, at })));
  }
}

/** Whether it is signed: a Bundle or QuestionnaireResponse by its Signature, a document by its legal authenticator. */
export function isSigned({ bundle, resource, conversion }: Held): boolean {
  if (resource !== undefined) return signatureOf(resource) !== undefined;
  if (conversion === undefined) return false;
  const composition = (bundle.entry ?? [])
    .map((entry) => entry.resource as FhirResource | undefined)
    .find((one): one is Composition => one?.resourceType === 'Composition');
  return composition?.attester?.some(({ mode }) => mode === 'legal') ?? false;
}
