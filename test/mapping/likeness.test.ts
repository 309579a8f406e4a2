import { expect } from 'chai';
import type { FhirResource, Observation } from 'fhir/r4.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const RESOURCE = {
  resourceType: 'Observation',
  status: 'final',
  subject: { $ref: 'patient' },
  identifier: '= id',
  code: '= code',
  note: [{ text: '= text' }],
};
const ALIKE = { by: ['code/@displayName'], ids: 'id[@extension]', apart: ['effectiveTime/@value'] };
const IDENTITY = { identity: { scope: 'document', by: ["id[@root='1.2.3']", 'id', 'text'], alike: ALIKE } };

const ONE = '<id root="1.2.3" extension="1"/>';
const OTHER = '<id root="1.2.3" extension="2"/>';
const observation = (ids: string, text: string, more = '') =>
  `<observation>${ids}<code code="1" displayName="Elm, Ada"/><text>${text}</text>${more}</observation>`;

function made(document: string): FhirResource[] {
  return resourcesIn(convertWith(observationSet(RESOURCE, {}, IDENTITY), document).bundle, 'Observation');
}

const ids = (document: string) => made(document).map(({ id }) => id);

describe('identity.alike', () => {
  it('joins two resources that say the same and do not contradict each other, with the facts of both', () => {
    const [resource, ...others] = made(observation(ONE, 'a') + observation('<id root="1.2.4" extension="7"/>', 'b'));
    expect(others).to.be.empty;
    const { identifier, note } = resource as Observation;
    expect(identifier?.map(({ value }) => value)).to.deep.equal(['1', '7']);
    expect(note?.map(({ text }) => text)).to.deep.equal(['a', 'b']);
  });

  it('gives the joined resource the id of the best alternative, whatever the order in the document', () => {
    const parts = [observation('', 'a'), observation('<id root="1.2.4" extension="7"/>', 'b'), observation(ONE, 'c')];
    const alone = ids(parts[2]!);
    expect(ids(parts.join(''))).to.deep.equal(alone);
    expect(ids(parts.reverse().join(''))).to.deep.equal(alone);
  });

  it('keeps two people apart who have different ids in one system, and a third who could be either of them', () => {
    expect(made(observation(ONE, 'a') + observation(OTHER, 'b'))).to.have.length(2);
    expect(made(observation(ONE, 'a') + observation(OTHER, 'b') + observation('', 'c'))).to.have.length(3);
  });

  it('joins those that share an id, even if others of that name contradict them', () => {
    const shared = '<id root="1.2.4" extension="7"/>';
    const parts = [observation(ONE, 'a'), observation(OTHER + shared, 'b'), observation(shared, 'c')];
    expect(made(parts.join(''))).to.have.length(2);
  });

  it('keeps two apart that differ in an element that the rule names', () => {
    const at = (time: string) => `<effectiveTime value="${time}"/>`;
    expect(made(observation(ONE, 'a', at('2023')) + observation('', 'b', at('2024')))).to.have.length(2);
    expect(made(observation(ONE, 'a', at('2023')) + observation('', 'b', at('2023')))).to.have.length(1);
  });

  it('adds one more to a thousand that share their name, without comparing each with each', () => {
    const many = Array.from({ length: 2000 }, (_, n) => observation(n === 0 ? ONE : '', `t${n}`)).join('');
    expect(made(many)).to.have.length(1);
  });

  it('is refused if it does not name its elements', () => {
    expect(() => convertWith(observationSet(RESOURCE, {}, { identity: { alike: { ids: 'id' } } }), '')).to.throw(
      /"by" must list the selectors that have the same text in both/,
    );
  });
});
