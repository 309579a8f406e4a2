/**
 * What a client may do, and the scope that grants it. For a token the settings name the scopes; for a key these names
 * hold.
 */
import type { Settings } from '../settings/schema.js';

/**
 * `tenants`: may act for any tenant (header Cairn-Tenant), and sees the store as a whole. Without tenants it makes no
 * difference.
 */
export const rights = ['convert', 'read', 'submit', 'purpose', 'operate', 'audit', 'purge', 'tenants'] as const;

export type Right = (typeof rights)[number];

export const keyScopes: Readonly<Record<Right, string>> = {
  convert: 'system/Bundle.c',
  read: 'system/Bundle.r',
  submit: 'system/DocumentReference.c',
  purpose: 'system/*.rs',
  operate: 'cairn/operate',
  audit: 'cairn/audit',
  purge: 'cairn/purge',
  tenants: 'cairn/tenants',
};

/** The scopes of a key that names none: what every key could do before there were scopes. */
export const PLAIN_SCOPES = 'system/*.cruds';

/** The scopes of a key with `operate: true`: what operators could do before there were scopes. */
export const OPERATOR_SCOPES = `${PLAIN_SCOPES} cairn/operate cairn/audit cairn/purge`;

export function tokenScopes(jwt: NonNullable<Settings['jwt']>): Readonly<Record<Right, string>> {
  return {
    convert: jwt.scope,
    read: jwt.readScope,
    submit: jwt.attachmentScope,
    purpose: jwt.purposeScope,
    operate: jwt.operateScope,
    audit: jwt.auditScope,
    purge: jwt.purgeScope,
    tenants: jwt.tenantsScope,
  };
}

/** Whether there are tenants: a key, the tokens or another setting names one. */
export function usesTenants({ keys, jwt, intake, kafka, tenants }: Settings): boolean {
  return (
    tenants.length > 0 ||
    jwt?.tenantClaim !== undefined ||
    keys.some(({ tenant }) => tenant !== undefined) ||
    kafka?.tenant !== undefined ||
    intake.folders.some(({ tenant }) => tenant !== undefined)
  );
}
