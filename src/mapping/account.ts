import type { Node } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { SelectorTree } from '../xpath/selector-tree.js';
import type { Run } from './run.js';
import { inside, mistake, ruleOf, textList, type Scope } from './scope.js';
import { selectorAt, selectorsTogether } from './selectors.js';

interface Ignored {
  readonly selector: Selector;
  readonly reason: string;
  readonly rule: string;
}

/**
 * `"verify": ["statusCode[@code='completed']"]`: what the predicates of these compare is constant, and read only to see that
 * it is as it has to be. `"ignore": { "entryRelationship/encounter": "why" }`: facts that are left out, with the reason.
 * Both are of no use to the resource, only to the ledger.
 */
export function compileAccount(
  verifySource: unknown,
  ignoreSource: unknown,
  scope: Scope,
): (run: Run, node: Node) => void {
  const verified = verifiedBy(verifySource, inside(scope, 'verify'));
  const ignored = ignoredBy(ignoreSource, inside(scope, 'ignore'));
  const verify = together(verified, scope);
  const leaveOut = together(
    ignored.map(({ selector }) => selector),
    scope,
  );
  return (run, node) => {
    verify?.(run, node, () => undefined);
    if (leaveOut === undefined) return;
    const left: { index: number; found: Node }[] = [];
    const { checkpoint } = run.journal;
    leaveOut(run, node, (index, found) => left.push({ index, found }));
    // What a rule compares decides what the ledger says, nothing in the Bundle.
    run.journal.rollback(checkpoint);
    // Where two rules name a fact, the first one says why.
    left.sort((one, other) => one.index - other.index);
    for (const { index, found } of left) run.drop(found, ignored[index]!.reason, ignored[index]!.rule);
  };
}

/** Each has been checked; put together they are when the first document asks. */
function together(selectors: readonly Selector[], scope: Scope): SelectorTree | undefined {
  if (selectors.length === 0) return undefined;
  let tree: SelectorTree | undefined;
  return (context, node, found) => (tree ??= selectorsTogether(scope, selectors))(context, node, found);
}

function verifiedBy(source: unknown, scope: Scope): Selector[] {
  return textList(source ?? [], scope, '"verify" lists selectors').flatMap((text, index) => {
    const typed = selectorAt(inside(scope, index), text);
    if (typed !== undefined && typed.selector.type !== 'nodes')
      mistake(inside(scope, index), '"verify" selects nodes by what they must be equal to');
    return typed?.selector.type === 'nodes' ? [typed.selector] : [];
  });
}

function ignoredBy(source: unknown, scope: Scope): Ignored[] {
  return Object.entries((source ?? {}) as Record<string, unknown>).flatMap(([text, reason]) => {
    const at = inside(scope, text);
    const typed = selectorAt(at, text);
    if (typeof reason !== 'string') mistake(at, 'say why it is ignored');
    if (typed !== undefined && typed.selector.type !== 'nodes') mistake(at, '"ignore" selects nodes');
    return typed?.selector.type === 'nodes'
      ? [{ selector: typed.selector, reason: String(reason), rule: ruleOf(at) }]
      : [];
  });
}
