import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { issuesFile, issuesPage } from '../../scripts/generate-issues.js';

describe('docs/issues.md', () => {
  it('is up to date with the tables of issues', async () => {
    expect(readFileSync(issuesFile, 'utf8')).to.equal(await issuesPage());
  });
});
