/** Encrypts a store that was not encrypted. Everything is rewritten as the operations now write it. */
import { unpack } from '../bodies.js';
import type { Database } from '../database.js';
import { bundleWords, hidden, identifier, packed } from './sealing.js';

/** Columns with words, and whose they are. */
const words = [
  { table: 'document', owner: 'id', keys: ['id'], columns: ['reason', 'way', 'envelope_facts'] },
  { table: 'part', owner: 'envelope', keys: ['envelope', 'number'], columns: ['name', 'way', 'problem'] },
  { table: 'job_document', owner: 'job', keys: ['job', 'document'], columns: ['name'] },
  { table: 'job_problem', owner: 'job', keys: ['job', 'number'], columns: ['name', 'problem'] },
  { table: 'delivery', owner: 'document', keys: ['document', 'receiver'], columns: ['outcome'] },
] as const;

/** Columns with ids that documents are compared by. */
const ids = [
  { table: 'document', column: 'document_id' },
  { table: 'document', column: 'set_id' },
  { table: 'document', column: 'custodian' },
  { table: 'relation', column: 'target' },
] as const;

/**
 * Encrypts everything.
 * @param database of all tenants, with the secrets to encrypt with
 */
export async function sealAll(database: Database): Promise<void> {
  for (const { tenant, document, what, mapping } of await database.all(
    'select tenant, document, what, mapping from body',
  )) {
    const own = database.of(String(tenant));
    const place = [document!, what!, mapping!];
    const row = (await own.first(
      'select data from body where tenant = :tenant and document = ? and what = ? and mapping = ?',
      place,
    ))!;
    const id = String(document);
    const name = String(what).startsWith('file:')
      ? `file:${await hidden(own, id, String(what).slice(5))}`
      : String(what);
    const said = name === 'bundle' ? bundleWords(String(mapping)) : name;
    await own.run(
      'update body set what = ?, data = ? where tenant = :tenant and document = ? and what = ? and mapping = ?',
      [name, await packed(own, id, said, unpack(row.data as Uint8Array)), ...place],
    );
  }
  const results = await database.all(
    'select tenant, document, mapping, resources from result where resources is not null',
  );
  for (const { tenant, document, mapping, resources } of results) {
    const own = database.of(String(tenant));
    await own.run(
      "update result set resources = ?, facts = '{}' where tenant = :tenant and document = ? and mapping = ?",
      [await packed(own, String(document), 'resources', unpack(resources as Uint8Array)), document!, mapping!],
    );
  }
  for (const { tenant, id, content } of await database.all(
    'select tenant, id, content from removal where content is not null',
  )) {
    const own = database.of(String(tenant));
    await own.run('update removal set content = ? where tenant = :tenant and id = ?', [
      await packed(own, String(id), 'removal', unpack(content as Uint8Array)),
      id!,
    ]);
  }
  for (const { table, owner, keys, columns } of words) {
    const where = keys.map((key) => `${key} = ?`).join(' and ');
    for (const row of await database.all(`select tenant, ${[...keys, ...columns].join(', ')} from ${table}`)) {
      const own = database.of(String(row.tenant));
      for (const column of columns) {
        const text = row[column];
        if (text === null || text === undefined) continue;
        await own.run(`update ${table} set ${column} = ? where tenant = :tenant and ${where}`, [
          await hidden(own, String(row[owner]), String(text)),
          ...keys.map((key) => row[key]!),
        ]);
      }
    }
  }
  for (const { table, column } of ids) {
    const rows = await database.all(
      `select distinct tenant, ${column} as value from ${table} where ${column} is not null`,
    );
    for (const { tenant, value } of rows) {
      const own = database.of(String(tenant));
      await own.run(`update ${table} set ${column} = ? where tenant = :tenant and ${column} = ?`, [
        identifier(own, String(value)),
        value!,
      ]);
    }
  }
}
