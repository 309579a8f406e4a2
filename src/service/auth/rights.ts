/** What a client may do, and the scope that says so: of a token as the settings name it, of a key by these names. */
import type { Settings } from '../settings/schema.js';

/**
 * `tenants`: acts for any tenant (header Cairn-Tenant), and sees the store as a whole. Where tenants are not told apart there is
 * no difference.
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

/** Of a key that names no scopes: what every key could do before there were any. */
export const PLAIN_SCOPES = 'system/*.cruds';

/** Of a key with `operate: true`: the same for those who could steer. */
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

/** Whether tenants are told apart: somebody or something has one. */
export function usesTenants({ keys, jwt, intake, kafka, tenants }: Settings): boolean {
  return (
    tenants.length > 0 ||
    jwt?.tenantClaim !== undefined ||
    keys.some(({ tenant }) => tenant !== undefined) ||
    kafka?.tenant !== undefined ||
    intake.folders.some(({ tenant }) => tenant !== undefined)
  );
}
