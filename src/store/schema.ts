import type { Connection } from './database.js';

/** The store was written by a newer Cairn, or by another program. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The tables of what belongs to a document or a job. */
const ofDocuments = [
  'body',
  'task',
  'result',
  'event',
  'part',
  'relation',
  'job_document',
  'job_problem',
  'delivery',
  'data_key',
  'audit',
] as const;

/**
 * The schema, one step for each version. A step that was released never changes. Times are milliseconds since 1970, ids
 * are text, bytes are blobs. `document.seq` is the order of receipt.
 */
const migrations: readonly (string | { readonly all: string; readonly postgres: string })[] = [
  `
  create table document(
    id text primary key, seq integer not null, tenant text not null, client text not null, sender text,
    hash blob not null, size integer not null, media_type text, source text not null, options text not null,
    state text not null, reason text, received integer not null, settled integer,
    patient text, document_id text, set_id text, version integer, effective text, kind text, replaced_by text);
  create unique index document_seq on document(seq);
  create unique index document_hash on document(tenant, hash);
  create index document_state on document(tenant, state, seq);
  create index document_patient on document(tenant, patient);
  create index document_document_id on document(tenant, document_id);
  create index document_set_id on document(tenant, set_id);
  create table body(
    document text not null, what text not null, mapping text not null, data blob not null,
    primary key(document, what, mapping)) without rowid;
  create table repeat_key(
    tenant text not null, client text not null, key text not null, document text not null, hash blob not null,
    until integer not null, primary key(tenant, client, key)) without rowid;
  create table task(
    id integer primary key, document text not null, kind text not null, receiver text not null, lane text not null,
    state text not null, attempt integer not null, due integer not null, lease integer, worker text,
    priority integer not null, part integer not null, unique(document, kind, receiver));
  create index task_ready on task(kind, priority, due) where state = 'ready';
  create index task_running on task(lease) where state = 'running';
  create table result(
    document text not null, mapping text not null, at integer not null, bundle_hash blob not null, entries integer not null,
    facts text not null, issues text not null, current integer not null, primary key(document, mapping)) without rowid;
  create table event(seq integer primary key, document text not null, at integer not null, what text not null, detail text);
  create index event_document on event(document, seq);
  `,
  // Envelopes and their parts, versions, imports and exports, receivers and what each of them has.
  `
  alter table document add column is_envelope integer not null default 0;
  alter table document add column way text;
  alter table document add column envelope_facts text;
  alter table document add column custodian text;
  alter table document add column confidentiality text;
  alter table document add column appends text;
  alter table document add column order_key text;
  alter table document add column released integer not null default 0;
  create index document_replaced_by on document(replaced_by) where replaced_by is not null;
  alter table result add column resources blob;
  create table part(
    envelope text not null, number integer not null, document text, name text not null, way text not null, problem text,
    primary key(envelope, number)) without rowid;
  create index part_document on part(document);
  create table relation(
    document text not null, kind text not null, target text not null, primary key(document, kind, target)) without rowid;
  create index relation_target on relation(target, kind);
  create table job(
    id text primary key, tenant text not null, client text not null, kind text not null, asked text not null,
    state text not null, at integer not null, settled integer, outcome text);
  create table job_document(job text not null, document text not null, name text not null, primary key(job, document)) without rowid;
  create index job_document_document on job_document(document);
  create table job_problem(job text not null, number integer not null, name text not null, problem text not null,
    primary key(job, number)) without rowid;
  create index task_document on task(document);
  create index task_delivery on task(receiver, state, lane) where kind = 'deliver';
  create table delivered(
    receiver text not null, type text not null, id text not null, hash blob not null, order_key text not null,
    document text not null, at integer not null, primary key(receiver, type, id)) without rowid;
  create table delivery(
    document text not null, receiver text not null, state text not null, attempts integer not null, sent integer not null,
    same integer not null, older integer not null, removed integer not null, status integer, outcome text,
    first_at integer not null, last_at integer not null, primary key(document, receiver)) without rowid;
  create table receiver(
    name text primary key, state text not null, since integer not null, reason text);
  `,
  // What two deliveries of different patients would both send: who sends it now.
  `
  create table sending(
    receiver text not null, address text not null, task integer not null, attempt integer not null,
    primary key(receiver, address)) without rowid;
  create index sending_task on sending(task);
  `,
  // Encryption: the key of each document, wrapped by the master key.
  `
  create table setting(name text primary key, value blob not null) without rowid;
  create table data_key(document text primary key, wrapped blob not null) without rowid;
  `,
  // Who did what, in a chain of hashes; what was let go by its age.
  `
  create table audit(
    seq integer primary key, at integer not null, action text not null, agent text not null, document text, detail text,
    refused integer not null, link integer, hash blob);
  create unique index audit_link on audit(link) where link is not null;
  create index audit_loose on audit(seq) where link is null;
  create index audit_document on audit(document, seq);
  alter table document add column source_gone integer not null default 0;
  alter table document add column result_gone integer not null default 0;
  create index document_settled on document(settled);
  `,
  // Tenants: until now all that is here was of the one that has no name. What a receiver has is told tenant by tenant.
  {
    all: `
  ${ofDocuments.map((table) => `alter table ${table} add column tenant text not null default '';`).join('\n  ')}
  alter table delivered rename to delivered_before;
  create table delivered(
    tenant text not null, receiver text not null, type text not null, id text not null, hash blob not null, order_key text not null,
    document text not null, at integer not null, primary key(tenant, receiver, type, id)) without rowid;
  insert into delivered select '', receiver, type, id, hash, order_key, document, at from delivered_before;
  drop table delivered_before;
  create index delivered_address on delivered(receiver, type, id);
  drop table sending;
  create table sending(
    tenant text not null, receiver text not null, address text not null, task integer not null, attempt integer not null,
    primary key(tenant, receiver, address)) without rowid;
  create index sending_task on sending(task);
  create index document_size on document(tenant, source_gone, size);
  create index job_tenant on job(tenant, kind);
  create index audit_tenant on audit(tenant, seq);
  `,
    // A second fence, for a statement that has the tenant wrong: who has not said whose rows it wants sees none (postgres.ts).
    postgres: [...ofDocuments, 'document', 'repeat_key', 'job', 'delivered', 'sending'].map(fence).join('\n'),
  },
  // What receivers are to let go of, because it was purged here.
  {
    all: `
  create table removal(
    id text primary key, tenant text not null, purge text not null, receiver text not null, patient text, state text not null,
    content blob, removed integer not null, why text, status integer, at integer not null, settled integer);
  create index removal_purge on removal(purge);
  drop index delivered_address;
  create index delivered_address on delivered(type, id);
  `,
    postgres: fence('removal'),
  },
  // What stays, whatever its age.
  {
    all: `
  create table legal_hold(
    tenant text not null, about text not null, subject text not null, until integer not null, since integer not null,
    by_whom text not null, primary key(tenant, about, subject)) without rowid;
  `,
    postgres: fence('legal_hold'),
  },
];

