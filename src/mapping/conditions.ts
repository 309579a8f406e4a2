import { typesNamed } from '../cda/type-graph.js';
import { functions } from './functions.js';
import { listFunctions } from './list-functions.js';
import { vocabulary } from '../cda/vocabulary.js';
import { anyNodes, compileCondition, compileNamedNodes, compileTests } from '../xpath/compile.js';
import { suggestion } from '../xpath/nearest.js';
import { keptOfLate, nodesKeptOfLate } from '../xpath/of-late.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, onNodes, unknownKeys, type Environment, type Scope } from './scope.js';
import { conditionAt, namedNodesAt } from './selectors.js';

/** A condition as in `conditions.json`. It is checked here, so every member may still be anything. */
interface ConditionSource {
  readonly title?: unknown;
  readonly on?: unknown;
  readonly test?: unknown;
  readonly any?: unknown;
  readonly all?: unknown;
  readonly nodes?: unknown;
}

/** A condition has exactly one of these. */
export const CONDITION_KINDS = ['test', 'any', 'all', 'nodes'] as const;
const KEYS: readonly string[] = ['$comment', 'title', 'on', ...CONDITION_KINDS];
const SHAPE =
  'a condition is { "title", "on": ["element"], "test": "selector" }, or has "any", "all" (lists of selectors) or "nodes" for "test"';

/**
 * Compiles `conditions.json`: `{ "conditions": { "happened": { "title", "on": ["observation"], "test": "XPath" } } }`.
 * In place of `test` may stand `any` or `all`, lists of selectors of which one must hold, or all; or `nodes`, one or
 * more selectors: then the name stands for the nodes that they find. A condition may use those before it. `on` names
 * the elements from which its paths are checked against the CDA model.
 */
export function compileConditions(file: MappingFile | undefined, environment: Environment): void {
  if (file === undefined) return;
  const { conditions = {} } = (file.value ?? {}) as { conditions?: Readonly<Record<string, ConditionSource>> };
  const top: Scope = { environment, file, pointer: '/conditions', context: undefined };
  for (const [name, source] of Object.entries(conditions)) {
    const scope = inside(top, name);
    if (!/^[a-z]+(-[a-z]+)*$/.test(name)) mistake(scope, 'a condition is named by words in lower case', 'key');
    if (functions.has(name) || listFunctions.tests.has(name) || listFunctions.nodes.has(name))
      mistake(scope, `${name}() is a function already`, 'key');
    unknownKeys(source, KEYS, scope);
    const meant = misspelt(name, source, file);
    if (meant !== '') {
      mistake(scope, `the set has no condition "${name}"${meant}`, 'key');
      continue;
    }
    if (typeof source.title !== 'string') mistake(scope, 'a condition needs "title": what it means');
    if (environment.checked) compileWhenNamed(name, source, scope);
    else compileNamed(name, source, scope);
  }
}

/** The condition of the set that a sender's patch means, where the patch misspells its name. */
function misspelt(name: string, source: ConditionSource, { patched }: MappingFile): string {
  if (patched === undefined || (source.title !== undefined && source.on !== undefined)) return '';
  const { conditions } = (patched.base.value ?? {}) as { readonly conditions?: object };
  return Object.hasOwn(conditions ?? {}, name) ? '' : suggestion(name, Object.keys(conditions ?? {}));
}

function compileWhenNamed(name: string, source: ConditionSource, scope: Scope): void {
  const { conditions, nodeTypes } = scope.environment;
  const compile = (): void => compileNamed(name, source, scope);
  conditions.later(name, compile);
  if (source.nodes !== undefined) nodeTypes.later(`${name}()`, compile);
}

function compileNamed(name: string, source: ConditionSource, scope: Scope): void {
  if (compileWhole(name, source, scope)) return;
  // Its mistake is told; whoever names it has made none.
  const { conditions, nodeTypes } = scope.environment;
  if (source.nodes === undefined) conditions.set(name, compileCondition('true()', { names: vocabulary }));
  else conditions.set(name, compileNamedNodes('.', { names: vocabulary }));
  nodeTypes.set(`${name}()`, undefined);
}

/** Answers whether the condition is without a mistake. */
function compileWhole(name: string, source: ConditionSource, scope: Scope): boolean {
  const { environment } = scope;
  const kinds = CONDITION_KINDS.filter((kind) => source[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1 || !Array.isArray(source.on)) {
    mistake(scope, SHAPE);
    return false;
  }
  const context = new Set((source.on as unknown[]).flatMap((element) => [...typesNamed(String(element))]));
  const at = onNodes(inside(scope, kind), context);
  const listed = Array.isArray(source[kind]) && kind !== 'test';
  const texts = listed ? (source[kind] as unknown[]) : [source[kind]];
  if (!texts.every((text) => typeof text === 'string') || texts.length === 0 || (!listed && kind.startsWith('a'))) {
    mistake(scope, SHAPE);
    return false;
  }
  const place = (index: number) => (listed ? inside(at, index) : at);
  if (kind === 'nodes') {
    const named = texts.map((text, index) => namedNodesAt(place(index), text));
    if (!named.every((one) => one !== undefined)) return false;
    environment.conditions.set(name, nodesKeptOfLate(anyNodes(named.map(({ nodes }) => nodes))));
    environment.nodeTypes.set(`${name}()`, allTypes(named.map(({ types }) => types)));
    return true;
  }
  const conditions = texts.map((text, index) => conditionAt(place(index), text));
  if (!conditions.every((one) => one !== undefined)) return false;
  environment.conditions.set(name, keptOfLate(compileTests(kind === 'all' ? 'and' : 'or', conditions)));
  return true;
}

/** The types that one of several selectors can give; undefined if that can't be told for one of them. */
function allTypes(each: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const known = each.filter((types) => types !== undefined);
  return known.length < each.length ? undefined : new Set(known.flatMap((types) => [...types]));
}
