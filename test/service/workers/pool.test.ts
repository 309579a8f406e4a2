import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '../../../src/service/errors/service-error.js';
import type { Job } from '../../../src/service/workers/job.js';
import { createPool, type Pool, type PoolOptions } from '../../../src/service/workers/pool.js';
import { StartError } from '../../../src/service/workers/worker-process.js';

const converter = new URL('../fake-converter.ts', import.meta.url).href;
const job: Job = { kind: 'document', options: { set: 'default' }, format: 'json', include: [] };
const document = (text: string): Buffer => Buffer.from(`<ClinicalDocument>${text}</ClinicalDocument>`);

/** How many worker processes a process has that are not ended (Linux; 2 where there is no /proc to count in). */
function workersOf(parent: number): number {
  let count = 0;
  try {
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      let status = '';
      try {
        status = readFileSync(`/proc/${id}/stat`, 'utf8') + readFileSync(`/proc/${id}/cmdline`, 'utf8');
      } catch {
        // It ended meanwhile.
      }
      const [, state, above] = /\) (\w) (\d+) /.exec(status) ?? [];
      if (Number(above) === parent && state !== 'Z' && status.includes('service/workers/worker')) count++;
    }
    return count;
  } catch {
    return 2;
  }
}

describe('service/workers/pool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-pool-'));
  const pools: Pool[] = [];
  const restarts: string[] = [];

  async function start(options: Partial<PoolOptions> = {}): Promise<Pool> {
    restarts.length = 0;
    const pool = await createPool({
      assignment: { converter, sets: { default: null } },
      workers: { small: 2, large: 0 },
      memoryMegabytes: 64,
      timeLimitSeconds: 1,
      queueLength: 3,
      queueSeconds: 10,
      onRestart: (ending) => restarts.push(ending),
      ...options,
    });
    pools.push(pool);
    return pool;
  }

  function refusal(promise: Promise<unknown>): Promise<ServiceError> {
    return promise.then(
      () => {
        throw new Error('was not refused');
      },
      (error: unknown) => {
        expect(error).to.be.instanceOf(ServiceError);
        return error as ServiceError;
      },
    );
  }

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('converts a document in another process', async () => {
    const pool = await start();
    const { header, body } = await pool.run(job, document('hello'));
    expect(header).to.include({ ok: true, documentType: '34133-9' });
    expect(JSON.parse(String(body))).to.include({ resourceType: 'Bundle' });
    await pool.idle();
    expect(pool.state()).to.include({ alive: 2, busy: 0, waiting: 0 });
  });

  it('ends a conversion over the time limit, while others go on', async () => {
    const pool = await start();
    const hung = refusal(pool.run(job, document('do:hang')));
    for (let i = 0; i < 20; i++) expect((await pool.run(job, document('hello'))).header.ok).to.equal(true);
    expect(await hung).to.include({ status: 504, code: 'timeout' });
    expect(restarts).to.deep.equal(['time']);
  });

  for (const deed of ['heap', 'map']) {
    it(`survives a conversion that runs out of memory by ${deed === 'map' ? 'one large' : 'many small'} allocations`, async () => {
      const pool = await start({ timeLimitSeconds: 30 });
      const greedy = refusal(pool.run(job, document(`do:${deed}`)));
      expect((await pool.run(job, document('hello'))).header.ok).to.equal(true);
      expect(await greedy).to.include({ status: 413, code: 'too-costly' });
      expect((await pool.run(job, document('hello'))).header.ok).to.equal(true);
      expect(restarts).to.deep.equal(['memory']);
    });
  }

  it('replaces a worker that ends by itself', async () => {
    const pool = await start({ workers: { small: 1, large: 0 } });
    expect(await refusal(pool.run(job, document('do:exit')))).to.include({ status: 500 });
    expect((await pool.run(job, document('hello'))).header.ok).to.equal(true);
    expect(restarts).to.deep.equal(['crash']);
  });

  it('refuses a document when the queue is full, and says when to try again', async () => {
    const pool = await start({ timeLimitSeconds: 10 });
    const running = Array.from({ length: 5 }, () => pool.run(job, document('do:sleep=300')));
    expect(() => {
      pool.checkRoom(0);
    }).to.throw(ServiceError, 'waiting');
    const error = await refusal(pool.run(job, document('hello')));
    expect(error).to.include({ status: 503, code: 'transient' });
    expect(error.details.headers?.['Retry-After']).to.match(/^\d+$/);
    await Promise.all(running);
  });

  it('refuses a document that has waited too long', async () => {
    const pool = await start({ workers: { small: 1, large: 0 }, queueSeconds: 0.1 });
    const running = pool.run(job, document('do:sleep=500'));
    expect(await refusal(pool.run(job, document('hello')))).to.include({ status: 503 });
    await running;
  });

  it('drops a waiting document whose client went away', async () => {
    const pool = await start({ workers: { small: 1, large: 0 } });
    const running = pool.run(job, document('do:sleep=300'));
    const gone = new AbortController();
    const waiting = pool
      .run(job, document('hello'), { signal: gone.signal })
      .catch((error: unknown) => (error as Error).message);
    gone.abort();
    expect(await waiting).to.contain('went away');
    expect(pool.state().waiting).to.equal(0);
    await running;
  });

  it('converts large documents in workers of their own, so that small ones do not wait for them', async () => {
    const pool = await start({ timeLimitSeconds: 10, workers: { small: 1, large: 1 } });
    const large = (): Buffer => Buffer.concat([document('do:sleep=700'), Buffer.alloc(5_000_000, ' ')]);
    const finished: string[] = [];
    const run = async (name: string, bytes: Buffer): Promise<void> => {
      await pool.run(job, bytes);
      finished.push(name);
    };
    await Promise.all([run('large', large()), run('large', large()), run('small', document('hello'))]);
    expect(finished).to.deep.equal(['small', 'large', 'large']);
  });

  it('gives a large document to any worker if none is reserved for large documents', async () => {
    const pool = await start();
    expect((await pool.run(job, Buffer.alloc(6_000_000, ' '))).header.ok).to.equal(true);
  });

  it('reports mistakes of the mappings when it starts', async () => {
    writeFileSync(join(folder, 'set.json'), '{ "mistake": 1 }');
    const error = await start({ assignment: { converter, sets: { default: folder } } }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(StartError);
    expect((error as StartError).mistakes).to.have.length(1);
  });

  it('replaces the mappings when the new ones are good, and keeps the old ones when they are bad', async () => {
    const hashOf = async (pool: Pool): Promise<unknown> => (await pool.run(job, document('hello'))).header;
    writeFileSync(join(folder, 'set.json'), 'first');
    const pool = await start({ assignment: { converter, sets: { default: folder } } });
    const running = pool.run(job, document('do:sleep=500'));
    expect(await hashOf(pool)).to.include({ mappingHash: 'first' });
    writeFileSync(join(folder, 'set.json'), 'second');
    await pool.reload();
    expect(await hashOf(pool)).to.include({ mappingHash: 'second' });
    expect((await running).header).to.include({ mappingHash: 'first' });
    writeFileSync(join(folder, 'set.json'), 'mistake');
    expect(await pool.reload().catch((error: unknown) => error)).to.be.instanceOf(StartError);
    expect(await hashOf(pool)).to.include({ mappingHash: 'second' });
    expect(restarts).to.deep.equal([]);
  });

  it('uses one term pack for all workers, and takes a new one on reload', async () => {
    const terms = join(folder, 'all.terms');
    writeFileSync(terms, 'one');
    const pool = await start({ assignment: { converter, sets: { default: null }, presets: { terms } } });
    expect(pool.state().terms).to.deep.equal({ sha256: 'one', sources: [], notices: ['a notice'] });
    writeFileSync(terms, 'another');
    expect(pool.state().terms).to.include({ sha256: 'one' });
    await pool.reload();
    expect(pool.state().terms).to.include({ sha256: 'another' });
  });

  it('reports a missing term pack without blaming a mapping set', async () => {
    const presets = { terms: join(folder, 'none.terms') };
    const error = await start({ assignment: { converter, sets: { default: null }, presets } }).catch((e: unknown) => e);
    expect((error as Error).message).to.match(/^The term pack can't be used: .*none\.terms/);
  });

  it('transports documents of many megabytes unchanged', async () => {
    const pool = await start({ memoryMegabytes: 512, timeLimitSeconds: 20 });
    const { header } = await pool.run(job, Buffer.alloc(50_000_000, 'x'));
    expect(header.ok).to.equal(true);
  });

  it('does several reloads one after the other, and leaves no extra worker', async () => {
    const pool = await start({ timeLimitSeconds: 10 });
    const running = pool.run(job, document('do:sleep=500'));
    await Promise.all(Array.from({ length: 5 }, () => pool.reload()));
    expect((await running).header.ok).to.equal(true);
    expect((await pool.run(job, document('hello'))).header.ok).to.equal(true);
    expect(pool.state().alive).to.equal(2);
    const before = workersOf(process.pid);
    // Those that were retired end when what they do is done.
    for (let i = 0; i < 50 && workersOf(process.pid) > 2; i++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(workersOf(process.pid), `workers, ${before} at first`).to.equal(2);
  });

  it('checks the memory for an answer before it holds the answer', async () => {
    const pool = await start();
    const asked: number[] = [];
    const admit = (length: number): boolean => asked.push(length) > 1;
    const refused = await pool.run(job, document('do:large=200000'), { admit });
    expect(refused.header.ok).to.equal(true);
    expect(refused.body).to.equal(undefined);
    const held = await pool.run(job, document('do:large=200000'), { admit });
    expect(held.body!.length).to.equal(asked[1]).and.to.be.greaterThan(200_000);
    expect((await pool.run(job, document('hello'))).body!.toString()).to.contain('hello');
  });
});
