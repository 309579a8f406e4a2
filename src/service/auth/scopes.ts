import { ownValue } from '../../own-value.js';
/**
 * SMART scopes (SMART App Launch 2.2, scopes for requesting FHIR resources): `system/Bundle.c`, `system/*.cruds`, and
 * of version 1 `system/Bundle.write`, `system/*.*`.
 */

/** Whether a scope of a token grants the scope that is needed. */
export function grants(held: string, needed: string): boolean {
  const need = parse(needed);
  // The needed scope is of another kind, so the token must have exactly this text.
  if (need === undefined) return held.split(' ').includes(needed);
  return held.split(' ').some((text) => {
    const scope = parse(text);
    return (
      scope?.context === need.context &&
      (scope.resource === '*' || scope.resource === need.resource) &&
      need.permissions.split('').every((permission) => scope.permissions.includes(permission))
    );
  });
}

interface Scope {
  readonly context: string;
  readonly resource: string;
  readonly permissions: string;
}

const versionOne: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

function parse(text: string): Scope | undefined {
  // A scope with a search query (`system/Bundle.r?…`) grants less than the whole resource, so it grants nothing here.
  const match = /^(system|user|patient)\/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)$/.exec(text);
  if (match === null || match[3] === '') return undefined;
  return { context: match[1]!, resource: match[2]!, permissions: ownValue(versionOne, match[3]!) ?? match[3]! };
}
