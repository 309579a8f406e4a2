import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import { newPlace } from '../../store/engines.js';
import { zipOf } from '../../unwrap/make.js';
import { startHarness, type Harness } from '../harness.js';
import { describeKafka, kafka, lagOf, newTopics, readUntil, send, type Topics } from './topics.js';

const converter = new URL('../../drill/converter.ts', import.meta.url).href;

const one = (number: number, patient = 'p1'): string => `<ClinicalDocument patient="${patient}" number="${number}"/>`;

describeKafka('a store that topics are read into, and that delivers to a topic', () => {
  let harness: Harness;
  let topics: Topics;
  let remove: () => void;
  let environment: Record<string, string>;
  before(async () => {
    const place = await newPlace('SQLite, encrypted');
    ({ remove } = place);
    topics = await newTopics(1);
    const { address } = await kafka();
    environment = {
      CAIRN_STORE: place.place,
      CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
      CAIRN_KAFKA_BROKERS: address,
      CAIRN_KAFKA_TOPICS: topics.in,
      CAIRN_KAFKA_GROUP: 'store',
      CAIRN_KAFKA_SENDER: 'lab',
      CAIRN_RECEIVERS: JSON.stringify([{ kind: 'kafka', name: 'bundles', brokers: [address], topic: topics.out }]),
    };
    harness = await startHarness(environment, converter);
  });
  after(async () => {
    await harness.stop();
    remove();
  });

  const list = async (query: string): Promise<Bundle> =>
    (await (await harness.call(`/documents?${query}`)).json()) as Bundle;

  it('accepts each message as if it had been posted, and delivers the Bundles under the key of the patient', async () => {
    await send(topics.in, [
      { key: 'a', value: one(1) },
      { key: 'a', value: one(2) },
      { key: 'b', value: one(3, 'p2') },
    ]);
    const read = await readUntil([topics.out], (all) => all.length >= 3);
    const keys = read.map(({ key }) => key);
    expect(new Set(keys).size).to.equal(2);
    for (const { key, value, headers } of read) {
      expect(String(value)).to.contain(`{"resourceType":"Patient","id":"${key}"`);
      const bundle = await harness.call(`/documents/${headers.document}/$bundle`);
      expect(await bundle.text()).to.equal(String(value));
      expect(headers.mapping).to.equal('drill');
    }
    // In the order of the patient's documents.
    const [first, second] = read.filter(({ key }) => key === keys[0]);
    expect(first!.headers.order! < second!.headers.order!).to.equal(true);
    expect((await list('sender=lab')).total ?? (await list('sender=lab')).entry!.length).to.equal(3);
  });

  it('recognizes repeated messages by their bytes', async () => {
    await send(topics.in, [
      { key: 'a', value: one(1) },
      { key: 'a', value: one(4) },
    ]);
    await readUntil([topics.out], (all) => all.length >= 4);
    const metrics = await (await harness.call('/metrics')).text();
    expect(metrics).to.contain('cairn_intake_documents_total{outcome="repeat",source="kafka"} 1');
  });

  it('writes to the topic for refused messages what the store refuses later, and parts of an envelope that cannot be opened', async () => {
    const zip = zipOf([
      { name: 'a.xml', data: Buffer.from(one(5)) },
      { name: 'b.zip', data: Buffer.from('PK\u0003\u0004 cut off') },
      { name: 'c.xml', data: Buffer.from('<ClinicalDocument title="none"/>') },
    ]);
    await send(topics.in, [
      { key: 'a', value: '<ClinicalDocument/>', headers: { 'Cairn-Time-Zone': 'America/New_York' } },
      { key: 'a', value: '' },
      { key: 'a', value: zip },
    ]);
    const read = await readUntil([topics.refused], (all) => all.length >= 4);
    const told = new Map(
      read.map(({ value, headers }) => [String(value).slice(0, 20), { ...headers, length: value.length }] as const),
    );
    expect(told.get('<ClinicalDocument/>')).to.include({
      'Cairn-Sender': 'lab',
      'Cairn-Time-Zone': 'America/New_York',
      source: `${topics.in}/0/5`,
    });
    expect(told.get('')).to.include({ source: `${topics.in}/0/6` });
    expect(told.get('<ClinicalDocument ti')).to.include({ way: 'zip c.xml', source: `${topics.in}/0/7` });
    const ofEnvelope = read.find(({ value }) => value.equals(zip))!;
    const { issue } = JSON.parse(ofEnvelope.headers.outcome!) as OperationOutcome;
    expect(issue.map(({ details }) => details!.text).join()).to.contain('b.zip');
    const { entry = [] } = await list('state=refused');
    expect(entry).to.have.length(2);
    const events = await harness.call(`/documents/${entry[0]!.resource!.id!}/$events`);
    expect(((await events.json()) as { what: string }[]).map(({ what }) => what)).to.include('refusal-sent');
  });

  it('reads no more than it has memory for, and goes on when there is some', async () => {
    await harness.stop();
    const full = await startHarness({ ...environment, CAIRN_INTAKE_MIN_FREE_MEGABYTES: '99999999' }, converter);
    try {
      await send(topics.in, [{ key: 'a', value: one(6) }]);
      for (const until = Date.now() + 10_000; !hasTrouble(full);) {
        expect(Date.now()).to.be.lessThan(until);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(await lagOf('store', topics.in)).to.be.greaterThan(0);
    } finally {
      await full.stop();
    }
    harness = await startHarness(environment, converter);
    const before = (await readUntil([topics.out], (all) => all.length >= 6)).length;
    expect(before).to.equal(6);
    for (let tries = 0; (await lagOf('store', topics.in)) > 0 && tries < 50; tries++);
    expect(await lagOf('store', topics.in)).to.equal(0);
  });

  it('sends a purge to the topic under the same key, since sent messages cannot be taken back', async () => {
    const before = await readUntil([topics.out], (all) => all.length >= 6);
    const { key, headers } = before[0]!;
    const answer = await harness.call('/$purge', {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [
          { name: 'id', valueString: headers.document },
          { name: 'reason', valueString: 'asked for' },
        ],
      }),
    });
    expect(answer.status).to.equal(200);
    const read = await readUntil([topics.out], (all) => all.length > before.length);
    const told = read.filter((one) => one.headers.event === 'document.purged');
    expect(told).to.have.length(1);
    expect(told[0]!.key).to.equal(key);
    expect(JSON.parse(String(told[0]!.value))).to.deep.equal({
      type: 'document.purged',
      data: { document: headers.document },
    });
    const place = answer.headers.get('content-location')!;
    for (let tries = 0; tries < 100; tries++) {
      const status = await harness.call(place);
      const { receivers } = (await status.json()) as { receivers: { receiver: string; state: string }[] };
      if (status.status === 202) continue;
      expect(receivers[0]).to.include({ receiver: 'bundles', state: 'told' });
      return;
    }
    throw new Error('the purge never ended');
  });

  it('records who sent a document, and from where', async () => {
    const audit = (await (await harness.call('/AuditEvent?subtype=accept')).json()) as Bundle;
    const texts = (audit.entry ?? []).map(({ resource }) => JSON.stringify(resource));
    expect(texts.some((text) => text.includes('kafka store') && text.includes(`kafka:${topics.in}/0/`))).to.equal(true);
  });
});

