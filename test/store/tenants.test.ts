/** Tenants: what is another's is as if it were not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import pg from 'pg';
import ts from 'typescript';
import { ofAll, ofTenants } from '../../src/store/operations/index.js';
import type { Store } from '../../src/store/store.js';
import { describeEngines, isOfPostgres } from './engines.js';
import { document, opened, result, type Opened } from './opened.js';

const operations = new URL('../../src/store/operations/', import.meta.url);

/** Where the service looks after all tenants; whatever is done for one of them there goes by `database.of`. */
const ACROSS = new Set([
  'audit-chain.ts',
  'audit-sinks.ts',
  'check.ts',
  'claim-deliveries.ts',
  'claims.ts',
  'numbers.ts',
  'other-tenants.ts',
  'receivers.ts',
  'retention.ts',
  'seal-all.ts',
  'tenants.ts',
]);

describe('the statements of the store', () => {
  it('name the tenant, except those that maintain the whole store', () => {
    const odd: string[] = [];
    let count = 0;
    for (const name of readdirSync(operations)) {
      for (const sql of statementsIn(name)) {
        count++;
        if (ACROSS.has(name) && !sql.includes(':tenant')) continue;
        if (!/tenant = :tenant|values \(:tenant/.test(sql)) odd.push(`${name}: ${sql}`);
      }
    }
    expect(count).to.be.above(80);
    expect(odd).to.deep.equal([]);
  });

  it('are refused if one names no tenant, or a wrong one', async () => {
    const { databaseOf } = await import('../../src/store/database.js');
    const { openSqlite } = await import('../../src/store/sqlite.js');
    const connection = openSqlite(':memory:');
    connection.exec('create table document(id text, tenant text)');
    const own = databaseOf(connection, 'a');
    expect(() => own.all('select * from document')).to.throw('a statement does not name the tenant');
    expect(() => databaseOf(connection, undefined).all('select 1 where :tenant = 1')).to.throw('names one');
    expect(await own.all("select ? as text, 'a?:tenant' as quoted, :tenant as whose", ['x'])).to.deep.equal([
      { text: 'x', quoted: 'a?:tenant', whose: 'a' },
    ]);
    connection.close();
  });

  it('are called either for a tenant or for all tenants, each as it is declared', () => {
    expect(Object.keys(ofTenants).filter((name) => Object.hasOwn(ofAll, name))).to.deep.equal([]);
  });
});

/** The first argument of each `run`, `all`, `first` of a database: text, also where parts of it are put in. */
function statementsIn(name: string): string[] {
  const file = ts.createSourceFile(name, readFileSync(new URL(name, operations), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const called = node.expression.name.text;
      const argument = node.arguments[0];
      if (
        argument !== undefined &&
        ['run', 'all', 'first'].includes(called) &&
        /^(database|own)\b/.test(node.expression.expression.getText())
      )
        found.push(argument.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const facts = { patient: 'p', documentId: 'oid|d', setId: 'oid|s', version: 1, custodian: 'c', kind: 'k' };

describeEngines('two tenants', (engine) => {
  let open: Opened;
  let store: Store;

  beforeEach(async () => {
    open = await opened(engine);
    ({ store } = open);
  });
  afterEach(() => open.close());

  async function convert(): Promise<string> {
    const [task] = await store.ask('claim', ['convert'], 1, Date.now() + 1000);
    const { tenant, document: id } = task!;
    await store.of(tenant).ask('finishConversion', task!, result(facts, { receivers: ['r'] }), Date.now());
    return id;
  }

  async function accept(tenant: string, text: string, more = {}): Promise<string> {
    const accepted = await store.of(tenant).ask('accept', document(text, more), Date.now());
    if (accepted.outcome === 'conflict') throw new Error('conflict');
    return accepted.id;
  }

  it('have a document each if they send the same bytes', async () => {
    const one = await store.of('a').ask('accept', document('<a/>', { repeatKey: 'k' }), 1);
    const other = await store.of('b').ask('accept', document('<a/>', { repeatKey: 'k' }), 2);
    expect([one.outcome, other.outcome]).to.deep.equal(['accepted', 'accepted']);
    expect((one as { id: string }).id).not.to.equal((other as { id: string }).id);
    // The same key with other bytes is each one's own affair, too.
    expect((await store.of('b').ask('accept', document('<b/>', { repeatKey: 'k' }), 3)).outcome).to.equal('conflict');
    expect((await store.of('c').ask('accept', document('<b/>', { repeatKey: 'k' }), 3)).outcome).to.equal('accepted');
  });

  it('see nothing of each other, whatever they request with ids of the other', async () => {
    const id = await accept('a', '<a/>');
    await convert();
    await store.of('a').ask('beginJob', { id: 'j', client: 'c', kind: 'export', asked: {} }, 1);
    await store.of('a').ask('noteJobProblem', 'j', 0, 'name', '{}');
    const [task] = await store.ask('claimDeliveries', 'r', 1, Date.now() + 1000);
    expect(task).to.deep.include({ tenant: 'a', document: id });
    const put = [{ type: 'Patient', id: 'p', hash: new Uint8Array(16), orderKey: 'o' }];
    await store.of('a').ask('noteDelivered', task!, { put, gone: [] }, 1);
    const b = store.of('b');
    expect(await b.ask('documentOf', id)).to.equal(undefined);
    expect(await b.ask('bodyOf', id, 'source')).to.equal(undefined);
    expect(await b.ask('bodyOf', id, 'bundle')).to.equal(undefined);
    expect(await b.ask('bundleOf', id, 'm1')).to.equal(undefined);
    expect(await b.ask('filesOf', id)).to.deep.equal([]);
    expect(await b.ask('eventsOf', id)).to.deep.equal([]);
    expect(await b.ask('partsOf', id)).to.deep.equal([]);
    expect(await b.ask('deliveriesOf', id)).to.deep.equal([]);
    expect(await b.ask('deadLetters', 'r', 10, Number.MAX_SAFE_INTEGER)).to.deep.equal([]);
    expect(await b.ask('auditsOf', { document: id, count: 10 })).to.deep.equal([]);
    expect(await b.ask('documentsOfPatient', 'p')).to.deep.equal([]);
    expect((await b.ask('list', { count: 10 })).documents).to.deep.equal([]);
    expect((await b.ask('list', { identifier: 'oid|d', count: 10 })).documents).to.deep.equal([]);
    expect(await b.ask('exportPage', {}, undefined, 10)).to.deep.equal([]);
    expect(await b.ask('jobOf', 'j')).to.equal(undefined);
    expect(await b.ask('jobProblems', 'j')).to.deep.equal([]);
    expect(await b.ask('jobProgress', 'j')).to.deep.equal({ states: {}, open: 0, problems: 0 });
    expect(await b.ask('deliveryLedgerOf', 'r', { Patient: ['p'] })).to.deep.equal([]);
    expect((await b.ask('numbersOf')).states).to.deep.equal({});
    expect((await b.ask('backlogOf', 'r')).waiting).to.equal(0);
    expect(await b.ask('storedBytes')).to.equal(0);
    // And it changes nothing.
    expect(await b.ask('purge', [id], 'x', 'y', 1)).to.equal(0);
    expect(await b.ask('cancelJob', 'j', 1)).to.equal(false);
    expect(await b.ask('releaseHeld', id, 'x', 1)).to.equal(false);
    expect(await b.ask('cancel', id, 'x', 1)).to.equal(false);
    expect(await b.ask('convertAgain', [id], 'j', 1)).to.equal(0);
    expect(await b.ask('deliverAgain', [id], ['r'], 'j', 1)).to.equal(0);
    expect(await b.ask('redeliver', 'r', undefined, 1)).to.equal(0);
    expect(
      await b.ask('finishDelivery', task!, { put: [], gone: [] }, { sent: 0, same: 0, older: 0, removed: 0 }, 1),
    ).to.equal(false);
    expect(await b.ask('dropExports', 1)).to.deep.equal([]);
    const a = store.of('a');
    expect(await a.ask('storedBytes')).to.equal(4);
    expect((await a.ask('backlogOf', 'r')).waiting).to.equal(1);
    expect((await a.ask('deliveryLedgerOf', 'r', { Patient: ['p'] })).length).to.equal(1);
    expect((await a.ask('documentOf', id))?.state).to.equal('converted');
    expect((await store.ask('numbers')).states).to.deep.equal({ converted: 1 });
  });

  it('neither hold nor replace each other’s documents, whatever ids these have', async () => {
    const one = await accept('a', '<a/>');
    await convert();
    const other = await accept('b', '<b/>');
    await convert();
    expect((await store.of('a').ask('documentOf', one))?.state).to.equal('converted');
    expect((await store.of('b').ask('documentOf', other))?.state).to.equal('converted');
    const found = await store.of('b').ask('list', { identifier: 'oid|d', count: 5 });
    expect(found.documents.map(({ id }) => id)).to.deep.equal([other]);
    // Each has what it has sent at the receiver; the other's purge leaves it there.
    await store.of('a').ask('purge', [one], 'ops', 'asked for', Date.now());
    expect((await store.of('b').ask('documentOf', other))?.state).to.equal('converted');
    expect((await store.ask('check', '', 10)).faults).to.deep.equal([]);
  });

  it('are in one chain of audit, and each sees its own', async () => {
    await accept('a', '<a/>');
    await accept('b', '<b/>');
    await accept('', '<c/>');
    while ((await store.ask('chainAudit')) > 0);
    expect(await store.ask('verifyAudit', undefined, 10)).to.deep.include({ checked: 3, faults: [] });
    for (const tenant of ['a', 'b', ''])
      expect(await store.of(tenant).ask('auditsOf', { count: 10 })).to.have.lengthOf(1);
  });

  it('lose old documents by the same rules', async () => {
    const ids = [await accept('a', '<a/>'), await accept('b', '<b/>')];
    await convert();
    await convert();
    for (let count = 0; count < 2; count++)
      for (const task of await store.ask('claimDeliveries', 'r', 1, Date.now() + 1000))
        await store
          .of(task.tenant)
          .ask('finishDelivery', task, { put: [], gone: [] }, { sent: 0, same: 0, older: 0, removed: 0 }, Date.now());
    expect(await store.ask('letGo', { sourceDays: 1 }, 10, Date.now() + 3 * 86_400_000)).to.equal(2);
    expect(await store.of('a').ask('bodyOf', ids[0]!, 'source')).to.equal(undefined);
    expect(await store.of('b').ask('storedBytes')).to.equal(0);
  });

  it('are kept apart by the server itself in PostgreSQL', async function () {
    if (!isOfPostgres(engine)) return;
    const [one, other] = [await accept('a', '<a/>'), await accept('', '<b/>')];
    const client = new pg.Client({ connectionString: open.place });
    await client.connect();
    const seen = async (table: string): Promise<number> =>
      (await client.query<{ one: number }>(`select 1 as one from ${table}`)).rows.length;
    try {
      for (const table of ['document', 'body', 'task', 'event', 'audit']) expect(await seen(table), table).to.equal(0);
      expect((await client.query('delete from document')).rowCount).to.equal(0);
      await client.query("set cairn.tenant = '=a'");
      expect((await client.query('select id from document')).rows).to.deep.equal([{ id: one }]);
      expect((await client.query("update document set state = 'purged'")).rowCount).to.equal(1);
      const refused = await client.query('update document set tenant = $1', ['b']).then(
        () => '',
        (error: unknown) => (error as { code: string }).code,
      );
      expect(refused).to.equal('42501');
      await client.query("set cairn.tenant = '='");
      expect((await client.query('select id from document')).rows).to.deep.equal([{ id: other }]);
      await client.query('reset cairn.tenant');
      expect(await seen('document')).to.equal(0);
      // Every table that has a tenant has the fence.
      const { rows } = await client.query(
        `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
         where c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
      );
      expect(rows).to.deep.equal([]);
    } finally {
      await client.end();
    }
  });

  it('have different HMACs of the same id in an encrypted store', async function () {
    if (engine !== 'PostgreSQL, encrypted') return;
    await accept('a', '<a/>');
    await accept('b', '<a/>');
    await accept('', '<a/>');
    for (let index = 0; index < 3; index++) await convert();
    const client = new pg.Client({ connectionString: open.place });
    await client.connect();
    await client.query("set cairn.tenant = '*'");
    const { rows } = await client.query<{ document_id: string }>('select distinct document_id from document');
    await client.end();
    expect(rows).to.have.lengthOf(3);
    expect(rows.map(({ document_id: id }) => id)).not.to.include('oid|d');
  });
});
