import { createHash } from 'node:crypto';
import { namespaceBytes, uuidV5 } from '../../bundle/uuid.js';
import { pack } from '../bodies.js';
import type { Accepted, NewDocument } from '../records.js';
import type { Database } from '../database.js';
import { tell } from './events.js';

/** Of documents in a store: what has the same bytes has the same id, also after a backup has been put back. */
const NAMESPACE = namespaceBytes('a1f6c9d2-3b57-5e0a-9c44-7d1f0e6b8a23');

/** How long a repeated Idempotency-Key is known. */
const KEY_DAYS = 7;

const DAY = 86_400_000;

/** Takes a document in: its bytes, what is known of it, and the task to convert it, all or nothing. */
export async function accept(database: Database, document: NewDocument, now: number): Promise<Accepted> {
  const { tenant, client, bytes, repeatKey } = document;
  const hash = createHash('sha256').update(bytes).digest();
  const known = repeatKey === undefined ? undefined : await keyOf(database, document, now);
  if (known !== undefined) {
    return Buffer.compare(Buffer.from(known.hash as Uint8Array), hash) === 0
      ? { outcome: 'repeat', id: String(known.document), by: 'key' }
      : { outcome: 'conflict' };
  }
  const id = uuidV5(NAMESPACE, `${tenant}\n${hash.toString('hex')}`);
  if (repeatKey !== undefined) {
    await database.run(
      `insert into repeat_key values (?, ?, ?, ?, ?, ?)
       on conflict (tenant, client, key) do update set document = excluded.document, hash = excluded.hash, until = excluded.until`,
      [tenant, client, repeatKey, id, hash, now + KEY_DAYS * DAY],
    );
  }
  if ((await database.first('select 1 as found from document where id = ?', [id])) !== undefined) {
    return { outcome: 'repeat', id, by: 'content' };
  }
  const last = await database.first('select coalesce(max(seq), 0) as seq from document');
  await database.run(
    `insert into document(id, seq, tenant, client, sender, hash, size, media_type, source, options, state, received)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received', ?)`,
    [
      id,
      Number(last!.seq) + 1,
      tenant,
      client,
      document.sender ?? null,
      hash,
      bytes.length,
      document.mediaType,
      document.source,
      JSON.stringify(document.options),
      now,
    ],
  );
  await database.run("insert into body values (?, 'source', '', ?)", [id, pack(bytes)]);
  await database.run(
    `insert into task(document, kind, receiver, lane, state, attempt, due, priority, part)
     values (?, 'convert', '', '', 'ready', 0, ?, 0, 0)`,
    [id, now],
  );
  await tell(database, id, now, 'received', { source: document.source, client });
  return { outcome: 'accepted', id };
}

async function keyOf(database: Database, { tenant, client, repeatKey }: NewDocument, now: number) {
  return await database.first(
    'select document, hash from repeat_key where tenant = ? and client = ? and key = ? and until > ?',
    [tenant, client, repeatKey!, now],
  );
}
