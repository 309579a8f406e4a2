import { gzipSync } from 'node:zlib';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { mappingFolder, observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';
import { zipOf } from '../unwrap/make.js';
import { runCairn } from './cairn.js';

const cairn = (...args: string[]) => runCairn(args, { converter: '', worker: '' });
const problemObservation = '2.16.840.1.113883.10.20.22.4.4';
const document = documentOf({
  xml: [
    '<observation classCode="OBS" moodCode="EVN">',
    `<templateId root="${problemObservation}"/><id root="2.999.1"/><code code="1"/><methodCode code="2"/></observation>`,
  ],
});
const resource = { resourceType: 'Observation', status: 'final', code: '= code' };

describe("the author's commands, with envelopes", function () {
  this.timeout(30_000);
  const folder = observationSet(resource, { 'header/.keep': '', 'senders/.keep': '' });
  const at = (name: string, bytes: string | Buffer): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const zip = (...names: string[]) => zipOf(names.map((name) => ({ name, data: document })));
  const several =
    'It is an envelope around several documents; cairn unwrap FILE --out DIR writes them, each in a file.';

  it('explain opens an envelope with one document, and names unwrap for several', async () => {
    const one = at('one.zip', zip('a.xml'));
    const { code, out } = await cairn('explain', one, '--mappings', folder, '--element', 'Observation.code');
    expect(code).to.equal(0);
    expect(out).to.contain('one.zip (zip a.xml):');
    const two = at('two.zip', zip('a.xml', 'b.xml'));
    const run = await cairn('explain', two, '--mappings', folder, '--line', '1');
    expect(run).to.deep.include({ code: 1, out: '', err: `${two}: ${several}\n` });
    const none = at('none.zip', zipOf([{ name: 'a.txt', data: 'x' }]));
    expect((await cairn('explain', none, '--mappings', folder, '--line', '1')).err).to.match(/^\S+none\.zip: .*\n$/);
  });

  it('new sender opens an envelope with one document, and names unwrap for several', async () => {
    const one = at('one.xml.gz', gzipSync(document));
    const { code, out } = await cairn('new', 'sender', 'acme', '--from', one, '--mappings', folder);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^written: .*senders\/acme\/sender\.json\n/)
      .and.to.match(/taken by .*observation \(1\)/);
    const two = at('two.zip', zip('a.xml', 'b.xml'));
    const run = await cairn('new', 'sender', 'other', '--from', two, '--mappings', folder);
    expect(run).to.deep.include({ code: 1, out: '', err: `${two}: ${several}\n` });
    expect(existsSync(join(folder, 'senders/other'))).to.equal(false);
  });

  it('ledger names unwrap for an envelope, and reads the other documents', async () => {
    const [one, plain] = [at('one.zip', zip('a.xml')), at('plain.xml', document)];
    const { code, out, err } = await cairn('ledger', one, plain, '--mappings', folder);
    expect(code).to.equal(1);
    expect(err).to.equal(
      `${one}: It is an envelope around documents; cairn unwrap FILE --out DIR writes them, each in a file.\n`,
    );
    expect(out).to.match(/ facts in 1 documents are unmapped/);
    const zips = mappingFolder({ 'a.zip': 'PK' });
    expect((await cairn('ledger', zips)).err).to.match(/there is no document .*cairn unwrap/);
  });
});

describe("what the author's commands tell", function () {
  this.timeout(30_000);

  it('ledger names the template of a place, if a standard has it', async () => {
    const folder = observationSet(resource, { 'a.xml': document });
    const { out } = await cairn('ledger', join(folder, 'a.xml'), '--mappings', folder);
    expect(out).to.match(
      new RegExp(
        `\\n +1 {2}in 1 document {2}Problem Observation, ${problemObservation} {2}observation/methodCode/@code: `,
      ),
    );
  });

  it('new mapping takes title and id from the name of the template in the standard', async () => {
    const folder = observationSet(resource);
    const { out } = await cairn('new', 'mapping', '--template', problemObservation, '--mappings', folder);
    const [, file = ''] = /written: (\S+)\n/.exec(out) ?? [];
    expect(file).to.match(/other\/problem-observation[\w-]*\.json$/);
    expect((JSON.parse(readFileSync(file, 'utf8')) as { title: string }).title).to.match(/^Problem Observation/);
  });

  it('test tells what was made instead of the expected resource, and what was refused because something is missing', async () => {
    const xml = '<observation classCode="OBS" moodCode="EVN"><id root="2.999.1"/></observation>';
    const tests = [{ name: 'is a condition', xml, expect: [{ resourceType: 'Condition' }] }];
    const made = { ...resource, code: { $required: true, $from: 'code' } };
    const folder = observationSet(
      made,
      { 'header/.keep': '', 'observation.test.json': { tests } },
      { match: { where: 'id' } },
    );
    const { code, out } = await cairn('test', folder);
    expect(code).to.equal(1);
    expect(out).to.match(/expected {2}one Condition\n +is {8}none; made are .*Patient.*; .*\n/);
  });

  it('test refuses a test that cannot fail, with its place, and does not run it', async () => {
    const xml = '<observation classCode="OBS" moodCode="EVN"><id root="2.999.1"/><code code="1"/></observation>';
    const text = `{
  "tests": [
    { "name": "a", "xml": ${JSON.stringify(xml)}, "count": { "Observation": 1 } },
    { "name": "b", "xml": ${JSON.stringify(xml)}, "count": { "Conditon": 0 } }
  ]
}`;
    const folder = observationSet(resource, { 'header/.keep': '', 'observation.test.json': text });
    const { code, out } = await cairn('test', folder);
    expect(code).to.equal(1);
    expect(out).to.match(
      /observation\.test\.json:4:\d+: FHIR R4 has no resource "Conditon"; did you mean Condition\?\n1 tests hold, 0 do not, 1 could not fail or not be read\n/,
    );
    const json = JSON.parse((await cairn('test', folder, '--json')).out) as { mistakes: object[]; results: object[] };
    expect([json.mistakes.length, json.results.length]).to.deep.equal([1, 1]);
  });
});
