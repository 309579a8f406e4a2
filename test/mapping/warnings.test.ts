import { expect } from 'chai';
import { convertWith, observationSet } from './mapping-folder.js';

describe('warnings', () => {
  const folder = observationSet({
    resourceType: 'Observation',
    status: 'final',
    code: '= code',
    effectiveDateTime: { $first: ['= effectiveTime', '= effectiveTime'] },
    note: [{ $each: 'effectiveTime', time: '= .', text: '= ../code/@code' }],
  });
  const of = (times: string) =>
    convertWith(
      folder,
      `<observation classCode="OBS" moodCode="EVN"><code code="1"/>${times}</observation>`,
    ).issues.map(({ code, count }) => [code, count]);

  it('are reported once for each place, however often it is read', () => {
    expect(of('<effectiveTime value="20241341"/>')).to.deep.equal([['impossible-date', undefined]]);
    expect(of('<effectiveTime value="20241341"/><effectiveTime value="20241341"/>')).to.deep.equal([
      ['impossible-date', 2],
    ]);
  });
});
