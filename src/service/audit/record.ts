import type { LinkedAudit } from '../../store/operations/audit-sinks.js';
import { auditEventOf } from '../intake/audit-event.js';
import type { AuditRecord } from './sink.js';

/**
 * A row of the audit as a line of JSON: the AuditEvent, and its place in the chain. Whoever has the lines can check the chain
 * without the store: `hash` is SHA-256 of the bytes of `previous` and of `hashed` as JSON without spaces.
 *
 *   {"link":7,"previous":"9f…","hash":"3c…","hashed":[7,1767268800000,"read","feed",…],"event":{"resourceType":"AuditEvent",…}}
 */
export function auditRecordOf({ audit, tenant, link, previous, hash, hashed }: LinkedAudit): AuditRecord {
  const whose = tenant === '' ? {} : { tenant };
  const text = JSON.stringify({ link, previous, hash, hashed, ...whose, event: auditEventOf(audit) });
  return { text, at: audit.at, isRefused: audit.isRefused === true };
}
