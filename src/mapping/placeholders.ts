import { HOLDERS, type Holder, type PlaceholderRule } from '../cda/placeholder-identifiers.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, textList, type Environment, type Scope } from './scope.js';

const KEYS = ['why', 'root', 'below', 'rootMatches', 'of', 'value'];

/**
 * Compiles `placeholder-identifiers.json`: `{ "placeholders": [{ "why", "value": "unk|none", "root"?, "below"?,
 * "rootMatches"?, "of"? }] }`. Without this file every identifier counts.
 */
export function compilePlaceholders(file: MappingFile | undefined, environment: Environment): PlaceholderRule[] {
  if (file === undefined) return [];
  const top: Scope = { environment, file, pointer: '/placeholders', context: undefined };
  const { placeholders } = (file.value ?? {}) as { placeholders?: unknown };
  if (!Array.isArray(placeholders)) {
    mistake(top, '"placeholders" is a list');
    return [];
  }
  return placeholders.flatMap((source: unknown, index) => compileRule(source, inside(top, index)) ?? []);
}

function compileRule(source: unknown, scope: Scope): PlaceholderRule | undefined {
  const { why, root, below = false, rootMatches, of = 'anything', value } = (source ?? {}) as Record<string, unknown>;
  for (const key of Object.keys(source ?? {}))
    if (!KEYS.includes(key)) mistake(inside(scope, key), `a placeholder has ${KEYS.join(', ')}`, 'key');
  if (typeof why !== 'string') mistake(scope, 'a placeholder needs "why"');
  if (!HOLDERS.includes(of as Holder)) mistake(inside(scope, 'of'), `"of" is one of ${HOLDERS.join(', ')}`);
  if (typeof value !== 'string') {
    mistake(scope, 'a placeholder needs "value": a regular expression for the whole extension');
    return undefined;
  }
  if (rootMatches !== undefined && typeof rootMatches !== 'string') {
    mistake(inside(scope, 'rootMatches'), 'this is a regular expression for the whole root');
    return undefined;
  }
  const roots = root === undefined ? undefined : textList(root, inside(scope, 'root'), 'a root is an OID or a UUID');
  try {
    return {
      roots: roots?.map((one) => one.toLowerCase()),
      below: below === true,
      rootMatches: rootMatches === undefined ? undefined : new RegExp(`^(?:${rootMatches})$`, 'i'),
      value: new RegExp(`^(?:${value})$`, 'i'),
      of: of as Holder,
    };
  } catch {
    mistake(inside(scope, 'value'), 'this is no regular expression');
    return undefined;
  }
}
