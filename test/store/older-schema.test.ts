/** A store that was written before tenants were told apart (store-of-schema-5.json, made by that version) goes on as it is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { numbered, postgres as dialect } from '../../src/store/dialect.js';
import { openSqlite } from '../../src/store/sqlite.js';
import { openStore } from '../../src/store/store.js';
import { describeEngines, isOfPostgres, newPlace, type Place } from './engines.js';
import { document, thread } from './opened.js';

type Value = string | number | null | { readonly base64: string };

const older = JSON.parse(readFileSync(new URL('store-of-schema-5.json', import.meta.url), 'utf8')) as {
  readonly schema: readonly string[];
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>;
  readonly head: string;
};

const MIGRATION = 'create table migration(version integer primary key, at integer not null)';

function valueOf(value: Value): string | number | null | Buffer {
  return typeof value === 'object' && value !== null ? Buffer.from(value.base64, 'base64') : value;
}

function* inserts(): Generator<[string, (string | number | null | Buffer)[]]> {
  for (const [table, rows] of Object.entries(older.rows)) {
    for (const row of rows) {
      const columns = Object.keys(row);
      yield [
        `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
        Object.values(row).map(valueOf),
      ];
    }
  }
}

async function write({ place }: Place, isPostgres: boolean): Promise<void> {
  if (!isPostgres) {
    const database = openSqlite(join(place, 'cairn.sqlite'));
    for (const sql of [MIGRATION, ...older.schema]) database.exec(sql);
    for (const [sql, values] of inserts()) database.run(sql, values);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  await client.query(`create sequence document_order start 100`);
  for (const sql of [MIGRATION, ...older.schema]) await client.query(dialect.schema(sql));
  for (const [sql, values] of inserts()) await client.query(numbered(sql, '$'), values);
  for (const [table, column] of [
    ['task', 'id'],
    ['event', 'seq'],
    ['audit', 'seq'],
  ])
    await client.query(`select setval(pg_get_serial_sequence('${table}', '${column}'), 1000)`);
  await client.end();
}

describeEngines(
  'a store of an older schema',
  (engine) => {
    it('opens with all its content, under the tenant without a name, and goes on', async () => {
      const place = await newPlace(engine);
      await write(place, isOfPostgres(engine));
      const store = await openStore(place.place, thread);
      try {
        const own = store.of('');
        const { documents } = await own.ask('list', { count: 10 });
        expect(documents.map(({ state }) => state).sort()).to.deep.equal([
          'delivered',
          'opened',
          'received',
          'received',
        ]);
        const first = documents.find(({ state }) => state === 'delivered')!;
        expect(Buffer.from((await own.ask('bodyOf', first.id, 'source'))!).toString()).to.equal('<a/>');
        expect(Buffer.from((await own.ask('bodyOf', first.id, 'bundle'))!).toString()).to.match(/Bundle/);
        expect(await own.ask('deliveryLedgerOf', 'r', { Patient: ['p1'] })).to.have.lengthOf(1);
        expect((await own.ask('deliveriesOf', first.id))[0]).to.include({ receiver: 'r', state: 'delivered' });
        expect((await own.ask('eventsOf', first.id)).map(({ what }) => what)).to.deep.equal([
          'received',
          'replaces-unknown',
          'converted',
          'delivered',
        ]);
        const envelope = documents.find(({ state }) => state === 'opened')!;
        const [part] = await own.ask('partsOf', envelope.id);
        expect(await own.ask('filesOf', part!.document!)).to.have.lengthOf(1);
        expect((await own.ask('jobOf', '11111111-1111-4111-8111-111111111111'))?.kind).to.equal('export');
        expect((await store.ask('receiverOf', 'r')).state).to.equal('paused');
        expect((await store.ask('check', '', 10)).faults).to.deep.equal([]);
        expect((await store.of('a').ask('list', { count: 10 })).documents).to.deep.equal([]);
        // The chain of its audit holds, and goes on.
        await store.of('a').ask('audit', { action: 'read', agent: 'b' }, Date.now());
        while ((await store.ask('chainAudit')) > 0);
        const { checked, faults } = await store.ask('verifyAudit', undefined, 100);
        expect({ checked, faults }).to.deep.equal({ checked: older.rows.audit!.length + 1, faults: [] });
        // What is sent again is known again; a key, too.
        expect(
          await own.ask('accept', document('<a/>', { repeatKey: 'k' }), Date.parse('2026-01-03T00:00:00Z')),
        ).to.deep.include({ outcome: 'repeat', by: 'key' });
        expect((await own.ask('accept', document('<new/>'), Date.now())).outcome).to.equal('accepted');
        const task = (await store.ask('claim', ['convert'], 9, Date.now() + 1000)).map(({ tenant }) => tenant);
        expect(task).to.deep.equal(['', '', '']);
      } finally {
        await store.close();
        place.remove();
      }
    });
  },
  ['SQLite', 'PostgreSQL'],
);
