import { expect } from 'chai';
import { countedFacts, unmappedPlaces } from '../../src/author/unmapped.js';
import { createExaminer } from '../../src/examine.js';
import { observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

const examine = createExaminer(
  { mappings: observationSet({ resourceType: 'Observation', status: 'final', code: '= code' }) },
  'facts',
);
const document = (name: string) =>
  Buffer.from(
    documentOf({
      xml: `<observation><templateId root="2.999.1"/><templateId root="2.999.2"/><code code="1"/><entryRelationship><act><text>${name}</text></act></entryRelationship></observation>`,
    }),
  );

describe('the facts that no mapping takes', () => {
  const documents = ['Ada', 'Ada', 'Bob'].map((name) => countedFacts(examine(document(name)), 'unmapped'));
  const place = { template: '2.999.2', path: 'observation/entryRelationship/act/text/text()' };

  it('are counted by the template around them and the path from there, with the reason', () => {
    const [found] = unmappedPlaces(documents, false).filter(({ template }) => template === place.template);
    expect(found).to.deep.equal({ ...place, count: 3, documents: 3, reason: 'no mapping reads it' });
  });

  it('show values only on request', () => {
    expect(JSON.stringify(unmappedPlaces(documents, false))).not.to.match(/Ada|Bob/);
    const [found] = unmappedPlaces(documents, true).filter(({ path }) => path === place.path);
    expect(found!.values).to.deep.equal([
      { value: 'Ada', count: 2 },
      { value: 'Bob', count: 1 },
    ]);
  });

  it('can include dropped facts', () => {
    expect(countedFacts(examine(document('Ada')), 'dropped')).to.deep.equal([]);
  });
});
