import { expect } from 'chai';
import type { Issue } from '../../src/xml/issue.js';
import { countOf, groupIssues, warningsIn } from '../../src/xml/issue-groups.js';

const at = (line: number, code = 'impossible-date', text = 'a text'): Issue => ({
  severity: 'warning',
  code,
  text,
  line,
  column: 1,
});

describe('issues of one kind', () => {
  it('become one, with their number and their first places', () => {
    const [group, ...others] = groupIssues([at(9), at(3), at(12)]);
    expect(others).to.deep.equal([]);
    expect(group).to.deep.equal({
      ...at(3),
      count: 3,
      repeats: [
        { line: 9, column: 1 },
        { line: 12, column: 1 },
      ],
    });
  });

  it('name only the first places of a thousand', () => {
    const [group] = groupIssues(Array.from({ length: 1000 }, (_, index) => at(index + 1)));
    expect(group?.count).to.equal(1000);
    expect(group?.repeats).to.have.length(9);
  });

  it('stay separate if they differ, the gravest first, then in the order of the document', () => {
    const issues = [at(1, 'profile-not-met'), at(7, 'dangling-reference'), at(5), at(4, 'impossible-date', 'another')];
    const information: Issue = { ...at(0, 'a-code-of-mappings'), severity: 'information' };
    const ofMappings = at(6, 'a-code-of-mappings');
    expect(groupIssues([information, ...issues, ofMappings]).map(({ line }) => line)).to.deep.equal([4, 5, 6, 7, 1, 0]);
  });

  it('stay separate if they come from the mapping set, since each is about another statement', () => {
    expect(groupIssues([at(1, 'a-code-of-mappings'), at(2, 'a-code-of-mappings')])).to.have.length(2);
  });

  it('are counted one by one', () => {
    const issues = groupIssues([at(1), at(2), { ...at(3), severity: 'information' }]);
    expect(warningsIn(issues)).to.equal(2);
    expect(issues.map(countOf)).to.deep.equal([2, 1]);
  });
});
