import type { Database, DatabaseRow } from '../database.js';
import { priorities, type DocumentState, type NewDocument, type Task } from '../records.js';
import { audit } from './audit.js';
import { accept, addTask } from './accept.js';
import { hidden, packed, shown, shownOrNone } from './sealing.js';
import { finish } from './tasks.js';

export type JobKind = 'import' | 'export' | 'replay';

export interface NewJob {
  readonly id: string;
  readonly client: string;
  readonly kind: JobKind;
  /** What was asked for; its members depend on the kind of job. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** The list that came with it. */
  readonly body?: Uint8Array;
  /** The one document or envelope that came with it. */
  readonly document?: NewDocument;
}

export interface StoredJob {
  readonly id: string;
  readonly client: string;
  readonly kind: JobKind;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly at: number;
  readonly settled: number | null;
  /** The outcome; its members depend on the kind of job. */
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

/** Stores a job with everything that came with it. */
export async function beginJob(database: Database, job: NewJob, now: number): Promise<void> {
  await database.run(
    "insert into job(tenant, id, client, kind, asked, state, at) values (:tenant, ?, ?, ?, ?, 'running', ?)",
    [job.id, job.client, job.kind, JSON.stringify(job.asked), now],
  );
  if (job.body !== undefined) {
    await database.run("insert into body(tenant, document, what, mapping, data) values (:tenant, ?, 'source', '', ?)", [
      job.id,
      await packed(database, job.id, 'source', job.body),
    ]);
  }
  if (job.kind !== 'import') await audit(database, { action: job.kind, agent: job.client, document: job.id }, now);
  if (job.document !== undefined) await accept(database, job.document, now);
  await addTask(database, job.id, 'job', priorities.bulk);
}

export async function jobOf(database: Database, id: string): Promise<StoredJob | undefined> {
  const row = await database.first('select * from job where tenant = :tenant and id = ?', [id]);
  return row === undefined ? undefined : jobFrom(row);
}

/** Says that the job's own work is done. The documents that it brought may still be worked on. */
export async function finishJob(
  database: Database,
  task: Task,
  state: 'done' | 'failed',
  outcome: Readonly<Record<string, unknown>>,
  now: number,
): Promise<boolean> {
  if (!(await finish(database, task))) return false;
  await database.run(
    "update job set state = ?, settled = ?, outcome = ? where tenant = :tenant and id = ? and state = 'running'",
    [state, now, JSON.stringify(outcome), task.document],
  );
  // Says that the list that came with the job has been read.
  await database.run('delete from body where tenant = :tenant and document = ?', [task.document]);
  return true;
}

export async function cancelJob(database: Database, id: string, now: number): Promise<boolean> {
  const changed = await database.run(
    "update job set state = 'cancelled', settled = ? where tenant = :tenant and id = ? and state = 'running'",
    [now, id],
  );
  await database.run(
    "update task set state = 'done' where tenant = :tenant and document = ? and kind = 'job' and state = 'ready'",
    [id],
  );
  return changed === 1;
}

/**
 * Forgets the exports of a tenant, whose files must be removed. An export that is still running ends and removes its
 * own files.
 */
export async function dropExports(database: Database, now: number): Promise<string[]> {
  await database.run(
    "update job set state = 'cancelled', settled = ? where tenant = :tenant and kind = 'export' and state = 'running'",
    [now],
  );
  const rows = await database.all(
    "select id from job where tenant = :tenant and kind = 'export' and state <> 'running'",
  );
  for (const { id } of rows) await dropJob(database, String(id));
  return rows.map(({ id }) => String(id));
}

export async function dropJob(database: Database, id: string): Promise<void> {
  await database.run('delete from job where tenant = :tenant and id = ?', [id]);
  await database.run("delete from task where tenant = :tenant and document = ? and kind = 'job'", [id]);
}

/** Names in a list or folder that could not be taken in, with their places. */
export async function noteJobProblem(
  database: Database,
  job: string,
  number: number,
  name: string,
  problem: string,
): Promise<void> {
  await database.run(
    `insert into job_problem(tenant, job, number, name, problem) values (:tenant, ?, ?, ?, ?)
     on conflict (job, number) do nothing`,
    [job, number, await hidden(database, job, name), await hidden(database, job, problem)],
  );
}

export interface JobProgress {
  /**
   * How many documents are in each state. For an envelope its documents are counted; until it is open, the envelope
   * itself.
   */
  readonly states: Readonly<Partial<Record<DocumentState, number>>>;
  /** How many of them still have to be opened, converted, or converted again. */
  readonly open: number;
  /** Names that gave no document. */
  readonly problems: number;
}

/** Always counted from its documents. Numbers that are stored beside these could disagree with them. */
export async function jobProgress(database: Database, job: string): Promise<JobProgress> {
  const rows = await database.all(
    `select state, count(*) as count from document where tenant = :tenant and id in (${LEAVES}) group by state`,
    [job, job],
  );
  const problems = await database.first(
    `select (select count(*) from job_problem where tenant = :tenant and job = ?) +
       (select count(*) from part join job_document on job_document.document = part.envelope
        where part.tenant = :tenant and job_document.job = ? and part.problem is not null) as count`,
    [job, job],
  );
  const open = await database.first(
    `select count(*) as count from task where tenant = :tenant and state in ('ready', 'running') and kind in ('convert', 'unwrap') and document in (${LEAVES})`,
    [job, job],
  );
  return {
    states: Object.fromEntries(rows.map(({ state, count }) => [String(state), Number(count)])),
    open: Number(open!.count),
    problems: Number(problems!.count),
  };
}

const LEAVES = `
  select job_document.document from job_document join document on document.id = job_document.document
    where job_document.tenant = :tenant and job_document.job = ? and document.state <> 'opened'
  union select part.document from part join job_document on job_document.document = part.envelope
    where job_document.tenant = :tenant and job_document.job = ? and part.document is not null`;

/** The documents of a job in a state, in their order, in pages. */
export async function jobDocuments(
  database: Database,
  job: string,
  states: readonly DocumentState[],
  after: number,
  most: number,
): Promise<{ id: string; seq: number; reason: string | null }[]> {
  const rows = await database.all(
    `select id, seq, reason from document where tenant = :tenant and id in (${LEAVES}) and seq > ?
       and state in (${states.map(() => '?').join(', ')}) order by seq limit ?`,
    [job, job, after, ...states, most],
  );
  const documents: { id: string; seq: number; reason: string | null }[] = [];
  for (const { id, seq, reason } of rows)
    documents.push({ id: String(id), seq: Number(seq), reason: await shownOrNone(database, String(id), reason) });
  return documents;
}

/** Names that gave no document, each with its place in the list, folder or envelope. */
export async function jobProblems(database: Database, job: string): Promise<{ name: string; problem: string }[]> {
  const rows = await database.all(
    `select job as owner, name, problem from job_problem where tenant = :tenant and job = ?
     union all select part.envelope as owner, part.way as name, part.problem as problem from part join job_document on job_document.document = part.envelope
       where part.tenant = :tenant and job_document.job = ? and part.problem is not null`,
    [job, job],
  );
  const problems: { name: string; problem: string }[] = [];
  for (const { owner, name, problem } of rows) {
    const of = (text: unknown): Promise<string> => shown(database, String(owner), String(text));
    problems.push({ name: await of(name), problem: await of(problem) });
  }
  return problems;
}

function jobFrom(row: DatabaseRow): StoredJob {
  return {
    id: String(row.id),
    client: String(row.client),
    kind: String(row.kind) as JobKind,
    asked: JSON.parse(String(row.asked)) as Record<string, unknown>,
    state: String(row.state) as StoredJob['state'],
    at: Number(row.at),
    settled: row.settled === null ? null : Number(row.settled),
    outcome: row.outcome === null ? null : (JSON.parse(String(row.outcome)) as Record<string, unknown>),
  };
}
