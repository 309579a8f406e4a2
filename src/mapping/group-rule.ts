import type { Selector } from '../xpath/compile.js';
import type { GroupRule } from './group.js';
import { inside, mistake, onNodes, type Scope } from './scope.js';
import { selectorAt, type TypedSelector } from './selectors.js';

const KEYS: readonly string[] = ['within', 'of', 'by', 'apart', 'main'];

/**
 * `"group": { "within": "ancestor::section[1]", "of": ".//observation[…]", "by": ["effectiveTime/@value"], "apart":
 * "code/@code", "main": "code/@code='8480-6'" }`, checked and compiled.
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
  const by = (Array.isArray(rule.by) ? (rule.by as unknown[]) : [rule.by]).flatMap(
    (text, index) => selectorAt(inside(inside(member, 'by'), index), text)?.selector ?? [],
  );
  const [apart, main] = [optional('apart'), optional('main')];
  return within === undefined || of === undefined
    ? undefined
    : { within: within.selector, of: of.selector, by, apart, main };
}

function nodesAt(text: unknown, scope: Scope): TypedSelector | undefined {
  const typed = selectorAt(scope, text);
  if (typed === undefined || typed.selector.type === 'nodes') return typed;
  mistake(scope, 'this selects nodes');
  return undefined;
}
