import { expect } from 'chai';
import { loadMappings } from '../../src/mapping/load.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const resource = {
  resourceType: 'Observation',
  status: 'final',
  code: '= code',
  note: [{ text: '= entryRelationship/observation/code/@code' }],
};
const holders = {
  title: 'Acts that only hold other statements',
  on: ['act'],
  where: "entryRelationship/*[self::observation or self::act] and not(code/@code='kept')",
  ignore: { '@moodCode': 'it only holds statements' },
};
const set = observationSet(resource, { 'holders.json': holders }, { match: { where: 'parent::entry' } });

const inAct = (statement: string, code = ''): string =>
  `<act classCode="ACT" moodCode="EVN">${code}<entryRelationship typeCode="COMP">${statement}</entryRelationship></act>`;
const observation = (code: string, inside = ''): string =>
  `<observation classCode="OBS" moodCode="EVN"><code code="${code}"/>${inside}</observation>`;
const part = (statement: string): string => `<entryRelationship typeCode="COMP">${statement}</entryRelationship>`;
const observations = (xml: string) => resourcesIn(convertWith(set, xml).bundle, 'Observation');

describe('an act that only holds other statements', () => {
  it('is transparent: its statements count as if they were in its place', () => {
    expect(observations(inAct(observation('a')))).to.have.length(1);
    expect(observations(inAct(inAct(observation('a'))))).to.have.length(1);
    expect(observations(inAct(observation('a'), '<code code="kept"/>'))).to.have.length(0);
  });

  it('is transparent inside of a statement, too', () => {
    const [made] = observations(observation('a', part(inAct(observation('b')))));
    expect(made).to.have.nested.property('note[0].text', 'b');
  });

  it('is in the ledger with the reason, each fact at its place in the document', () => {
    const { ledger } = convertWith(set, inAct(observation('a', '<text>more</text>'), '<text>words</text>'));
    const entry = ledger.items.filter(({ path }) => path.includes('/entry/'));
    const act = '/ClinicalDocument/component/structuredBody/component/section/entry/act';
    expect(entry.find(({ path }) => path === `${act}/@moodCode`)).to.include({
      status: 'dropped',
      reason: 'it only holds statements',
    });
    expect(entry.map(({ path }) => path)).to.include(`${act}/text/text()`);
    expect(entry.map(({ path }) => path)).to.include(`${act}/entryRelationship/observation/text/text()`);
  });

  it('is defined in holders.json, whose mistakes are reported with their place', () => {
    const broken = observationSet(resource, { 'holders.json': { on: ['act'], where: 'kode' } });
    expect(() => loadMappings(broken)).to.throw(MappingError, /holders\.json:5:\d+: .*kode/);
  });
});
