import type { Node } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { SelectorTree } from '../xpath/selector-tree.js';
import type { Run } from './run.js';
import { inside, mistake, ruleOf, type Scope } from './scope.js';
import { selectorAt, selectorsTogether } from './selectors.js';

interface Ignored {
  readonly selector: Selector;
  readonly reason: string;
  readonly rule: string;
}

/** What a mapping or fragment says about facts that do not reach its resource. */
export interface AccountSource {
  readonly ignore?: unknown;
  readonly repeats?: unknown;
}

/**
 * Compiles `ignore` and `repeats` of a mapping or fragment. They add nothing to the resource; they only tell the
 * ledger.
 * - `"ignore": { "entryRelationship/encounter": "why" }`: these facts are left out, for this reason.
 * - `"repeats": { "entryRelationship/supply/author": "author" }`: the first place says the same as the second.
 */
export function compileAccount(source: AccountSource, scope: Scope): ((run: Run, node: Node) => void) | undefined {
  if (source.ignore === undefined && source.repeats === undefined) return undefined;
  const repeats = repeatsOf(source.repeats, inside(scope, 'repeats'));
  const ignored = ignoredBy(source.ignore, inside(scope, 'ignore'));
  const leaveOut = together(
    ignored.map(({ selector }) => selector),
    scope,
  );
  return (run, node) => {
    for (const { place, other } of repeats) repeat(run, node, place, other);
    if (leaveOut === undefined) return;
    const left: { index: number; found: Node }[] = [];
    // What these selectors compared decided only an entry of the ledger, nothing in the Bundle. So their marks are
    // taken back.
    run.journal.silently(() => leaveOut(run, node, (index, found) => left.push({ index, found })));
    // If two rules name a fact, the first rule gives the reason.
    left.sort((one, other) => one.index - other.index);
    for (const { index, found } of left) run.ignore(found, ignored[index]!.reason, ignored[index]!.rule);
  };
}

/** The selectors were all checked before. They are joined when the first document asks for them. */
function together(selectors: readonly Selector[], scope: Scope): SelectorTree | undefined {
  if (selectors.length === 0) return undefined;
  let tree: SelectorTree | undefined;
  return (context, node, found) => (tree ??= selectorsTogether(scope, selectors))(context, node, found);
}

interface Repeats {
  readonly place: Selector;
  readonly other: Selector;
}

/** Without a limit, each of a hundred races would be compared with all others. */
const MOST_OTHERS = 32;

function repeat(run: Run, node: Node, place: Selector, other: Selector): void {
  // What was compared decided only an entry of the ledger, nothing in the Bundle. So its marks are taken back.
  const places = run.journal.silently(() => place.nodes(run, node));
  const others = places.length === 0 ? places : run.journal.silently(() => other.nodes(run, node));
  const some = others.slice(0, MOST_OTHERS);
  for (const one of places) for (const same of some) if (one !== same) run.journal.repeated(one, same);
}

function repeatsOf(source: unknown, scope: Scope): Repeats[] {
  return Object.entries((source ?? {}) as Record<string, unknown>).flatMap(([text, other]) => {
    const at = inside(scope, text);
    const [one, same] = [selectorAt(at, text), selectorAt(at, other)];
    if (one === undefined || same === undefined) return [];
    if (one.selector.type === 'nodes' && same.selector.type === 'nodes')
      return [{ place: one.selector, other: same.selector }];
    mistake(at, '"repeats" names two places: selectors of nodes');
    return [];
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
