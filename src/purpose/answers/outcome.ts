import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { PurposeAnswer } from '../purpose-answer.js';
import { resourceKey } from '../../bundle/address.js';

/** The totals, and what a reader of the answer should know of the record. */
export function outcome({ items, record, failures, purpose }: PurposeAnswer): OperationOutcome {
  const found = new Set(items.flatMap((item) => item.found.map(resourceKey))).size;
  const missing = items.filter((item) => item.missing !== undefined && item.item.reason === undefined).length;
  const turned = items.reduce((sum, item) => sum + item.turnedAway.length, 0);
  const issue = (
    text: string,
    severity: 'information' | 'warning' = 'information',
    at?: readonly string[],
  ): OperationOutcomeIssue => ({
    severity,
    code: 'informational',
    details: { text },
    ...(at === undefined ? {} : { expression: [...at] }),
  });
  const denominators = items.filter(({ item, found: own }) => item.role === 'denominator' && own.length > 0);
  return {
    resourceType: 'OperationOutcome',
    issue: [
      issue(
        `${found} resources found, ${turned} not accepted, ${missing} of ${items.length} items without any. ` +
          `Evidence from ${record.documents.size} documents; whether it is enough is the reader's to judge.`,
      ),
      ...(denominators.length > 0 && purpose.answer.kind === 'MeasureReport'
        ? [issue('Supplemental data help numerators and exclusions; they make no denominator.')]
        : []),
      ...items
        .filter(({ queries, absentSets }) => queries.length === 0 && absentSets.length === 0)
        .map(({ item }) => issue(`${item.id} was not asked: the parameters that it needs were not given.`)),
      ...failures.map(({ item, resource }) =>
        issue(
          `FHIRPath of ${item} can't be answered for this resource.`,
          'warning',
          resource === '' ? undefined : [resource],
        ),
      ),
      ...record.dangling.map(({ from, reference }) =>
        issue(`A reference leads nowhere: ${reference.slice(0, 100)}`, 'warning', [from]),
      ),
      ...record.withdrawn
        .slice(0, 20)
        .map(({ resource, replacedBy }) =>
          issue(`Only a document says it that DocumentReference/${replacedBy} replaces: withdrawn.`, 'information', [
            resourceKey(resource),
          ]),
        ),
    ],
  };
}
