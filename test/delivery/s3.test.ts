import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { expect } from 'chai';
import { createHttpClient } from '../../src/delivery/http.js';
import { createS3Receiver } from '../../src/delivery/s3.js';
import type { Parcel } from '../../src/delivery/receiver.js';
import type { StoredDocument } from '../../src/store/records.js';
import { freePort } from '../../scripts/free-port.js';

/** A bucket of moto (`pip install 'moto[server,s3]'`): it judges signatures and checksums as S3 does. */
describe('delivery to a bucket', function () {
  this.timeout(60_000);
  let moto: ChildProcess | undefined;
  let address = '';
  const client = new AwsClient({
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    region: 'us-east-1',
    service: 's3',
    retries: 0,
  });

  before(async function () {
    if (spawnSync('moto_server', ['--help']).status !== 0) {
      console.warn("    skipped: moto is not installed (pip install 'moto[server,s3]')");
      this.skip();
    }
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    for (;;) {
      const made = await client.fetch(`${address}/bucket`, { method: 'PUT' }).catch(() => undefined);
      if (made?.ok === true) return;
      await delay(200);
    }
  });
  after(() => {
    moto?.kill();
  });

  const receiverAt = (url: string) =>
    createS3Receiver(
      {
        name: 's3',
        url,
        region: 'us-east-1',
        accessKeyId: 'id',
        secretAccessKey: 'secret',
        prefix: 'cairn/',
        encryption: 'AES256',
        lanes: 1,
        deliverWithinHours: 1,
      },
      createHttpClient({ timeoutSeconds: 10 }),
    );
  const noneTold = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set<string>());
  const parcel: Parcel = {
    document: { id: 'd1', orderKey: '1' } as StoredDocument,
    bundle: Buffer.from('{"resourceType":"Bundle"}'),
    attempt: 0,
    failures: 0,
    deliveryLedgerOf: () => Promise.resolve([]),
    note: () => Promise.resolve(),
    leftOver: () => Promise.resolve([]),
    tell: () => Promise.resolve(),
  };

  it('writes an object under the id of the document, and does not write it again', async () => {
    const receiver = receiverAt(`${address}/bucket`);
    expect(await receiver.check()).to.equal(undefined);
    const { verdict, change, counts } = await receiver.deliver(parcel);
    expect(verdict).to.include({ kind: 'done', status: 200 });
    expect(counts).to.include({ sent: 1 });
    const stored = await client.fetch(`${address}/bucket/cairn/d1.json`);
    expect([await stored.text(), stored.headers.get('x-amz-server-side-encryption')]).to.deep.equal([
      '{"resourceType":"Bundle"}',
      'AES256',
    ]);
    const again = await receiver.deliver({ ...parcel, deliveryLedgerOf: () => Promise.resolve(change.put) });
    expect(again.counts).to.include({ sent: 0, same: 1 });
    receiver.close();
  });

  it('deletes the objects of purged documents, also if they are already gone', async () => {
    const receiver = receiverAt(`${address}/bucket`);
    const statusOf = async (id: string): Promise<number> =>
      (await client.fetch(`${address}/bucket/cairn/${id}.json`)).status;
    for (const id of ['d2', 'd3']) await receiver.deliver({ ...parcel, document: { ...parcel.document, id } });
    expect([await statusOf('d2'), await statusOf('d3')]).to.deep.equal([200, 200]);
    const purged = { documents: ['d2'], resources: [], patient: 'p', attempt: 0, failures: 0, told: noneTold };
    for (const attempt of [1, 2]) {
      const gone = await receiver.remove({ ...purged, attempt });
      expect(gone.verdict.kind).to.equal('done');
      expect(gone).to.deep.include({ removed: 1, remains: [], gone: [{ type: 'Bundle', id: 'd2' }] });
      expect([await statusOf('d2'), await statusOf('d3')]).to.deep.equal([404, 200]);
    }
    receiver.close();
    // Where the bucket is away it is asked again, and nothing is said to be gone.
    const away = receiverAt('http://127.0.0.1:1/bucket');
    const later = await away.remove(purged);
    expect(later.verdict.kind).to.equal('again');
    expect(later).to.deep.include({ removed: 0, remains: ['d2'], gone: [] });
    away.close();
  });

  it('reports a missing bucket', async () => {
    const receiver = receiverAt(`${address}/none`);
    expect(await receiver.check()).to.match(/^there is no bucket/);
    expect((await receiver.deliver(parcel)).verdict).to.include({ kind: 'paused', status: 404 });
    receiver.close();
  });
});
