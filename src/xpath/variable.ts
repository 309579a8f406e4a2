import type { SelectorContext, Value } from './context.js';
import { inOrder, noSources, type Evaluate, type Expression } from './expression.js';
import { suggestion } from './nearest.js';
import type { SelectorScope } from './scope.js';
import { SelectorError } from './selector-error.js';
import { visitAll } from './sink.js';
import type { VariableSyntax } from './syntax.js';

/** XPath 1.0, 3.1. The value comes with the context. The caller must give a value of the declared type. */
export function compileVariable(scope: SelectorScope, { name, start }: VariableSyntax): Expression {
  const bound = scope.bound.get(name);
  if (bound !== undefined) return bound;
  const type = scope.variables.get(name);
  if (type === undefined) {
    const known = [...scope.bound.keys(), ...scope.variables.keys()].map((each) => `$${each}`);
    const list = known.length === 0 ? '; there are none here' : suggestion(`$${name}`, known);
    throw new SelectorError(`Unknown variable $${name}${list}`, start);
  }
  const common = { marks: false, sources: noSources };
  switch (type) {
    case 'string':
      return { ...common, type, evaluate: reading(name, (value) => (typeof value === 'string' ? value : undefined)) };
    case 'number':
      return { ...common, type, evaluate: reading(name, (value) => (typeof value === 'number' ? value : undefined)) };
    case 'boolean':
      return { ...common, type, evaluate: reading(name, (value) => (typeof value === 'boolean' ? value : undefined)) };
    case 'nodes': {
      const read = reading(name, (value) => (typeof value === 'object' ? value : undefined));
      return {
        type,
        marks: false,
        walk: (context, node, sink, position, size) =>
          visitAll(context, inOrder(read(context, node, position, size)), sink),
      };
    }
  }
}

function reading<T>(name: string, narrow: (value: Value) => T | undefined): Evaluate<T> {
  return (context: SelectorContext) => {
    const value = context.variables.get(name);
    const narrowed = value === undefined ? undefined : narrow(value);
    if (narrowed === undefined) throw new TypeError(`The variable $${name} has no value of its declared type`);
    return narrowed;
  };
}
