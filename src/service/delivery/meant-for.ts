import type { StoredDocument } from '../../store/records.js';
import type { ReceiverSettings } from '../settings/receivers.js';
import type { Success } from '../workers/job.js';

/** The receivers for a document, by its sender, its kind and, above all, its confidentiality. */
export function receiversOf(
  receivers: readonly ReceiverSettings[],
  document: Pick<StoredDocument, 'sender' | 'tenant'>,
  { document: facts = {} }: Pick<Success, 'document'>,
): string[] {
  return receivers
    .filter(({ when = {}, confidentiality }) => {
      const level = facts.confidentiality;
      if ((level === 'R' || level === 'V') && !confidentiality.includes(level)) return false;
      if (!isOfTenant(when.tenants, document.tenant)) return false;
      if (when.senders !== undefined && !when.senders.includes(document.sender ?? '')) return false;
      return when.kinds === undefined || when.kinds.includes(facts.kind ?? '');
    })
    .map(({ name }) => name);
}

/**
 * Whether a rule is for a tenant.
 * @param tenants of the setting `when`; absent for all tenants
 */
export function isOfTenant(tenants: readonly string[] | undefined, tenant: string): boolean {
  return tenants === undefined || tenants.includes('*') || tenants.includes(tenant);
}
