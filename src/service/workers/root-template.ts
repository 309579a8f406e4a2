/**
 * Azure's `rootTemplate` names the kind of document whose templates shall be used. Cairn looks at the document itself,
 * so the name can only be right or wrong. If it is wrong, the client should know.
 */
import type { Finding } from '../errors/outcome.js';
import { ownValue } from '../../own-value.js';

/** The root templates of Azure's C-CDA collection, with the LOINC codes that C-CDA R2.1 allows for these documents. */
const types: Readonly<Record<string, readonly string[]>> = {
  ccd: ['34133-9'],
  consultationnote: ['11488-4'],
  dischargesummary: ['18842-5'],
  historyandphysical: ['34117-2'],
  operativenote: ['11504-8'],
  procedurenote: ['28570-0'],
  progressnote: ['11506-3'],
  referralnote: ['57133-1'],
  transfersummary: ['18761-7'],
};

export function templateWarning(rootTemplate: string, documentType: string | undefined): Finding[] {
  const expected = ownValue(types, rootTemplate.toLowerCase());
  if (expected === undefined) {
    return [warning('rootTemplate names no known kind of C-CDA document; the document was converted by its own type.')];
  }
  if (documentType === undefined || expected.includes(documentType)) return [];
  return [
    warning(
      `rootTemplate names another kind of document than LOINC ${documentType}, which the document gives as its type.`,
    ),
  ];
}

function warning(text: string): Finding {
  return { severity: 'warning', code: 'business-rule', text, kind: 'root-template-mismatch' };
}
