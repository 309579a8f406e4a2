import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { observationSet } from '../mapping/mapping-folder.js';
import { runCairn } from './cairn.js';

const observation = '<observation classCode="OBS" moodCode="EVN"><id root="2.999.1"/><code code="1"/></observation>';
const cairn = (...args: string[]) => runCairn(args, { converter: '', worker: '' });
const holds = { name: 'holds', xml: observation, count: { Observation: 1 } };
const set = (tests: object[], more: object = {}) =>
  observationSet(
    { resourceType: 'Observation', status: 'final', code: '= code' },
    { 'header/.keep': '', 'observation.test.json': { tests }, ...more },
  );

describe('cairn test', function () {
  this.timeout(30_000);

  it('runs the tests of a folder inside a set with that set', async () => {
    const ofSender = {
      name: 'is of the sender',
      xml: observation,
      options: { sender: 'acme' },
      count: { Observation: 1 },
    };
    const folder = set([holds], {
      'senders/acme/sender.json': { oids: ['2.999.2'] },
      'senders/acme/fragments/.keep': '',
      'senders/acme/acme.test.json': { tests: [ofSender] },
    });
    expect((await cairn('test', folder)).out).to.contain('2 tests hold, 0 do not');
    for (const path of ['senders', 'senders/acme', 'senders/acme/acme.test.json'])
      expect((await cairn('test', join(folder, path))).out).to.match(/^1 tests hold, 0 do not\n/);
  });

  it('updates the tests that fail, but not a test whose document cannot be converted', async () => {
    const broken = { name: 'is no XML', xml: '<observation', count: { Observation: 1 } };
    const folder = set([{ ...holds, count: { Observation: 2 } }, broken]);
    const { code, out } = await cairn('test', folder, '--update');
    expect(code).to.equal(1);
    expect(out).to.match(/observation\.test\.json is updated[^]*0 tests hold, 2 do not/);
    const { tests } = JSON.parse(readFileSync(join(folder, 'observation.test.json'), 'utf8')) as { tests: object[] };
    expect(tests[0]).to.deep.include({ count: { Observation: 1 } });
    expect(tests[1]).to.deep.equal(broken);
  });
});

describe('cairn convert --ndjson --help', () => {
  it('describes the lines of input and output', async () => {
    const { code, out } = await cairn('convert', '--ndjson', '--help');
    expect(code).to.equal(0);
    expect(out).to.match(/^cairn convert --ndjson/);
  });
});
