import { expect } from 'chai';
import { findingOf, operationOutcome } from '../../../src/service/errors/outcome.js';

describe('an OperationOutcome', () => {
  it('has every place of an issue of the mapping set, with its code', () => {
    const issue = {
      severity: 'warning',
      code: 'a-code-of-the-set',
      text: 'two ends',
      line: 3,
      column: 4,
      path: '/ClinicalDocument/a',
      also: [{ line: 5, column: 6, path: '/ClinicalDocument/b' }],
    } as const;
    expect(operationOutcome([findingOf(issue)]).issue[0]).to.deep.include({
      code: 'business-rule',
      diagnostics: 'line 3, column 4; line 5, column 6',
      location: ['/ClinicalDocument/a', '/ClinicalDocument/b'],
    });
  });
});