const hasTrouble = ({ logs }: Harness): boolean => logs.some(({ msg }) => msg === 'kafka: tried again');

describeKafka('a cluster with TLS and a login', () => {
  let topics: Topics;
  before(async () => {
    topics = await newTopics(1);
  });

  const start = async (more: Record<string, string>): Promise<Harness> => {
    const { secure } = await kafka();
    return await startHarness(
      {
        CAIRN_ROLES: 'work',
        CAIRN_KAFKA_BROKERS: secure.address,
        CAIRN_KAFKA_TLS_CA_FILE: secure.caFile,
        CAIRN_KAFKA_USER: secure.user,
        CAIRN_KAFKA_TOPICS: topics.in,
        CAIRN_KAFKA_TO: topics.out,
        ...more,
      },
      converter,
    );
  };
  const faultOf = async (more: Record<string, string>): Promise<string> => {
    try {
      await (await start(more)).stop();
      return 'none';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('can be read and written with SCRAM and PLAIN', async () => {
    const { secure } = await kafka();
    for (const [index, login] of ['SCRAM-SHA-512', 'PLAIN'].entries()) {
      const harness = await start({ CAIRN_KAFKA_LOGIN: login, CAIRN_KAFKA_PASSWORD_FILE: secure.passwordFile });
      try {
        await send(topics.in, [{ key: 'a', value: one(index) }]);
        await readUntil([topics.out], (all) => all.length > index);
      } finally {
        await harness.stop();
      }
    }
  });

  it('can be read and written with OAUTHBEARER, with a token file that is read again each time; not with an expired token', async () => {
    const { secure } = await kafka();
    const folder = mkdtempSync(join(tmpdir(), 'cairn-token-'));
    const tokenFile = join(folder, 'token');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const write = (from: number, to: number): void => {
      const claims = { sub: secure.user, iat: now + from, exp: now + to };
      writeFileSync(tokenFile, `${part({ alg: 'none' })}.${part(claims)}.\n`);
    };
    const login = { CAIRN_KAFKA_LOGIN: 'OAUTHBEARER', CAIRN_KAFKA_TOKEN_FILE: tokenFile, CAIRN_KAFKA_USER: '' };
    try {
      write(-3600, -1800);
      expect(await faultOf(login)).to.match(/^kafka: 127\.0\.0\.1:\d+ refuse the login$/);
      write(-10, 3600);
      const harness = await start(login);
      try {
        const before = (await readUntil([topics.out], () => true)).length;
        await send(topics.in, [{ key: 'a', value: one(7) }]);
        await readUntil([topics.out], (all) => all.length > before);
      } finally {
        await harness.stop();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('prevents the start if the login, the certificate, a topic or every broker is wrong', async () => {
    const { secure } = await kafka();
    const login = { CAIRN_KAFKA_LOGIN: 'PLAIN', CAIRN_KAFKA_PASSWORD_FILE: secure.passwordFile };
    const wrong = { ...login, CAIRN_KAFKA_PASSWORD_FILE: secure.caFile };
    expect(readFileSync(secure.passwordFile, 'utf8')).to.equal(secure.password);
    expect(await faultOf(wrong)).to.match(/^kafka: 127\.0\.0\.1:\d+ refuse the login$/);
    expect(await faultOf({ ...login, CAIRN_KAFKA_TOPICS: 'nowhere' })).to.contain('there is no topic nowhere at');
    expect(await faultOf({ ...login, CAIRN_KAFKA_REFUSED: 'nowhere' })).to.contain('there is no topic nowhere at');
    expect(await faultOf({ ...login, CAIRN_KAFKA_BROKERS: '127.0.0.1:1' })).to.contain('no broker of Kafka answers at');
    expect(await faultOf({ ...login, CAIRN_KAFKA_PASSWORD_FILE: '/none' })).to.equal(
      'kafka: /none cannot be read (ENOENT)',
    );
  });
});
