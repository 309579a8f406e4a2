/** An answer as one FHIR Parameters resource: what was found, what was not accepted, what is missing, and why. */
import type { Bundle, BundleEntry, FhirResource, Parameters, ParametersParameter } from 'fhir/r4.js';
import { fullUrlOf, resourceKey } from '../../bundle/address.js';
import { referenceInCollection } from '../closure.js';
import type { PurposeAnswer } from '../purpose-answer.js';
import { foundPart, notAcceptedParts, valuePart } from './fact-parts.js';
import { guidance, missingOutcome } from './missing-parts.js';
import { outcome } from './outcome.js';

export interface AnswerForm {
  /** `guidance` (default): a GuidanceResponse for each missing item; `outcome`: one OperationOutcome with the same words. */
  readonly missing?: 'guidance' | 'outcome';
  /**
   * Whether the answer tells the source line of each value that was found. The documents must have been converted with
   * a trace.
   */
  readonly trace?: boolean;
}

/**
 * The answer as a Parameters resource: `purpose`, `answer`, `bundle`, `found`, `notAccepted`, `missing`, `finding`,
 * `conflict`, `provenance`, `outcome`.
 */
export function answerParametersOf(
  answer: PurposeAnswer,
  { missing = 'guidance', trace = false }: AnswerForm = {},
): Parameters {
  const { purpose, hash, resource, bundle, findings, items, provenance } = answer;
  const missed = items.filter((item) => item.missing !== undefined);
  return {
    resourceType: 'Parameters',
    id: answer.id,
    parameter: [
      { name: 'purpose', valueString: purpose.id },
      { name: 'purposeHash', valueString: hash },
      ...[...answer.parameters].map(([name, value]) => ({
        name: 'parameter',
        part: [
          { name: 'name', valueString: name },
          { name: 'value', valueString: value },
        ],
      })),
      ...(resource === undefined ? [] : [{ name: 'answer', resource }]),
      { name: 'bundle', resource: bundle },
      ...items.flatMap((item) => item.found.map((one) => foundPart(item, one, answer, trace))),
      ...items.flatMap((item) => notAcceptedParts(item, answer, trace)),
      ...(missing === 'outcome'
        ? missed.length === 0
          ? []
          : [{ name: 'missing', resource: missingOutcome(missed, answer) }]
        : missed.map((item) => ({ name: 'missing', resource: guidance(item, item.missing!, answer) }))),
      ...[...findings].map(([name, value]) => ({
        name: 'finding',
        part: [{ name: 'name', valueString: name }, findingPart(value)],
      })),
      ...conflictParts(answer),
      { name: 'provenance', resource: provenance },
      { name: 'outcome', resource: outcome(answer) },
    ],
  };
}

/**
 * The answer as one collection: first the resource that carries it, then the resources that it refers to, then its
 * Provenance.
 */
export function answerBundle({ resource, bundle, provenance, base }: PurposeAnswer): Bundle {
  const entry = (one: FhirResource): BundleEntry => ({ fullUrl: fullUrlOf(one, base), resource: one });
  return {
    ...bundle,
    entry: [
      ...(resource === undefined ? [] : [entry(resource)]),
      ...(bundle.entry ?? []),
      // The Provenance points at the Bundle itself if no resource carries the answer.
      ...(resource === undefined ? [] : [entry(provenance)]),
    ],
  };
}

function findingPart(value: unknown): ParametersParameter {
  return value === 'not-shown' ? { name: 'value', valueCode: 'not-shown' } : valuePart('value', value);
}

function conflictParts({ record, items }: PurposeAnswer): ParametersParameter[] {
  const found = new Set(items.flatMap((item) => item.found.map(resourceKey)));
  return record.conflicts
    .filter(({ resource, element }) => found.has(resource) && element !== 'text' && element !== 'meta')
    .map(({ resource, element, kind, values }) => ({
      name: 'conflict',
      part: [
        { name: 'resource', valueReference: referenceInCollection(record.index.resolve(resource)!) },
        { name: 'element', valueString: element },
        { name: 'kind', valueCode: kind },
        ...values.map(({ value, provenance }) => ({
          name: 'value',
          part: [
            { name: 'value', valueString: typeof value === 'string' ? value : JSON.stringify(value) },
            ...provenance.flatMap((id) => {
              const proof = record.index.resolve(`Provenance/${id}`);
              return proof === undefined ? [] : [{ name: 'proof', valueReference: referenceInCollection(proof) }];
            }),
          ],
        })),
      ],
    }));
}
