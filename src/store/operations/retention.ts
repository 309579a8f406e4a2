/** Removes what is too old, for all tenants. The events of each document say so. */
import type { Database } from '../database.js';
import { audit } from './audit.js';
import { letAuditGo } from './audit-chain.js';
import { sentToAll } from './audit-sinks.js';
import { onLegalHold } from './legal-holds.js';
import { dropJob } from './jobs.js';
import { tell } from './events.js';

/** Numbers of days. What is absent is kept for ever. */
export interface Retention {
  /** For the bytes as they were received, after the document was converted. */
  readonly sourceDays?: number | undefined;
  /** For the Bundle, after every receiver has it or a newer version has replaced it. */
  readonly resultDays?: number | undefined;
  /** For the bytes of documents that were refused or cancelled. */
  readonly refusedDays?: number | undefined;
  readonly eventDays?: number | undefined;
  readonly auditDays?: number | undefined;
  /** Where the audit is sent to: what is not there yet stays. */
  readonly auditSinks?: readonly string[];
}

const DAY = 86_400_000;

interface Rule {
  readonly days: number | undefined;
  readonly states: readonly string[];
  /** The column that says that it is gone. */
  readonly column: 'source_gone' | 'result_gone';
  readonly bodies: string;
  readonly event: string;
}

/**
 * Lets go of what is older than it may be, some at once. What is failed, held, undelivered or under way stays whatever its age: somebody
 * has to look at it; and so does what is on legal hold, with its events, and the audit from there on. How many documents, events
 * and audits it let go: asked again until that is none.
 */
export async function letGo(database: Database, retention: Retention, most: number, now: number): Promise<number> {
  const { sourceDays, resultDays, refusedDays, eventDays, auditDays, auditSinks = [] } = retention;
  const source = {
    column: 'source_gone',
    bodies: "(what = 'source' or (what >= 'file:' and what < 'file;'))",
  } as const;
  const rules: readonly Rule[] = [
    { ...source, days: sourceDays, states: ['converted', 'delivered', 'replaced', 'opened'], event: 'source-let-go' },
    { ...source, days: refusedDays, states: ['refused', 'cancelled'], event: 'source-let-go' },
    {
      days: resultDays,
      states: ['converted', 'delivered', 'replaced'],
      column: 'result_gone',
      bodies: "what = 'bundle'",
      event: 'result-let-go',
    },
  ];
  // Only one node does this at a time.
  await database.lock('retention');
  let count = 0;
  for (const rule of rules) if (rule.days !== undefined) count += await follow(database, rule, rule.days, most, now);
  if (eventDays !== undefined) {
    count += await database.run(
      `delete from event where seq in (select event.seq from event left join document on document.id = event.document
         where event.at < ? and not ${onLegalHold('document')} order by event.seq limit ?)`,
      [now - eventDays * DAY, now, most],
    );
  }
  if (auditDays !== undefined) {
    const sent = await sentToAll(database, auditSinks);
    count += await letAuditGo(database, now - auditDays * DAY, most, now, sent);
  }
  await database.run('delete from repeat_key where until < ?', [now]);
  return count;
}

async function follow(
  database: Database,
  { states, column, bodies, event }: Rule,
  days: number,
  most: number,
  now: number,
): Promise<number> {
  const rows = await database.all(
    `select id, tenant from document where ${column} = 0 and settled < ? and state in (${states.map(() => '?').join(', ')})
       and not exists (select 1 from task where task.document = document.id and task.state in ('ready', 'running'))
       and not ${onLegalHold('document')}
     order by settled limit ?`,
    [now - days * DAY, ...states, now, most],
  );
  for (const row of rows) {
    const id = String(row.id);
    const own = database.of(String(row.tenant));
    await own.run(`delete from body where tenant = :tenant and document = ? and ${bodies}`, [id]);
    await own.run(`update document set ${column} = 1 where tenant = :tenant and id = ?`, [id]);
    await tell(own, id, now, event, { days });
    await audit(own, { action: 'let-go', agent: 'cairn', document: id, detail: event }, now);
  }
  return rows.length;
}

/** Exports whose files are no longer kept. */
export async function expiredExports(database: Database, before: number): Promise<string[]> {
  const rows = await database.all(
    "select id, tenant from job where kind = 'export' and state in ('done', 'failed', 'cancelled') and settled < ?",
    [before],
  );
  for (const { id, tenant } of rows) await dropJob(database.of(String(tenant)), String(id));
  return rows.map(({ id }) => String(id));
}
