import { expect } from 'chai';
import type { Conversion } from '../../src/conversion.js';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';
import { documentOf, type Fragment } from '../mappings/document-of.js';
import { converter } from '../packaged-converter.js';

const convert = (fragment: Fragment) => converter.convert(Buffer.from(documentOf(fragment)));

/** Why the fact at the end of that path is not in the Bundle. */
function reasonOf({ ledger }: Conversion, path: string): string | undefined {
  return ledger.items.find((item) => item.path.endsWith(path))?.reason;
}

describe('the reason of a fact that is not in the Bundle', () => {
  const folder = observationSet({
    resourceType: 'Observation',
    status: 'final',
    code: '= code',
    effectiveDateTime: '= effectiveTime',
    subject: { $ref: 'patient' },
    note: [{ text: '= text' }],
    bodySite: { coding: '= targetSiteCode', text: { $required: true, $from: 'methodCode/@displayName' } },
  });
  const observation = (inner: string) =>
    convertWith(folder, `<observation classCode="OBS" moodCode="EVN"><code code="8867-4"/>${inner}</observation>`);

  it('is that no mapping reads it only if that is true', () => {
    expect(reasonOf(observation('<priorityCode code="R"/>'), 'priorityCode/@code')).to.equal('no mapping reads it');
  });

  it('is that a value was read and refused, with the code of the issue', () => {
    expect(reasonOf(observation('<text><reference value="#nowhere"/></text>'), 'reference/@value')).to.match(
      /^it was read and refused \(dangling-reference\)/,
    );
  });

  it('is that another one of several was taken', () => {
    const two = observation('<effectiveTime value="20190228"/><effectiveTime value="20190301"/>');
    expect(reasonOf(two, 'effectiveTime[2]/@value')).to.match(/^it is one of several/);
  });

  it('is that it was read, but the resource around it was not made', () => {
    expect(reasonOf(observation('<targetSiteCode code="1" codeSystem="1.2.3"/>'), 'targetSiteCode/@code')).to.match(
      /^it was read but not used/,
    );
  });

  it('is that it is empty', () => {
    expect(reasonOf(observation('<priorityCode code=""/>'), 'priorityCode/@code')).to.equal('it is empty');
  });
});

describe('entries that are left out whole', () => {
  const unknown = '<control classCode="ACT" moodCode="EVN"><code code="77" codeSystem="1.2.3"/></control>';
  const act =
    '<act classCode="ACT" moodCode="EVN"><templateId root="1.2.3.4"/><code code="77" codeSystem="1.2.3"/></act>';

  it('are reported in one issue for each kind, with their number', () => {
    const { issues } = convert({ xml: [act, '</entry><entry>', act, '</entry><entry>', unknown], section: '99999-9' });
    const told = issues.filter(({ code }) => code === 'entry-not-converted');
    expect(told.map(({ count }) => count)).to.deep.equal([2, undefined]);
    expect(told[0]?.repeats).to.have.length(1);
  });

  it('are not reported if a part of them is in a resource, or a rule says why not', () => {
    const problem =
      '<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/><value xsi:type="CD" code="38341003" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship></act>';
    const unknownProblem = problem.replace(
      'moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"',
      'moodCode="EVN" nullFlavor="NI"><templateId root="2.16.840.1.113883.10.20.22.4.3"',
    );
    for (const xml of [problem, unknownProblem])
      expect(convert({ xml }).issues.map(({ code }) => code)).to.not.include('entry-not-converted');
  });
});
