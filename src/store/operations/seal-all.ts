/** Encrypts a store that was not: all that was written by the operations before, as they write it now. */
import { unpack } from '../bodies.js';
import type { Database } from '../database.js';
import { bundleWords, hidden, identifier, packed } from './sealing.js';

/** Where there are words, and whose they are. */
const words = [
  { table: 'document', owner: 'id', keys: ['id'], columns: ['reason', 'way', 'envelope_facts'] },
  { table: 'part', owner: 'envelope', keys: ['envelope', 'number'], columns: ['name', 'way', 'problem'] },
  { table: 'job_document', owner: 'job', keys: ['job', 'document'], columns: ['name'] },
  { table: 'job_problem', owner: 'job', keys: ['job', 'number'], columns: ['name', 'problem'] },
  { table: 'delivery', owner: 'document', keys: ['document', 'receiver'], columns: ['outcome'] },
] as const;

/** @param next the same database, with the secrets that it is to be sealed by */
export async function sealAll(database: Database, next: Database): Promise<void> {
  for (const { document, what, mapping } of await database.all('select document, what, mapping from body')) {
    const place = [document!, what!, mapping!];
    const row = (await database.first('select data from body where document = ? and what = ? and mapping = ?', place))!;
    const id = String(document);
    const name = String(what).startsWith('file:')
      ? `file:${await hidden(next, id, String(what).slice(5))}`
      : String(what);
    const said = name === 'bundle' ? bundleWords(String(mapping)) : name;
    await database.run('update body set what = ?, data = ? where document = ? and what = ? and mapping = ?', [
      name,
      await packed(next, id, said, unpack(row.data as Uint8Array)),
      ...place,
    ]);
  }
  const results = await database.all('select document, mapping, resources from result where resources is not null');
  for (const { document, mapping, resources } of results) {
    await database.run("update result set resources = ?, facts = '{}' where document = ? and mapping = ?", [
      await packed(next, String(document), 'resources', unpack(resources as Uint8Array)),
      document!,
      mapping!,
    ]);
  }
  for (const { table, owner, keys, columns } of words) {
    const where = keys.map((key) => `${key} = ?`).join(' and ');
    for (const row of await database.all(`select ${[...keys, ...columns].join(', ')} from ${table}`)) {
      for (const column of columns) {
        const text = row[column];
        if (text === null || text === undefined) continue;
        await database.run(`update ${table} set ${column} = ? where ${where}`, [
          await hidden(next, String(row[owner]), String(text)),
          ...keys.map((key) => row[key]!),
        ]);
      }
    }
  }
  for (const column of ['document_id', 'set_id', 'custodian']) {
    for (const row of await database.all(
      `select distinct ${column} as value from document where ${column} is not null`,
    )) {
      await database.run(`update document set ${column} = ? where ${column} = ?`, [
        identifier(next, String(row.value)),
        row.value!,
      ]);
    }
  }
  for (const { value } of await database.all('select distinct target as value from relation'))
    await database.run('update relation set target = ? where target = ?', [identifier(next, String(value)), value!]);
}
