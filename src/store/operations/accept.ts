import { priorities, type Accepted, type NewDocument, type NewPart } from '../records.js';
import type { Database } from '../database.js';
import { documentIdOf, hashOfDocument } from '../document-id.js';
import { step } from '../steps.js';
import { audit } from './audit.js';
import { tell } from './events.js';
import { hidden, packed } from './sealing.js';

/** How long a repeated Idempotency-Key is known. */
const KEY_DAYS = 7;

const DAY = 86_400_000;

/**
 * Takes in a document or an envelope: its bytes, what is known about it, and the task to go on with it. All of this is
 * written, or nothing.
 */
export async function accept(database: Database, document: NewDocument, now: number): Promise<Accepted> {
  const { client, bytes, repeatKey } = document;
  const hash = hashOfDocument(bytes);
  const known = repeatKey === undefined ? undefined : await keyOf(database, document, now);
  if (known !== undefined) {
    return Buffer.compare(Buffer.from(known.hash as Uint8Array), hash) === 0
      ? { outcome: 'repeat', id: String(known.document), by: 'key' }
      : { outcome: 'conflict' };
  }
  const id = idOf(database, hash);
  if (repeatKey !== undefined) {
    await database.run(
      `insert into repeat_key(tenant, client, key, document, hash, until) values (:tenant, ?, ?, ?, ?, ?)
       on conflict (tenant, client, key) do update set document = excluded.document, hash = excluded.hash, until = excluded.until`,
      [client, repeatKey, id, hash, now + KEY_DAYS * DAY],
    );
  }
  if (document.job !== undefined) {
    await database.run(
      'insert into job_document(tenant, job, document, name) values (:tenant, ?, ?, ?) on conflict (job, document) do nothing',
      [document.job.id, id, await hidden(database, document.job.id, document.job.name)],
    );
  }
  if (await isPresent(database, id)) return { outcome: 'repeat', id, by: 'content' };
  await insert(database, id, hash, document, now);
  step('after-insert');
  return { outcome: 'accepted', id };
}

/**
 * Takes in the documents of an envelope, each with its way through it. To do this again after a crash changes nothing:
 * a part is recognized by its number, a document by its bytes and those of the files beside it.
 */
export async function acceptParts(
  database: Database,
  envelope: string,
  parts: readonly NewPart[],
  now: number,
): Promise<void> {
  const outer = (await database.first('select * from document where tenant = :tenant and id = ?', [envelope]))!;
  const task = await database.first(
    "select priority from task where tenant = :tenant and document = ? and kind = 'unwrap'",
    [envelope],
  );
  for (const { number, name, way, document, problem } of parts) {
    const hash = document === undefined ? undefined : hashOfDocument(document.bytes, document.files);
    const id = hash === undefined ? null : idOf(database, hash);
    await database.run(
      `insert into part(tenant, envelope, number, document, name, way, problem) values (:tenant, ?, ?, ?, ?, ?, ?)
       on conflict (envelope, number) do nothing`,
      [
        envelope,
        number,
        id,
        await hidden(database, envelope, name),
        await hidden(database, envelope, way),
        problem === undefined ? null : await hidden(database, envelope, problem),
      ],
    );
    if (document === undefined || id === null || hash === undefined || (await isPresent(database, id))) continue;
    await insert(
      database,
      id,
      hash,
      {
        client: String(outer.client),
        bytes: document.bytes,
        mediaType: 'application/xml',
        source: String(outer.source),
        sender: outer.sender === null ? undefined : String(outer.sender),
        options: JSON.parse(String(outer.options)) as Record<string, string>,
        priority: Number(task?.priority ?? priorities.live),
      },
      now,
      { way, facts: document.facts },
    );
    for (const file of document.files) {
      const what = `file:${await hidden(database, id, file.name)}`;
      await database.run(
        `insert into body(tenant, document, what, mapping, data) values (:tenant, ?, ?, '', ?)
         on conflict (document, what, mapping) do nothing`,
        [id, what, await packed(database, id, what, file.bytes)],
      );
    }
  }
}

async function insert(
  database: Database,
  id: string,
  hash: Uint8Array,
  document: NewDocument,
  now: number,
  envelope?: { readonly way: string; readonly facts: Readonly<Record<string, string>> },
): Promise<void> {
  const { client, bytes, isEnvelope = false, priority = priorities.live } = document;
  await database.run(
    `insert into document(tenant, id, seq, client, sender, hash, size, media_type, source, options, state, received,
       is_envelope, way, envelope_facts)
     values (:tenant, ?, ${database.dialect.nextSeq}, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?, ?, ?)`,
    [
      id,
      client,
      document.sender ?? null,
      hash,
      bytes.length,
      document.mediaType,
      document.source,
      JSON.stringify(document.options),
      now,
      isEnvelope ? 1 : 0,
      envelope === undefined ? null : await hidden(database, id, envelope.way),
      envelope === undefined ? null : await hidden(database, id, JSON.stringify(envelope.facts)),
    ],
  );
  await database.run("insert into body(tenant, document, what, mapping, data) values (:tenant, ?, 'source', '', ?)", [
    id,
    await packed(database, id, 'source', bytes),
  ]);
  await addTask(database, id, isEnvelope ? 'unwrap' : 'convert', priority);
  await tell(database, id, now, 'received', { source: document.source, client });
  await audit(database, { action: 'accept', agent: client, document: id, detail: document.source }, now);
}

/** Makes a task, or makes a finished one ready again. It is due at once, by the clock of the database. */
export async function addTask(database: Database, document: string, kind: string, priority: number): Promise<void> {
  await database.run(
    `insert into task(tenant, document, kind, receiver, lane, state, attempt, due, priority, part)
     values (:tenant, ?, ?, '', '', 'ready', 0, ${database.dialect.clock}, ?, 0)
     on conflict (document, kind, receiver) do update set state = 'ready', attempt = 0, due = excluded.due, priority = excluded.priority
     where task.tenant = :tenant and task.state in ('done', 'dead')`,
    [document, kind, priority],
  );
}

async function isPresent(database: Database, id: string): Promise<boolean> {
  return (
    (await database.first('select 1 as found from document where tenant = :tenant and id = ?', [id])) !== undefined
  );
}

function idOf({ tenant = '' }: Database, hash: Uint8Array): string {
  return documentIdOf(tenant, hash);
}

async function keyOf(database: Database, { client, repeatKey }: NewDocument, now: number) {
  return await database.first(
    'select document, hash from repeat_key where tenant = :tenant and client = ? and key = ? and until > ?',
    [client, repeatKey!, now],
  );
}
