import { expect } from 'chai';
import type { Observation } from 'fhir/r4.js';
import { createConverter } from '../../src/convert.js';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

const xml = '<observation classCode="OBS" moodCode="EVN"><code code="1"/><statusCode code="new"/></observation>';
const files = {
  'conditions.json': { conditions: { fresh: { title: 'New.', on: ['observation'], test: "statusCode/@code='new'" } } },
  'fragments/words.json': { title: 'words', on: ['observation'], value: { text: 'base' } },
  'senders/acme/sender.json': { oids: [] },
};
const resource = {
  resourceType: 'Observation',
  status: { $first: [{ $when: 'fresh()', $value: 'preliminary' }, 'final'] },
  code: { $use: 'words' },
};
const madeBy = (patches: object) => {
  const { bundle } = convertWith(observationSet(resource, { ...files, ...patches }), xml, { sender: 'acme' });
  return resourcesIn(bundle, 'Observation')[0] as Observation;
};

describe("a sender's patches", () => {
  it('change a condition by its name, and with it every rule that uses it', () => {
    expect(madeBy({}).status).to.equal('preliminary');
    const off = { conditions: { fresh: { test: 'false()' } } };
    expect(madeBy({ 'senders/acme/conditions.json': off }).status).to.equal('final');
  });

  it('change a fragment', () => {
    expect(madeBy({ 'senders/acme/fragments/words.json': { value: { text: 'theirs' } } }).code.text).to.equal('theirs');
  });

  it('change a mapping by its id, in whatever folder', () => {
    const patch = { resource: { code: { $use: null, text: 'id' } } };
    expect(madeBy({ 'senders/acme/observation.json': patch }).code.text).to.equal('id');
    expect(madeBy({ 'senders/acme/results/observation.json': patch }).code.text).to.equal('id');
  });

  it('also change what a later version of US Core has changed before', () => {
    const version = {
      'us-core/us-core.json': { canonical: 'urn:core/', version: '1', later: { '2': '1' } },
      'us-core/2/conditions.json': { conditions: { later: { title: 'x', on: ['observation'], test: 'true()' } } },
      'us-core/2/fragments/words.json': { value: { text: 'later' } },
    };
    const own = {
      'senders/acme/conditions.json': { conditions: { fresh: { test: 'false()' } } },
      'senders/acme/fragments/words.json': { value: { text: 'theirs' } },
    };
    const set = observationSet(resource, { ...files, ...version, ...own });
    const { bundle } = convertWith(set, xml, { sender: 'acme', usCore: '2' });
    const [made] = resourcesIn(bundle, 'Observation') as Observation[];
    expect([made?.status, made?.code.text]).to.deep.equal(['final', 'theirs']);
  });

  it('are refused if there is no file with their name', () => {
    for (const path of ['senders/acme/nothing.json', 'senders/acme/fragments/nothing.json']) {
      const set = observationSet(resource, { ...files, [path]: {} });
      expect(() => createConverter({ mappings: set }), path).to.throw(
        /nothing in the set that this file is named after/,
      );
    }
  });

  it('says where $patch stands, if it stands inside of the resource', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code' },
      {
        'senders/acme/sender.json': { oids: ['2.999.77'] },
        'senders/acme/observation.json': { resource: { note: { $patch: [] } } },
      },
    );
    expect(mistakesOf(folder)[0]).to.match(/^senders\/acme\/observation\.json:\d+:\d+: "\$patch" stands at the top/);
  });
});
