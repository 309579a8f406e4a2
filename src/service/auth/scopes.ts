import { ownValue } from '../../own-value.js';
/**
 * SMART scopes (SMART App Launch 2.2, scopes for requesting FHIR resources): `system/Bundle.c`, `system/*.cruds`, and
 * of version 1 `system/Bundle.write`, `system/*.*`.
 */

/** Whether one of the scopes that a token holds grants what is needed. */
export function grants(held: string, needed: string): boolean {
  const need = parse(needed);
  // A scope of another kind is needed as it is written.
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
  // A scope with a search query grants less than its resource, and no query says anything of a conversion.
  const match = /^(system|user|patient)\/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)$/.exec(text);
  if (match === null || match[3] === '') return undefined;
  return { context: match[1]!, resource: match[2]!, permissions: ownValue(versionOne, match[3]!) ?? match[3]! };
}
