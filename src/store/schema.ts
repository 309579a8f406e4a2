import type { Sqlite } from './sqlite.js';

/** The store was written by a newer Cairn, or by something else. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/**
 * The schema, one step a version; a step that has been released never changes. Times are milliseconds since 1970, ids are
 * text, bytes are blobs. `document.seq` is the order of receipt.
 */
const migrations: readonly string[] = [
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
];

/** Brings the schema up to date. @throws StoreError where it is newer than this program */
export function migrate(database: Sqlite): void {
  database.exec('create table if not exists migration(version integer primary key, at integer not null)');
  const row = database.first('select coalesce(max(version), 0) as version from migration');
  const version = Number(row?.version ?? 0);
  if (version > migrations.length) {
    throw new StoreError(
      `the store has schema ${version}, this Cairn knows ${migrations.length}: it was written by a newer version; run that one`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.exec('begin immediate');
    try {
      database.exec(sql);
      database.run('insert into migration values (?, ?)', [index + 1, Date.now()]);
      database.exec('commit');
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}
