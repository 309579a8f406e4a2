import { typesNamed } from '../cda/type-graph.js';
import { functions } from './functions.js';
import { listFunctions } from './list-functions.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, onNodes, type Environment, type Scope } from './scope.js';
import { conditionAt, namedNodesAt } from './selectors.js';

/** A condition as `conditions.json` says it; checked here, so every member may be anything. */
interface ConditionSource {
  readonly title?: unknown;
  readonly on?: unknown;
  readonly test?: unknown;
  readonly nodes?: unknown;
}

/**
 * Compiles `conditions.json`: `{ "conditions": { "happened": { "title", "on": ["observation"], "test": "XPath" } } }`; with
 * `nodes` in the place of `test` the name stands for nodes from the element at hand. Each may name those before it. `on` says from which elements its paths are checked against the CDA model.
 */
export function compileConditions(file: MappingFile | undefined, environment: Environment): void {
  if (file === undefined) return;
  const { conditions = {} } = (file.value ?? {}) as { conditions?: Readonly<Record<string, ConditionSource>> };
  const top: Scope = { environment, file, pointer: '/conditions', context: undefined };
  for (const [name, { title, on, test, nodes }] of Object.entries(conditions)) {
    const scope = inside(top, name);
    if (!/^[a-z]+(-[a-z]+)*$/.test(name)) mistake(scope, 'a condition is named by words in lower case', 'key');
    if (functions.has(name) || listFunctions.tests.has(name) || listFunctions.nodes.has(name))
      mistake(scope, `${name}() is a function already`, 'key');
    if (typeof title !== 'string') mistake(scope, 'a condition needs "title": what it means');
    const text = test ?? nodes;
    if (typeof text !== 'string' || !Array.isArray(on) || (test !== undefined && nodes !== undefined)) {
      mistake(scope, 'a condition is { "title", "on": ["element"], "test": "selector" }, or has "nodes" for "test"');
      continue;
    }
    const context = new Set((on as unknown[]).flatMap((element) => [...typesNamed(String(element))]));
    const from = onNodes(scope, context);
    if (test === undefined) {
      const named = namedNodesAt(inside(from, 'nodes'), text);
      if (named === undefined) continue;
      environment.conditions.set(name, named.nodes);
      environment.nodeTypes.set(`${name}()`, named.types);
      continue;
    }
    const condition = conditionAt(inside(from, 'test'), text);
    if (condition !== undefined) environment.conditions.set(name, condition);
  }
}
