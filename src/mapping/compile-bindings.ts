/** Compiles `let`: the names that a mapping or fragment gives to nodes (see bindings.ts). */
import { compileExpression } from '../xpath/compile.js';
import { Bindings } from './bindings.js';
import { variables } from './functions.js';
import { inside, mistake, type Scope } from './scope.js';
import { optionsOf, reported, typesOf } from './selectors.js';

/** Compiles the names of a file; undefined if it gives none. A name may use the names before it. */
export function compileBindings(source: unknown, scope: Scope): Bindings | undefined {
  if (source === undefined) return undefined;
  const bindings = new Bindings();
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    mistake(scope, '"let" gives names to nodes: { "concern": "../../self::act" }');
    return bindings;
  }
  for (const [name, text] of Object.entries(source as Readonly<Record<string, unknown>>)) {
    const at: Scope = { ...inside(scope, name), bindings };
    if (!/^[a-z]+(-[a-z]+)*$/.test(name)) mistake(at, 'a name is made of words in lower case', 'key');
    if (variables.has(name)) mistake(at, `$${name} is there already`, 'key');
    if (typeof text !== 'string') {
      mistake(at, 'a name stands for the nodes of a selector');
      continue;
    }
    if (scope.environment.checked) bindings.later(name, () => compileBinding(name, text, bindings, at));
    else compileBinding(name, text, bindings, at);
  }
  return bindings;
}

function compileBinding(name: string, text: string, bindings: Bindings, at: Scope): void {
  const parts = bindings.areIn(text) ? bindings.parts : at.environment.expressions;
  const compiled = reported(at, 0, () => {
    const { syntax, expression } = compileExpression(text, { ...optionsOf(at), compiled: parts });
    return { expression, types: typesOf(at, syntax, 0) };
  });
  if (compiled === undefined) return;
  const { expression, types } = compiled;
  if (expression.type === 'nodes') bindings.define(name, expression, types);
  else mistake(at, 'a name stands for nodes; a condition has its name in conditions.json');
}

/**
 * Reports names that nothing in the file uses. For a set that compiles its parts when they are asked for, this can't be
 * known yet.
 */
export function reportUnused(bindings: Bindings | undefined, scope: Scope): void {
  if (scope.environment.checked) return;
  for (const name of bindings?.expressions.keys() ?? [])
    if (!bindings!.used.has(name)) mistake(inside(scope, name), `nothing here names $${name}`, 'key');
}
