import type { Selector } from '../xpath/compile.js';
import type { GroupRule, Together } from './mapping.js';
import { inside, mistake, onNodes, type Scope } from './scope.js';
import { selectorAt, type TypedSelector } from './selectors.js';

const KEYS: readonly string[] = ['within', 'of', 'by', 'apart', 'main'];

/**
 * Checks and compiles `group`: `"group": { "within": "ancestor::section[1]", "of": ".//observation[…]", "by":
 * ["effectiveTime/@value"], "apart": "code/@code", "main": "code/@code='8480-6'" }`.
 */
export function compileGroupRule(source: unknown, scope: Scope): GroupRule | undefined {
  if (source === undefined) return undefined;
  if (typeof source !== 'object' || source === null) {
    mistake(scope, '"group" is { "within", "of", "by", "apart", "main" }');
    return undefined;
  }
  for (const key of Object.keys(source))
    if (!KEYS.includes(key)) mistake(inside(scope, key), `there is no "${key}" here, but ${KEYS.join(', ')}`, 'key');
  const rule = source as Readonly<Record<string, unknown>>;
  const within = nodesAt(rule.within, inside(scope, 'within'));
  const of = nodesAt(rule.of, inside(onNodes(scope, within?.types), 'of'));
  const member = onNodes(scope, of?.types);
  const optional = (key: string): Selector | undefined =>
    rule[key] === undefined ? undefined : selectorAt(inside(member, key), rule[key])?.selector;
  const by = (Array.isArray(rule.by) ? (rule.by as unknown[]) : [rule.by]).map((source, index) =>
    togetherAt(source, inside(inside(member, 'by'), index)),
  );
  const [apart, main] = [optional('apart'), optional('main')];
  return within === undefined || of === undefined
    ? undefined
    : { within: within.selector, of: of.selector, by, apart, main };
}

/**
 * `"effectiveTime/@value"` (the texts must be equal and not empty), or `{ "in": "ancestor::entry[1]", "text": "…" }`
 * (the texts must be equal and may be empty).
 */
function togetherAt(source: unknown, scope: Scope): Together {
  if (typeof source !== 'object' || source === null)
    return { in: undefined, text: selectorAt(scope, source)?.selector };
  for (const key of Object.keys(source))
    if (key !== 'in' && key !== 'text')
      mistake(inside(scope, key), `there is no "${key}" here; the members are "in" and "text"`, 'key');
  const rule = source as Readonly<Record<string, unknown>>;
  return {
    in: nodesAt(rule.in, inside(scope, 'in'))?.selector,
    text: rule.text === undefined ? undefined : selectorAt(inside(scope, 'text'), rule.text)?.selector,
  };
}

function nodesAt(text: unknown, scope: Scope): TypedSelector | undefined {
  const typed = selectorAt(scope, text);
  if (typed === undefined || typed.selector.type === 'nodes') return typed;
  mistake(scope, 'this selects nodes');
  return undefined;
}
