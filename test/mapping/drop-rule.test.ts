import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const codes = { 'issues.json': { codes: { 'left-out': 'A statement is no resource.' } } };
const rule = {
  id: 'unknown',
  on: ['observation'],
  where: '@nullFlavor',
  drop: 'it is not known',
  issues: { told: { code: 'left-out', text: 'It is not known.' } },
};
const resource = { resourceType: 'Observation', status: 'final', code: '= code' };
const observation = (attributes: string, inside = '') =>
  `<observation classCode="OBS" moodCode="EVN" ${attributes}><code code="1"/>${inside}</observation>`;

describe('a rule that drops statements', () => {
  const folder = (drop: object, more: object = {}) =>
    observationSet(resource, { ...codes, 'unknown.json': drop, ...more });
  const made = (set: string, xml: string, options = {}) =>
    resourcesIn(convertWith(set, xml, options).bundle, 'Observation').length;

  it('keeps statements from being resources, with its reason in the ledger and an issue for each', () => {
    const set = folder(rule);
    const { bundle, ledger, issues } = convertWith(set, observation('nullFlavor="UNK"', '<statusCode code="x"/>'));
    expect(resourcesIn(bundle, 'Observation')).to.deep.equal([]);
    const item = ledger.items.find(({ path }) => path.endsWith('statusCode/@code'));
    expect(item).to.include({ status: 'dropped', reason: 'it is not known', rule: 'unknown.json#/drop' });
    expect(issues.map(({ code }) => code)).to.deep.equal(['left-out']);
    expect(made(set, observation(''))).to.equal(1);
  });

  it('does not drop the statements inside', () => {
    const inside = `<entryRelationship typeCode="COMP">${observation('')}</entryRelationship>`;
    const { bundle, ledger } = convertWith(folder(rule), observation('nullFlavor="UNK"', inside));
    expect(resourcesIn(bundle, 'Observation')).to.have.length(1);
    const statuses = ledger.items.filter(({ path }) => path.endsWith('/code/@code') && path.includes('observation'));
    expect(statuses.map(({ status }) => status)).to.deep.equal(['dropped']);
  });

  it('also applies if another mapping uses them by $resource', () => {
    const asking = { ...resource, hasMember: { $each: 'entryRelationship/observation', $resource: 'observation' } };
    const set = observationSet(asking, { ...codes, 'unknown.json': rule });
    const xml = observation(
      '',
      `<entryRelationship typeCode="COMP">${observation('nullFlavor="NI"')}</entryRelationship>`,
    );
    expect(made(set, xml)).to.equal(1);
    expect(convertWith(set, xml).issues.map(({ code }) => code)).to.deep.equal(['left-out']);
  });

  it('can apply only to statements that no mapping matches', () => {
    const set = observationSet(
      resource,
      { ...codes, 'unknown.json': { ...rule, where: 'code', unmatched: true } },
      { match: { where: "code/@code='1'" } },
    );
    expect(convertWith(set, observation('')).issues).to.deep.equal([]);
    const other = convertWith(set, observation('').replace('"1"', '"2"'));
    expect(other.issues.map(({ code }) => code)).to.deep.equal(['left-out']);
  });

  it("is turned off by a sender's patch", () => {
    const set = folder(rule, {
      'senders/acme/sender.json': { oids: [] },
      'senders/acme/unknown.json': { where: 'false()' },
    });
    expect(made(set, observation('nullFlavor="UNK"'))).to.equal(0);
    expect(made(set, observation('nullFlavor="UNK"'), { sender: 'acme' })).to.equal(1);
  });

  it('is checked when it is loaded', () => {
    const mistakes = (drop: object) => {
      try {
        createConverter({ mappings: folder(drop) });
      } catch (error) {
        if (error instanceof MappingError) return error.mistakes.map(({ message }) => message).join('; ');
        throw error;
      }
      return '';
    };
    expect(mistakes(rule)).to.equal('');
    expect(mistakes({ ...rule, drop: true })).to.contain('say in "drop" why');
    expect(mistakes({ ...rule, where: 'nulFlavor' })).to.contain('nullFlavor');
    expect(mistakes({ ...rule, on: ['observatoin'] })).to.contain('CDA has no element "observatoin"');
    expect(mistakes({ ...rule, wher: '1' })).to.contain('did you mean where');
    expect(mistakes({ ...rule, unmatched: 'yes' })).to.contain('true or false');
    expect(mistakes({ ...rule, id: 7 })).to.contain('a rule needs "id"');
  });
});
