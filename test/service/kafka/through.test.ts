import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationOutcome } from 'fhir/r4.js';
import { zipOf } from '../../unwrap/make.js';
import { builtModule } from '../../built.js';
import { document, realConverter, root, startHarness, type Harness } from '../harness.js';
import { describeKafka, kafka, lagOf, newTopics, readUntil, send, type Read, type Topics } from './topics.js';

const samples = join(root, 'samples');
const names = readdirSync(samples).filter((name) => name.endsWith('.xml'));
const isRestricted = (name: string): boolean =>
  /<confidentialityCode [^>]*code="[RV]"/.test(readFileSync(join(samples, name), 'utf8'));
const restricted = names.filter(isRestricted);
const open = names.filter((name) => !isRestricted(name));

async function environmentOf({ in: topic, out }: Topics, more: Record<string, string> = {}) {
  return {
    CAIRN_ROLES: 'work',
    CAIRN_KAFKA_BROKERS: (await kafka()).address,
    CAIRN_KAFKA_TOPICS: topic,
    CAIRN_KAFKA_TO: out,
    ...more,
  };
}

const outcomeOf = ({ headers }: Read): OperationOutcome => JSON.parse(headers.outcome!) as OperationOutcome;
const ofTopic = (read: readonly Read[], topic: string): Read[] => read.filter((one) => one.topic === topic);

describeKafka('a node without a store, from one topic to another', () => {
  describe('with the mappings of the package', () => {
    let harness: Harness;
    let topics: Topics;
    before(async () => {
      topics = await newTopics();
      harness = await startHarness(await environmentOf(topics, { CAIRN_KAFKA_GROUP: 'samples' }), realConverter);
    });
    after(() => harness.stop());

    it('makes the same bytes as `cairn convert` from each document, under the key of its patient', async () => {
      await send(
        topics.in,
        names.map((name) => ({ key: name, value: readFileSync(join(samples, name)) })),
      );
      const read = await readUntil([topics.out, topics.refused], (all) => all.length >= names.length);
      const bundles = ofTopic(read, topics.out);
      const made = new Set(bundles.map(({ value }) => value.toString('utf8')));
      // Restricted documents go out only where they are named.
      const refused = ofTopic(read, topics.refused);
      expect(refused.map((one) => outcomeOf(one).issue[0]!.code)).to.deep.equal(restricted.map(() => 'business-rule'));
      expect(refused.map(({ key }) => key)).to.deep.equal(restricted);
      const folder = execFileSync(process.execPath, [builtModule('cli.js'), 'convert', '--ndjson'], {
        cwd: root,
        input: open.map((name) => `${JSON.stringify({ path: join(samples, name) })}\n`).join(''),
        maxBuffer: 1e9,
        encoding: 'utf8',
      });
      const wanted = folder
        .trim()
        .split('\n')
        .map((line) => line.slice('{"bundle":'.length, -1));
      expect(wanted.filter((bundle) => !made.has(bundle))).to.deep.equal([]);
      expect(bundles).to.have.length(open.length);
      for (const { key, value, headers } of bundles) {
        const patient = /"fullUrl":"urn:uuid:([0-9a-f-]+)","resource":{"resourceType":"Patient"/.exec(String(value));
        expect(key).to.equal(patient![1]);
        expect(headers.mapping).to.match(/^[0-9a-f]{64}$/);
        expect(headers.order).to.match(/^\d{15}-\d{10}-\d{15}$/);
      }
    });

    it('has no lag when everything is done, and has committed that to the group', async () => {
      const metrics = await (await fetch(`${harness.address}/metrics`)).text();
      expect(metrics).to.contain('cairn_kafka_joined 1');
      expect(metrics).to.contain(`cairn_intake_documents_total{outcome="converted",source="kafka"} ${open.length}`);
      // Committed behind the answer of the broker.
      for (let tries = 0; (await lagOf('samples', topics.in)) > 0 && tries < 50; tries++);
      expect(await lagOf('samples', topics.in)).to.equal(0);
      expect(await (await fetch(`${harness.address}/metrics`)).text()).to.contain('cairn_kafka_lag 0');
    });

    it('writes no content of a document into its log', () => {
      expect(JSON.stringify(harness.logs)).not.to.match(/ClinicalDocument|"family"|Bundle/);
    });
  });

  describe('with any input', () => {
    let harness: Harness;
    let topics: Topics;
    before(async () => {
      topics = await newTopics(1);
      const converter = new URL('../../drill/converter.ts', import.meta.url).href;
      harness = await startHarness(await environmentOf(topics, { CAIRN_BODY_MEGABYTES: '1' }), converter);
    });
    after(() => harness.stop());

    const one = (number: number, patient = 'p1'): string =>
      `<ClinicalDocument patient="${patient}" number="${number}"/>`;

    it('converts each document of an envelope by itself, in order, and reports what could not be opened', async () => {
      const zip = zipOf([
        { name: 'a.xml', data: Buffer.from(one(1)) },
        { name: 'b.zip', data: Buffer.from('PK\u0003\u0004 cut off') },
        { name: 'c.xml', data: Buffer.from(one(2)) },
        { name: 'd.xml', data: Buffer.from('<ClinicalDocument/>') },
      ]);
      await send(topics.in, [
        { key: 'k', value: zip, headers: { 'Content-Type': 'application/zip' } },
        { key: 'k', value: one(3) },
      ]);
      const read = await readUntil([topics.out, topics.refused], (all) => all.length >= 5);
      const bundles = ofTopic(read, topics.out).map(({ value }) => /"text":"(\d+)"/.exec(String(value))![1]);
      expect(bundles).to.deep.equal(['1', '2', '3']);
      const refused = ofTopic(read, topics.refused);
      expect(refused.map(({ headers }) => headers.way ?? 'the whole')).to.deep.equal(['zip d.xml', 'the whole']);
      expect(refused[0]!.value.toString('utf8')).to.equal('<ClinicalDocument/>');
      expect(refused[1]!.value.equals(zip)).to.equal(true);
      expect(outcomeOf(refused[1]!).issue[0]!.details!.text).to.contain('b.zip');
      expect(refused[1]!.headers).to.include({ source: `${topics.in}/0/0`, 'content-type': 'application/zip' });
    });

    it('writes refused messages to their topic, whole and with the OperationOutcome', async () => {
      const before = await readUntil([topics.refused], (all) => all.length >= 2);
      await send(topics.in, [
        { key: 'a', value: '<broken>' },
        { key: 'b', value: '' },
        { key: 'c', value: document('x').padEnd(1_000_001) },
        { key: 'd', value: one(4), headers: { 'cairn-sender': '../etc' } },
        { key: 'e', value: one(5) },
      ]);
      const read = await readUntil([topics.out, topics.refused], (all) => all.length >= before.length + 4 + 4);
      const refused = ofTopic(read, topics.refused).slice(before.length);
      expect(refused.map(({ key, headers }) => [key, outcomeOf({ headers } as Read).issue[0]!.code])).to.deep.equal([
        ['a', 'not-supported'],
        ['b', 'required'],
        ['c', 'too-long'],
        ['d', 'value'],
      ]);
      expect(refused[0]!.value.toString('utf8')).to.equal('<broken>');
      expect(refused[2]!.value).to.have.length(1_000_001);
      expect(refused[3]!.headers).to.include({ 'cairn-sender': '../etc' });
    });
  });
});
