import { expect } from 'chai';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

const resource = { resourceType: 'Observation', status: 'final', code: '= code' };

function setWith(conditions: unknown, where: string, more: object = {}): string {
  return observationSet({ ...resource, ...more }, { 'conditions.json': { conditions } }, { match: { where } });
}

function mistakesWith(conditions: unknown, where = 'code'): string[] {
  return mistakesOf(setWith(conditions, where));
}

const happened = { title: 'No plan.', on: ['observation'], test: "@moodCode='EVN' or not(@moodCode)" };
const weight = { title: 'A weight.', on: ['observation'], test: "happened() and code/@code='29463-7'" };

describe('a condition with a name', () => {
  const folder = setWith({ happened, weight }, 'weight()');
  const made = (attributes: string, code: string) =>
    convertWith(folder, `<observation classCode="OBS" ${attributes}><code code="${code}"/></observation>`);

  it('is tested at the current node, and may refer to the nodes before it', () => {
    const count = (attributes: string, code: string) =>
      resourcesIn(made(attributes, code).bundle, 'Observation').length;
    expect(count('moodCode="EVN"', '29463-7')).to.equal(1);
    expect(count('moodCode="INT"', '29463-7')).to.equal(0);
    expect(count('moodCode="EVN"', '8302-2')).to.equal(0);
  });

  it('marks what decided it, as if it were spelt out', () => {
    const spelt = observationSet(
      resource,
      {},
      { match: { where: "(@moodCode='EVN' or not(@moodCode)) and code/@code='29463-7'" } },
    );
    const xml = '<observation classCode="OBS" moodCode="EVN"><code code="29463-7"/><text>x</text></observation>';
    const [one, other] = [folder, spelt].map((set) => convertWith(set, xml).ledger);
    expect(one!.items).to.deep.equal(other!.items);
    expect(one!.totals).to.deep.equal(other!.totals);
    expect(one!.items.map(({ path }) => path).join()).not.to.match(/moodCode/);
  });

  it('stands in predicates and conditions of values', () => {
    const set = setWith({ happened }, 'code', {
      note: [{ text: '= entryRelationship/observation[happened()]/code/@displayName' }],
    });
    const xml = ['EVN', 'INT'].map(
      (mood) =>
        `<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="${mood}"><code code="1" displayName="${mood}"/></observation></entryRelationship>`,
    );
    const { bundle } = convertWith(
      set,
      `<observation classCode="OBS" moodCode="EVN"><code code="2"/>${xml.join('')}</observation>`,
    );
    const notes = resourcesIn(bundle, 'Observation').flatMap((one) => ('note' in one ? one.note : []));
    expect(notes).to.deep.equal([{ text: 'EVN' }]);
  });

  it('gets a suggestion if a selector misspells its name', () => {
    expect(mistakesWith({ happened }, 'hapened()').join()).to.match(
      /Unknown function hapened\(\); did you mean happened/,
    );
  });

  it('may stand for nodes, starting from the current node', () => {
    const parts = { title: 'its parts', on: ['observation'], nodes: "entryRelationship/observation[@moodCode='EVN']" };
    const set = setWith({ parts }, 'code and parts()', { note: [{ text: '= parts()/code/@displayName' }] });
    const { bundle } = convertWith(
      set,
      '<observation classCode="OBS" moodCode="INT"><code code="2"/><entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><code code="1" displayName="part"/></observation></entryRelationship></observation>',
    );
    expect(resourcesIn(bundle, 'Observation')[0]).to.have.deep.property('note', [{ text: 'part' }]);
    expect(mistakesWith({ parts }, 'parts()/telecom').join()).to.match(/no element telecom/);
    expect(mistakesWith({ parts: { ...parts, test: 'code' } }).join()).to.match(/or "nodes" for "test"/);
    expect(mistakesWith({ parts: { ...parts, nodes: "'text'" } }).join()).to.match(/Nodes are expected/);
  });

  it('may be a list of selectors, of which one or all must hold', () => {
    const either = { title: 'either', on: ['observation'], any: ["code/@code='1'", "@moodCode='INT' and value"] };
    const each = { title: 'each', on: ['observation'], all: ['either()', 'text'] };
    const set = setWith({ either, each }, 'each()');
    const count = (attributes: string, inside: string) => {
      const xml = `<observation classCode="OBS" ${attributes}>${inside}</observation>`;
      return resourcesIn(convertWith(set, xml).bundle, 'Observation').length;
    };
    expect(count('moodCode="EVN"', '<code code="1"/><text>x</text>')).to.equal(1);
    expect(count('moodCode="EVN"', '<code code="1"/>')).to.equal(0);
    expect(count('moodCode="INT"', '<code code="2"/><text>x</text><value xsi:type="ST">y</value>')).to.equal(1);
    expect(count('moodCode="EVN"', '<code code="2"/><text>x</text><value xsi:type="ST">y</value>')).to.equal(0);
    expect(mistakesWith({ either: { ...either, any: ['code', 'telecom'] } }, 'either()').join()).to.match(
      /^conditions\.json:\d+:\d+: CDA has no element telecom/,
    );
    expect(mistakesWith({ either: { ...either, any: 'code' } }).join()).to.match(/lists of selectors/);
    expect(mistakesWith({ either: { ...either, all: ['code'] } }).join()).to.match(/lists of selectors/);
  });

  it('may stand for the nodes of several selectors, in document order', () => {
    const words = { title: 'words', on: ['observation'], nodes: ['text', 'code/@displayName', 'text'] };
    const set = setWith({ words }, 'code', { note: [{ $each: 'words()', text: '= .' }] });
    const xml =
      '<observation classCode="OBS" moodCode="EVN"><code code="2" displayName="first"/><text>second</text></observation>';
    expect(resourcesIn(convertWith(set, xml).bundle, 'Observation')[0]).to.have.deep.property('note', [
      { text: 'first' },
      { text: 'second' },
    ]);
  });

  it('is refused with its place if it is wrong', () => {
    expect(mistakesWith({ happened: { ...happened, test: "code/@root='1'" } }).join()).to.match(
      /^conditions\.json:\d+:\d+: CDA has no attribute @root/,
    );
    expect(mistakesWith({ late: { ...weight, test: 'later()' }, later: happened }).join()).to.match(/Unknown function/);
    expect(mistakesWith({ third: { ...happened, test: 'position()=3' } }).join()).to.match(/can't ask for position/);
    expect(mistakesWith({ authors: happened }).join()).to.match(/authors\(\) is a function already/);
    expect(mistakesWith({ happened: { test: 'code' } }).join()).to.match(/needs "title"/);
  });
});
