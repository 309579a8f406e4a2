import { resultTypes, typesNamed } from '../cda/path-types.js';
import { vocabulary } from '../cda/vocabulary.js';
import { compileCondition } from '../xpath/compile.js';
import { parseSelector } from '../xpath/grammar.js';
import { SelectorError } from '../xpath/selector-error.js';
import { functions, variables } from './functions.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, type Environment, type Scope } from './scope.js';

/** A condition as `conditions.json` says it; checked here, so every member may be anything. */
interface ConditionSource {
  readonly title?: unknown;
  readonly on?: unknown;
  readonly test?: unknown;
}

/**
 * Compiles `conditions.json`: `{ "conditions": { "happened": { "title", "on": ["observation"], "test": "XPath" } } }`. Each
 * may name those before it. `on` says from which elements its paths are checked against the CDA model.
 */
export function compileConditions(file: MappingFile | undefined, environment: Environment): void {
  if (file === undefined) return;
  const { conditions = {} } = (file.value ?? {}) as { conditions?: Readonly<Record<string, ConditionSource>> };
  const top: Scope = { environment, file, pointer: '/conditions', context: undefined };
  for (const [name, { title, on, test }] of Object.entries(conditions)) {
    const scope = inside(top, name);
    const at = inside(scope, 'test');
    if (!/^[a-z]+(-[a-z]+)*$/.test(name)) mistake(scope, 'a condition is named by words in lower case', 'key');
    if (functions.has(name)) mistake(scope, `${name}() is a function already`, 'key');
    if (typeof title !== 'string') mistake(scope, 'a condition needs "title": what it means');
    if (typeof test !== 'string' || !Array.isArray(on)) {
      mistake(scope, 'a condition is { "title", "on": ["element"], "test": "selector" }');
      continue;
    }
    const context = new Set((on as unknown[]).flatMap((element) => [...typesNamed(String(element))]));
    try {
      const options = { names: vocabulary, functions, variables, conditions: environment.conditions };
      environment.conditions.set(name, compileCondition(test, options));
      for (const { offset, message } of resultTypes(parseSelector(test), context).mistakes)
        mistake(at, message, 'value', 1 + offset);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      mistake(at, error.message, 'value', 1 + error.offset);
    }
  }
}
