/** A tenant, in settings, tokens and the header: nothing that would mean something elsewhere. */
export const tenantPattern = /^[A-Za-z0-9_][\w.-]{0,63}$/;
