import { createHash } from 'node:crypto';
import type { Database } from '../database.js';
import { orderKey } from '../order-key.js';
import type { DocumentFacts, NewResult, Task } from '../records.js';
import { step } from '../steps.js';
import { planDeliveries, settleDeliveries } from './deliveries.js';
import { tell } from './events.js';
import { bundleWords, identifier, packed } from './sealing.js';
import { finish, setState } from './tasks.js';
import { applyVersions } from './versions.js';

/** How many results of a document are kept, so that a replay can be compared and undone. */
const RESULTS_KEPT = 2;

/**
 * Writes down the result of a conversion. Answers false if another attempt has begun since; then nothing is written.
 */
export async function finishConversion(
  database: Database,
  task: Task,
  result: NewResult,
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  const { document } = task;
  const { mapping, entries, receivers } = result;
  const facts = blindFacts(database, result.facts);
  const hash = createHash('sha256').update(result.bundle).digest();
  const before = await database.first(
    'select mapping, bundle_hash from result where tenant = :tenant and document = ? and current = 1',
    [document],
  );
  const isSame = before !== undefined && Buffer.compare(Buffer.from(before.bundle_hash as Uint8Array), hash) === 0;
  await writeResult(database, document, { ...result, facts }, hash, now);
  step('after-convert');
  await writeFacts(database, document, facts);
  const state = await applyVersions(database, document, facts, result.heldReason, now);
  await setState(database, document, state.state, now, state.reason ?? null);
  await tell(database, document, now, 'converted', { mapping, entries, ...(isSame ? { same: true } : {}) });
  if (state.state === 'converted') {
    // If the result is the same, byte for byte, the receivers already have it.
    if (isSame) await settleDeliveries(database, document, now);
    else await planDeliveries(database, document, receivers, now);
  }
  return true;
}

async function writeResult(
  database: Database,
  document: string,
  { mapping, bundle, entries, facts, issues, resources }: NewResult,
  hash: Uint8Array,
  now: number,
): Promise<void> {
  await database.run('update result set current = 0 where tenant = :tenant and document = ?', [document]);
  await database.run('update document set result_gone = 0 where tenant = :tenant and id = ?', [document]);
  await database.run(
    `insert into result(tenant, document, mapping, at, bundle_hash, entries, facts, issues, current, resources) values (:tenant, ?, ?, ?, ?, ?, ?, ?, 1, ?)
     on conflict (document, mapping) do update set at = excluded.at, bundle_hash = excluded.bundle_hash, entries = excluded.entries,
       facts = excluded.facts, issues = excluded.issues, current = 1, resources = excluded.resources`,
    [
      document,
      mapping,
      now,
      hash,
      entries,
      JSON.stringify(facts),
      JSON.stringify(issues),
      await packed(database, document, 'resources', Buffer.from(JSON.stringify(resources), 'utf8')),
    ],
  );
  await database.run(
    `insert into body(tenant, document, what, mapping, data) values (:tenant, ?, 'bundle', ?, ?)
     on conflict (document, what, mapping) do update set data = excluded.data`,
    [document, mapping, await packed(database, document, bundleWords(mapping), bundle)],
  );
  const old = await database.all(
    'select mapping from result where tenant = :tenant and document = ? order by current desc, at desc',
    [document],
  );
  for (const { mapping: gone } of old.slice(RESULTS_KEPT)) {
    await database.run('delete from result where tenant = :tenant and document = ? and mapping = ?', [document, gone!]);
    await database.run("delete from body where tenant = :tenant and document = ? and what = 'bundle' and mapping = ?", [
      document,
      gone!,
    ]);
  }
}

/** The facts with their ids in the form in which they are compared (sealing.ts). */
function blindFacts(database: Database, facts: DocumentFacts): DocumentFacts {
  const { documentId, setId, custodian, relations } = facts;
  const blinded = (value: string): string => identifier(database, value)!;
  return {
    ...facts,
    ...(documentId === undefined ? {} : { documentId: blinded(documentId) }),
    ...(setId === undefined ? {} : { setId: blinded(setId) }),
    ...(custodian === undefined ? {} : { custodian: blinded(custodian) }),
    ...(relations === undefined
      ? {}
      : { relations: relations.map(({ kind, target }) => ({ kind, target: blinded(target) })) }),
  };
}

async function writeFacts(database: Database, document: string, facts: DocumentFacts): Promise<void> {
  const { seq } = (await database.first('select seq from document where tenant = :tenant and id = ?', [document]))!;
  await database.run(
    `update document set patient = ?, document_id = ?, set_id = ?, version = ?, effective = ?, kind = ?, custodian = ?,
       confidentiality = ?, order_key = ? where tenant = :tenant and id = ?`,
    [
      facts.patient ?? null,
      facts.documentId ?? null,
      facts.setId ?? null,
      facts.version ?? null,
      facts.effective ?? null,
      facts.kind ?? null,
      facts.custodian ?? null,
      facts.confidentiality ?? null,
      orderKey(facts, Number(seq)),
      document,
    ],
  );
  await database.run('delete from relation where tenant = :tenant and document = ?', [document]);
  for (const { kind, target } of facts.relations ?? []) {
    await database.run(
      'insert into relation(tenant, document, kind, target) values (:tenant, ?, ?, ?) on conflict (document, kind, target) do nothing',
      [document, kind, target],
    );
  }
}
