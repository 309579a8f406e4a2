import { expect } from 'chai';
import { convertWith, observationSet } from './mapping-folder.js';

describe('warnings', () => {
  const folder = observationSet({
    resourceType: 'Observation',
    effectiveDateTime: { $first: ['= effectiveTime', '= effectiveTime'] },
    note: [{ $each: 'effectiveTime', time: '= .', text: '= ../code/@code' }],
  });
  const of = (times: string) =>
    convertWith(
      folder,
      `<observation classCode="OBS" moodCode="EVN"><code code="1"/>${times}</observation>`,
    ).issues.map(({ code, column }) => [code, column]);

  it('are told once of each place, however often it is read', () => {
    const one = of('<effectiveTime value="20241341"/>');
    expect(one).to.have.length(1);
    expect(one[0]?.[0]).to.equal('impossible-date');
    expect(of('<effectiveTime value="20241341"/><effectiveTime value="20241341"/>')).to.have.length(2);
  });
});
