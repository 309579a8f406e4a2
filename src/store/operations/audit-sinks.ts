/**
 * The audit as it goes elsewhere, too: to a file, to a server of logs. How far each of these is stands in the store, so that it goes
 * on where it was, whatever failed in between: a link may come twice, none is left out. One node sends at a time.
 */
import type { Database, DatabaseRow } from '../database.js';
import { anchorOf, hashedOf, linkIn } from './audit-chain.js';
import { storedAuditIn, type StoredAudit } from './audit.js';

/** A row of the audit with its place in the chain: `hash` is SHA-256 of the bytes of `previous` and of `hashed` as JSON. */
export interface LinkedAudit {
  readonly audit: StoredAudit;
  readonly tenant: string;
  readonly link: number;
  readonly previous: string;
  readonly hash: string;
  readonly hashed: readonly unknown[];
}

interface Position {
  /** The last link that it has. */
  readonly link: number;
  /** Who sends to it, and until when nobody else does. */
  readonly node: string;
  readonly until: number;
}

const LEASE = 30_000;

/** What is to be sent next; empty where it has all, undefined where another node sends. */
export async function auditToSend(
  database: Database,
  sink: string,
  node: string,
  most: number,
): Promise<LinkedAudit[] | undefined> {
  await database.lock(nameOf(sink));
  const position = await positionOf(database, sink);
  const now = Number((await database.first(`select ${database.dialect.clock} as now`))!.now);
  if (position !== undefined && position.node !== node && position.until > now) return undefined;
  const anchor = await anchorOf(database);
  const after = Math.max(position?.link ?? 0, anchor.link);
  const rows = await database.all('select * from audit where link > ? order by link limit ?', [after, most]);
  if (rows.length === 0) return [];
  await keep(database, sink, { link: after, node, until: now + LEASE });
  const before = await database.first('select link, hash from audit where link = ?', [after]);
  let previous = Buffer.from(before === undefined ? anchor.hash : linkIn(before).hash).toString('hex');
  return rows.map((row) => {
    const told = linked(row, previous);
    previous = told.hash;
    return told;
  });
}

/** It has all up to this link. False where another node has begun to send in the meantime. */
export async function auditSent(database: Database, sink: string, node: string, link: number): Promise<boolean> {
  await database.lock(nameOf(sink));
  const position = await positionOf(database, sink);
  if (position?.node !== node || position.link > link) return false;
  await keep(database, sink, { ...position, link });
  return true;
}

/** How many links it has not got yet. */
export async function auditWaiting(database: Database, sink: string): Promise<number> {
  const last = await database.first('select max(link) as link from audit');
  const { link } = await anchorOf(database);
  return Math.max(0, Number(last?.link ?? 0) - Math.max((await positionOf(database, sink))?.link ?? 0, link));
}

/** The last link that all of these have. */
export async function sentToAll(database: Database, sinks: readonly string[]): Promise<number> {
  let least = Infinity;
  for (const sink of sinks) least = Math.min(least, (await positionOf(database, sink))?.link ?? 0);
  return least;
}

function linked(row: DatabaseRow, previous: string): LinkedAudit {
  const { link, hash } = linkIn(row);
  return {
    audit: storedAuditIn(row),
    tenant: String(row.tenant),
    link,
    previous,
    hash: Buffer.from(hash).toString('hex'),
    hashed: hashedOf(link, row),
  };
}

function nameOf(sink: string): string {
  return `audit sink ${sink}`;
}

async function positionOf(database: Database, sink: string): Promise<Position | undefined> {
  const row = await database.first('select value from setting where name = ?', [nameOf(sink)]);
  if (row === undefined) return undefined;
  return JSON.parse(Buffer.from(row.value as Uint8Array).toString('utf8')) as Position;
}

async function keep(database: Database, sink: string, position: Position): Promise<void> {
  await database.run('insert into setting values (?, ?) on conflict (name) do update set value = excluded.value', [
    nameOf(sink),
    Buffer.from(JSON.stringify(position), 'utf8'),
  ]);
}
