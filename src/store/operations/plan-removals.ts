/** What a purge takes from receivers, as it is planned before the documents are removed here. */
import { randomUUID } from 'node:crypto';
import type { Database } from '../database.js';
import type { ResourceList } from '../records.js';
import { addressesOf, resourcesIn } from './left-over.js';
import { packed } from './sealing.js';

/** A resource in these documents, and whether it is about the patient alone. */
export interface RemovedResource {
  readonly type: string;
  readonly id: string;
  readonly isOwn: boolean;
}

/**
 * Documents of one patient that are purged together, with their resources. A resource comes before the resources that
 * it refers to.
 */
export interface PlannedRemoval {
  /** Absent if the documents name no patient. Then it is a single document. */
  readonly patient: string | undefined;
  readonly documents: readonly string[];
  readonly resources: readonly RemovedResource[];
}

/** Called before the documents are removed: makes a removal for each receiver that may have something of them. */
export async function planRemovals(
  database: Database,
  purge: string,
  planned: PlannedRemoval,
  known: readonly string[],
  now: number,
): Promise<void> {
  const { documents, resources, patient } = planned;
  for (const [receiver, isSure] of await receiversOf(database, planned)) {
    const had = isSure ? await inLedger(database, receiver, resources) : undefined;
    const wanted = had === undefined ? resources : resources.filter(({ type, id }) => had.has(`${type}/${id}`));
    const id = randomUUID();
    const isKnown = known.includes(receiver);
    const content = JSON.stringify({ documents, resources: wanted });
    await database.run(
      `insert into removal(tenant, id, purge, receiver, patient, state, content, removed, why, at)
       values (:tenant, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
      [
        id,
        purge,
        receiver,
        patient ?? null,
        isKnown ? 'waiting' : 'remains',
        await packed(database, id, 'removal', Buffer.from(content, 'utf8')),
        isKnown ? null : 'it is not in the settings any more',
        now,
      ],
    );
    if (!isKnown) continue;
    await addRemovalTask(database, id, receiver, patient ?? documents[0]!);
  }
}

/**
 * The receivers, each with whether the ledger is complete: if a delivery was begun and no answer came, the receiver may
 * have more.
 */
async function receiversOf(
  database: Database,
  { documents, resources }: PlannedRemoval,
): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  for (const { type, id } of [...resources, ...documents.map((document) => ({ type: 'Bundle', id: document }))]) {
    const rows = await database.all('select receiver from delivered where tenant = :tenant and type = ? and id = ?', [
      type,
      id,
    ]);
    for (const { receiver } of rows) if (!found.has(String(receiver))) found.set(String(receiver), true);
  }
  for (const document of documents) {
    const rows = await database.all(
      `select receiver from delivery where tenant = :tenant and document = ? and (attempts > 0 or receiver in
         (select receiver from task where tenant = :tenant and document = ? and kind = 'deliver' and state = 'running'))`,
      [document, document],
    );
    for (const { receiver } of rows) found.set(String(receiver), false);
  }
  return found;
}

async function inLedger(
  database: Database,
  receiver: string,
  resources: readonly RemovedResource[],
): Promise<ReadonlySet<string>> {
  const had = new Set<string>();
  for (const { type, id } of resources) {
    const row = await database.first(
      'select 1 as found from delivered where tenant = :tenant and receiver = ? and type = ? and id = ?',
      [receiver, type, id],
    );
    if (row !== undefined) had.add(`${type}/${id}`);
  }
  return had;
}

/** Makes the task that asks a receiver. */
export async function addRemovalTask(database: Database, id: string, receiver: string, lane: string): Promise<void> {
  await database.run(
    `insert into task(tenant, document, kind, receiver, lane, state, attempt, due, priority, part)
     values (:tenant, ?, 'remove', ?, ?, 'ready', 0, ${database.dialect.clock}, 0, 0)`,
    [id, receiver, lane],
  );
}

/** How many documents are looked at in one transaction. */
const PAGE = 100;

export interface ToldPage {
  readonly found: readonly string[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
}

/**
 * Those of these resources that other documents also have: documents of the same patient, or of any patient. In pages,
 * because a store has many documents.
 *
 * @param patient undefined for any patient
 */
export async function toldElsewhere(
  database: Database,
  addresses: readonly string[],
  patient: string | undefined,
  after: number,
): Promise<ToldPage> {
  const wanted = new Set(addresses);
  const rows = await database.all(
    `select result.document as document, result.resources as resources, document.seq as seq from result
       join document on document.id = result.document
     where document.tenant = :tenant and document.state in ('converted', 'delivered', 'undelivered', 'replaced')
       and result.current = 1 and result.resources is not null and document.seq > ? ${patient === undefined ? '' : 'and document.patient = ?'}
     order by document.seq limit ?`,
    [after, ...(patient === undefined ? [] : [patient]), PAGE],
  );
  const found = new Set<string>();
  for (const row of rows)
    for (const address of addressesOf(await resourcesIn(database, row))) if (wanted.has(address)) found.add(address);
  return { found: [...found], ...(rows.length < PAGE ? {} : { next: Number(rows.at(-1)!.seq) }) };
}

/** What the results of a document had, the current result first, for planning a purge. */
export async function resultsOf(
  database: Database,
  document: string,
): Promise<{ readonly mapping: string; readonly resources: ResourceList }[]> {
  const rows = await database.all(
    'select document, mapping, resources from result where tenant = :tenant and document = ? and resources is not null order by current desc, mapping',
    [document],
  );
  const results: { mapping: string; resources: ResourceList }[] = [];
  for (const row of rows) results.push({ mapping: String(row.mapping), resources: await resourcesIn(database, row) });
  return results;
}