/** The setting of the session is `=` and the tenant, so that the one without a name is not the same as none; or `*`. */
function fence(table: string): string {
  const said = "(select current_setting('cairn.tenant', true))";
  return `alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant on ${table} using (${said} = '*' or ('=' || tenant) = ${said});`;
}

/** The first step has tables alone; SQLite numbers documents without this. */
const ofPostgres = 'create sequence if not exists document_order';

/** Brings the schema up to date, in a transaction that nobody else comes into. @throws StoreError where it is newer than this program */
export async function migrate(database: Connection & { exec(sql: string): void | Promise<void> }): Promise<void> {
  const { dialect } = database;
  await database.lock('schema');
  await database.exec(
    dialect.schema('create table if not exists migration(version integer primary key, at integer not null)'),
  );
  const row = await database.first('select coalesce(max(version), 0) as version from migration');
  const version = Number(row?.version ?? 0);
  if (version > migrations.length) {
    throw new StoreError(
      `the store has schema ${version}, this Cairn knows ${migrations.length}: it was written by a newer version; run that one`,
    );
  }
  if (dialect.name === 'postgres') await database.exec(ofPostgres);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    await database.exec(dialect.schema(typeof step === 'string' ? step : step.all));
    if (typeof step === 'object' && dialect.name === 'postgres') await database.exec(step.postgres);
    await database.run('insert into migration values (?, ?)', [index + 1, Date.now()]);
  }
}
