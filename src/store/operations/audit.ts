/**
 * The audit: who did what with what. A row is written in the same transaction as the action, and is linked into a chain
 * shortly after (audit-chain.ts).
 */
import type { Database, DatabaseRow } from '../database.js';

export const auditActions = [
  'accept',
  'read',
  'deliver',
  'export',
  'replay',
  'release',
  'purge',
  'legal-hold',
  'legal-hold-lifted',
  'let-go',
  'login',
] as const;

export type AuditAction = (typeof auditActions)[number];

export interface NewAudit {
  readonly action: AuditAction;
  /** Who did it: the name of a key, the subject of a token, or an address; `cairn` for the service itself. */
  readonly agent: string;
  /** The id of a document or a job; absent if it is about none. */
  readonly document?: string | undefined;
  /** What of it, but nothing of its content: `bundle`, the name of a receiver, the reason of a purge. */
  readonly detail?: string | undefined;
  readonly isRefused?: boolean | undefined;
}

export interface StoredAudit extends Required<Omit<NewAudit, 'document' | 'detail'>> {
  readonly seq: number;
  readonly at: number;
  readonly document: string | null;
  readonly detail: string | null;
}

export async function audit(database: Database, audited: NewAudit, at: number): Promise<void> {
  const { action, agent, document, detail, isRefused = false } = audited;
  await database.run(
    'insert into audit(tenant, at, action, agent, document, detail, refused) values (:tenant, ?, ?, ?, ?, ?, ?)',
    [at, action, agent, document ?? null, detail ?? null, isRefused ? 1 : 0],
  );
}

export interface AuditQuery {
  readonly action?: AuditAction | undefined;
  readonly document?: string | undefined;
  /** Only what was written before that place of a page. */
  readonly before?: number | undefined;
  readonly count: number;
}

/** The newest first. */
export async function auditsOf(
  database: Database,
  { action, document, before, count }: AuditQuery,
): Promise<StoredAudit[]> {
  const rows = await database.all(
    `select * from audit where tenant = :tenant and seq < ? ${action === undefined ? '' : 'and action = ?'} ${document === undefined ? '' : 'and document = ?'}
     order by seq desc limit ?`,
    [
      before ?? Number.MAX_SAFE_INTEGER,
      ...(action === undefined ? [] : [action]),
      ...(document === undefined ? [] : [document]),
      count,
    ],
  );
  return rows.map(storedAuditIn);
}

export function storedAuditIn(row: DatabaseRow): StoredAudit {
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    action: String(row.action) as AuditAction,
    agent: String(row.agent),
    document: row.document === null ? null : String(row.document),
    detail: row.detail === null ? null : String(row.detail),
    isRefused: Number(row.refused) === 1,
  };
}
