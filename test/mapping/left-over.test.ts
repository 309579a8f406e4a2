import { expect } from 'chai';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const resource = {
  resourceType: 'Observation',
  status: 'final',
  code: '= code',
  note: [{ text: "= entryRelationship/observation[code/@code='read']/value/@code" }],
};
const known = { template: '1.2.3', where: "not(code/@code='refused')" };
const other = {
  id: 'other',
  on: ['observation'],
  match: { leftOver: true, where: 'code' },
  resource: {
    resourceType: 'Observation',
    status: 'final',
    code: '= code',
    focus: { $made: 'ancestor::observation[1]', $reach: 'itself' },
  },
};
const set = observationSet(resource, { 'other.json': other }, { match: known });
const observation = (code: string, inside = '', template = ''): string =>
  `<observation classCode="OBS" moodCode="EVN">${template}<code code="${code}"/><value xsi:type="CD" code="v"/>${inside}</observation>`;
const part = (statement: string): string => `<entryRelationship typeCode="COMP">${statement}</entryRelationship>`;
const template = '<templateId root="1.2.3"/>';
const codes = (xml: string) =>
  resourcesIn(convertWith(set, xml).bundle, 'Observation').map(
    (made) => (made as { code?: { coding?: { code?: string }[] } }).code?.coding?.[0]?.code,
  );

describe('a statement that is left over after the walk', () => {
  it('is converted by the mappings for left-over statements', () => {
    expect(codes(observation('unknown'))).to.deep.equal(['unknown']);
  });

  it('is not a statement that another one has read', () => {
    expect(codes(observation('a', part(observation('read')), template))).to.deep.equal(['a']);
  });

  it('can be inside of another that has no place for it, and can refer to that', () => {
    const { bundle } = convertWith(set, observation('a', part(observation('b')), template));
    const made = resourcesIn(bundle, 'Observation');
    expect(made).to.have.length(2);
    expect(made.find((one) => 'focus' in one)).to.have.nested.property('focus[0].reference');
  });

  it('is not a statement whose template a mapping knows and did not match', () => {
    expect(codes(observation('refused', '', template))).to.deep.equal([]);
  });
});
