import type { Selector } from '../xpath/compile.js';
import { entering } from './bindings.js';
import type { AlikeRule } from './mapping.js';
import { inside, mistake, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';

const KEYS: readonly string[] = ['$comment', 'by', 'ids', 'oneId', 'apart'];

/**
 * Checks and compiles `alike` of an identity: `"alike": { "by": ["family", "given"], "ids": "id", "oneId": true,
 * "apart": ["birthTime/@value"] }`.
 */
export function compileAlikeRule(source: unknown, scope: Scope): AlikeRule | undefined {
  if (source === undefined) return undefined;
  if (typeof source !== 'object' || source === null) {
    mistake(scope, '"alike" is { "by", "ids", "oneId", "apart" }');
    return undefined;
  }
  for (const key of Object.keys(source))
    if (!KEYS.includes(key)) mistake(inside(scope, key), `there is no "${key}" here, but ${KEYS.join(', ')}`, 'key');
  const rule = source as Readonly<Record<string, unknown>>;
  if (!Array.isArray(rule.by) || rule.by.length === 0) {
    mistake(scope, '"by" must list the selectors that have the same text in both');
    return undefined;
  }
  if (rule.oneId !== undefined && typeof rule.oneId !== 'boolean')
    mistake(inside(scope, 'oneId'), 'this is true or false');
  const compiled = (texts: readonly unknown[], key: string): Selector[] =>
    texts.flatMap((text, index) => {
      const selector = selectorAt(inside(inside(scope, key), index), text)?.selector;
      return selector === undefined ? [] : entering(selector, scope.bindings);
    });
  const ids = rule.ids === undefined ? undefined : selectorAt(inside(scope, 'ids'), rule.ids)?.selector;
  if (ids !== undefined && ids.type !== 'nodes') mistake(inside(scope, 'ids'), 'this selects nodes');
  return {
    by: compiled(rule.by as unknown[], 'by'),
    ids: ids === undefined ? undefined : entering(ids, scope.bindings),
    oneId: rule.oneId === true,
    apart: compiled(Array.isArray(rule.apart) ? (rule.apart as unknown[]) : [], 'apart'),
  };
}
