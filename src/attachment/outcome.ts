import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Held } from './hold.js';
import type { Told } from './told.js';

const MESSAGE_ID = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id';

/** The result for each attachment. That it was held is always told, because Cairn knows no claims. */
export function heldOutcome(held: readonly Held[], told: readonly Told[], missing: readonly Told[]): OperationOutcome {
  const facts = held.reduce((sum, { conversion }) => sum + (conversion?.ledger.totals.facts ?? 0), 0);
  const unmapped = held.reduce((sum, { conversion }) => sum + (conversion?.ledger.totals.unmapped ?? 0), 0);
  const converted = held.filter(({ conversion }) => conversion !== undefined).length;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      issueOf({
        severity: 'information',
        code: 'informational',
        text: 'The attachments are held for association with the claim or authorization: no claim is known here.',
        at: 'Parameters',
      }),
      issueOf({
        severity: 'information',
        code: 'informational',
        text: `${held.length} files or resources, ${converted} of them C-CDA documents that were converted: ${facts} facts, ${unmapped} of them unmapped.`,
        at: 'Parameters',
      }),
      ...[...told, ...missing].map(issueOf),
    ],
  };
}

function issueOf({ severity, code, text, at, kind }: Told): OperationOutcomeIssue {
  return {
    ...(kind === undefined ? {} : { extension: [{ url: MESSAGE_ID, valueString: kind }] }),
    severity,
    code,
    details: { text },
    expression: [at],
  };
}
