/** What is missing, and why: a GuidanceResponse for each item (DEQM), or one OperationOutcome with the same words. */
import type { CodeableConcept, GuidanceResponse, OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { referenceInCollection } from '../closure.js';
import { dataRequirements } from '../data-requirement.js';
import type { Missing, MissingReason, NearMiss } from '../missing.js';
import type { ItemAnswer, PurposeAnswer } from '../purpose-answer.js';
import { resourceKey } from '../../bundle/address.js';
import { placeOfSection } from './places.js';
import { resourceName, whenOf } from './what-and-when.js';

const GAP_REASON = 'http://hl7.org/fhir/us/davinci-deqm/CodeSystem/care-gap-reason';
/** DEQM 5.0.0 has no code for what stands there and no machine can read; the universal guide that follows it has. */
const UNIVERSAL_GAP_REASON = 'http://hl7.org/fhir/uv/deqm/CodeSystem/deqm-care-gap-reason';

/** DEQM's code for each of our reasons; `value-set-missing` has none: the item was not asked. */
const DEQM: Readonly<Record<MissingReason, readonly [system: string, code: string] | undefined>> = {
  'value-set-missing': undefined,
  'stated-absent': [GAP_REASON, 'InvalidAttribute'],
  'source-not-accepted': [GAP_REASON, 'InvalidAttribute'],
  'wrong-status': [GAP_REASON, 'InvalidAttribute'],
  'wrong-kind': [GAP_REASON, 'InvalidAttribute'],
  'out-of-window': [GAP_REASON, 'DateOutOfRange'],
  'date-imprecise': [GAP_REASON, 'DateOutOfRange'],
  'date-absent': [GAP_REASON, 'Missing'],
  'value-absent': [GAP_REASON, 'Missing'],
  'not-coded': [UNIVERSAL_GAP_REASON, 'NonComputableDocumentation'],
  'narrative-only': [UNIVERSAL_GAP_REASON, 'NonComputableDocumentation'],
  'receipt-unknown': [GAP_REASON, 'Missing'],
  'no-section': [GAP_REASON, 'NotFound'],
  'not-in-record': [GAP_REASON, 'NotFound'],
};

function reasonConcept(reason: MissingReason): CodeableConcept {
  const deqm = DEQM[reason];
  return {
    ...(deqm === undefined ? {} : { coding: [{ system: deqm[0], code: deqm[1] }] }),
    text: reason,
  };
}

export function guidance(item: ItemAnswer, missing: Missing, answer: PurposeAnswer): GuidanceResponse {
  const { purpose, base, record, id } = answer;
  const [patient] = record.patients;
  const issues = issuesOf(item, missing, answer);
  return {
    resourceType: 'GuidanceResponse',
    id: `missing-${item.item.id}`.slice(0, 64),
    ...(issues.length === 0 ? {} : { contained: [nearMisses(issues)] }),
    identifier: [{ system: `${base}/purpose/${purpose.id}/missing`, value: `${id}#${item.item.id}` }],
    moduleUri: `${base}/purpose/${purpose.id}#${item.item.id}`,
    status: item.item.required === true ? 'data-required' : 'success',
    ...(patient === undefined ? {} : { subject: referenceInCollection(patient) }),
    reasonCode: [reasonConcept(missing.reason)],
    ...(issues.length === 0 ? {} : { evaluationMessage: [{ reference: '#near' }] }),
    dataRequirement: dataRequirements(item.queries, item.absentSets),
  };
}

function nearMisses(issue: OperationOutcomeIssue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', id: 'near', issue };
}

function issuesOf(
  item: ItemAnswer,
  { nearest, total, valueSets, places }: Missing,
  answer: PurposeAnswer,
): OperationOutcomeIssue[] {
  const issue = (text: string, at?: string): OperationOutcomeIssue => ({
    severity: 'information',
    code: 'informational',
    details: { text },
    ...(at === undefined ? {} : { expression: [at] }),
  });
  return [
    ...valueSets.map((url) => issue(`There is no ValueSet ${url}: the user gives it.`)),
    ...nearest.map((near) => issue(nearText(near), resourceKey(near.resource))),
    ...(total > nearest.length ? [issue(`${total - nearest.length} more of this kind.`)] : []),
    ...places.map(({ title, code, element }) => {
      const at = placeOfSection(element, answer);
      const where = at === undefined ? '' : ` (it begins at line ${at.line}, column ${at.column})`;
      return issue(`The section "${title}" (${code}) has a narrative and no entry${where}.`, element);
    }),
    ...(item.absentSets.length > 0 && valueSets.length === 0 ? [issue('A part of the item was not asked.')] : []),
  ];
}

function nearText({ resource, reason, source }: NearMiss): string {
  const whose =
    source === undefined
      ? ''
      : ` (${source.kind}${source.organization === undefined ? '' : `, ${source.organization}`})`;
  const what = [resourceName(resource), whenOf(resource)].filter((text) => text !== undefined).join(', ');
  return `${resourceKey(resource)}: ${what === '' ? '' : `${what}: `}${reason}${whose}`;
}

/** The same words as one OperationOutcome. */
export function missingOutcome(items: readonly ItemAnswer[], answer: PurposeAnswer): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: items.flatMap((item) => [
      {
        severity: item.item.required === true ? ('warning' as const) : ('information' as const),
        code: 'not-found' as const,
        details: { ...reasonConcept(item.missing!.reason), text: `${item.item.id}: ${item.missing!.reason}` },
        diagnostics: `${answer.base}/purpose/${answer.purpose.id}#${item.item.id}`,
      },
      ...issuesOf(item, item.missing!, answer),
    ]),
  };
}
