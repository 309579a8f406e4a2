/**
 * The audit of all tenants as one chain of hashes. Rows are linked shortly after they were written, in the order in
 * which they are found committed. If a row is changed, removed or inserted, the chain is broken.
 */
import { createHash } from 'node:crypto';
import type { Database, DatabaseRow } from '../database.js';
import { onLegalHold } from './legal-holds.js';

/** So many rows are linked at once. */
const MOST = 1000;

/** The hash that the chain begins with; after its oldest rows were removed, the one that it goes on from. */
const ANCHOR = 'audit anchor';

interface Link {
  readonly link: number;
  readonly hash: Uint8Array;
}

const first: Link = { link: 0, hash: new Uint8Array(32) };

/** Links the rows that are not yet in the chain. Answers how many. */
export async function chainAudit(database: Database): Promise<number> {
  await database.lock('audit');
  const rows = await database.all('select * from audit where link is null order by seq limit ?', [MOST]);
  if (rows.length === 0) return 0;
  const last = await database.first('select link, hash from audit where link is not null order by link desc limit 1');
  let before = last === undefined ? await anchorOf(database) : linkIn(last);
  for (const row of rows) {
    const link = before.link + 1;
    const hash = hashOf(before.hash, link, row);
    await database.run('update audit set link = ?, hash = ? where seq = ?', [link, hash, row.seq!]);
    before = { link, hash };
  }
  return rows.length;
}

/** The result of checking a part of the chain. */
export interface VerifiedAudit {
  readonly checked: number;
  /** One line each. */
  readonly faults: readonly string[];
  /** Where to go on; absent at the end. */
  readonly next?: { readonly link: number; readonly hash: string };
  /** The hash of the last link. Whoever keeps it elsewhere can also see that the newest rows are still there. */
  readonly head: string;
}

/** Checks the chain from a place in it, or from its beginning. */
export async function verifyAudit(
  database: Database,
  from: VerifiedAudit['next'],
  most: number,
): Promise<VerifiedAudit> {
  let before: Link =
    from === undefined ? await anchorOf(database) : { link: from.link, hash: Buffer.from(from.hash, 'hex') };
  const rows = await database.all('select * from audit where link > ? order by link limit ?', [before.link, most]);
  const faults: string[] = [];
  for (const row of rows) {
    const { link, hash } = linkIn(row);
    if (link !== before.link + 1) faults.push(`audit: ${link - before.link - 1} rows are missing before ${link}`);
    else if (Buffer.compare(hashOf(before.hash, link, row), Buffer.from(hash)) !== 0)
      faults.push(`audit: row ${link} is not what was written, or what was before it is not`);
    before = { link, hash };
  }
  const head = Buffer.from(before.hash).toString('hex');
  return {
    checked: rows.length,
    faults,
    head,
    ...(rows.length < most ? {} : { next: { link: before.link, hash: head } }),
  };
}

/**
 * Lets the oldest links go; the chain goes on from the last of them. How many rows.
 *
 * @param sent the last link that is sent elsewhere: what is not yet stays
 */
export async function letAuditGo(
  database: Database,
  before: number,
  most: number,
  now: number,
  sent: number,
): Promise<number> {
  await database.lock('audit');
  // A chain can only be shortened at its beginning.
  const kept = await database.first(
    `select min(audit.link) as link from audit left join document on document.id = audit.document
     where audit.link is not null and (audit.at >= ? or ${onLegalHold('document')})`,
    [before, now],
  );
  const old = await database.all('select link, hash, at from audit where link is not null order by link limit ?', [
    most,
  ]);
  const end = kept?.link === null || kept?.link === undefined ? Infinity : Number(kept.link);
  const gone = old.filter(({ link }) => Number(link) < end && Number(link) <= sent);
  const last = gone.at(-1);
  if (last === undefined) return 0;
  const { link, hash } = linkIn(last);
  await database.run('insert into setting values (?, ?) on conflict (name) do update set value = excluded.value', [
    ANCHOR,
    Buffer.from(JSON.stringify({ link, hash: Buffer.from(hash).toString('hex') }), 'utf8'),
  ]);
  await database.run('delete from audit where link <= ?', [link]);
  return gone.length;
}

export async function anchorOf(database: Database): Promise<Link> {
  const row = await database.first('select value from setting where name = ?', [ANCHOR]);
  if (row === undefined) return first;
  const { link, hash } = JSON.parse(Buffer.from(row.value as Uint8Array).toString('utf8')) as {
    link: number;
    hash: string;
  };
  return { link, hash: Buffer.from(hash, 'hex') };
}

export function linkIn(row: DatabaseRow): Link {
  return { link: Number(row.link), hash: row.hash as Uint8Array };
}

function hashOf(before: Uint8Array, link: number, row: DatabaseRow): Buffer {
  return createHash('sha256')
    .update(before)
    .update(JSON.stringify(hashedOf(link, row)))
    .digest();
}

/** What of a row is in its hash. */
export function hashedOf(link: number, row: DatabaseRow): unknown[] {
  const { at, action, agent, document, detail, refused, tenant } = row;
  // Links from the time before there were tenants remain valid.
  const whose = tenant === '' ? [] : [tenant];
  return [link, Number(at), action, agent, document, detail, Number(refused), ...whose];
}
