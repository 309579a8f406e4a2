import { resultTypes } from '../cda/path-types.js';
import { vocabulary } from '../cda/vocabulary.js';
import {
  compileCondition,
  compileNamedNodes,
  compileSelector,
  compileTogether,
  type Condition,
  type NamedNodes,
  type Selector,
  type SelectorOptions,
} from '../xpath/compile.js';
import type { Syntax } from '../xpath/syntax.js';
import type { SelectorTree } from '../xpath/selector-tree.js';
import { SelectorError } from '../xpath/selector-error.js';
import { functions, variables } from './functions.js';
import { listFunctions } from './list-functions.js';
import { mistake, ruleOf, type Scope } from './scope.js';
import { tracedSelector } from './traced-part.js';

const NO_TYPES: ReadonlyMap<string, ReadonlySet<string> | undefined> = new Map();

export interface TypedSelector {
  readonly selector: Selector;
  /** CDA types of what it selects; undefined where that can't be told or it selects no elements. */
  readonly types: ReadonlySet<string> | undefined;
}

/**
 * Compiles a selector that stands at `scope`, and checks its path against the CDA model. Mistakes are reported at the
 * character; `shift` counts the characters of the JSON string before the selector.
 */
export function selectorAt(scope: Scope, text: unknown, shift = 0): TypedSelector | undefined {
  if (typeof text !== 'string') {
    mistake(scope, 'a selector is text');
    return undefined;
  }
  return reported(scope, shift, () => {
    const own = selectorOf(scope, text);
    const selector = scope.environment.traced ? tracedSelector(own, ruleOf(scope)) : own;
    if (scope.environment.checked) return new CheckedSelector(selector, scope);
    return { selector, types: typesOf(scope, selector.syntax, shift) };
  });
}

/** Of a selector that was checked before, few ask for the types. */
class CheckedSelector implements TypedSelector {
  constructor(
    readonly selector: Selector,
    private readonly scope: Scope,
  ) {}

  get types(): TypedSelector['types'] {
    return typesOf(this.scope, this.selector.syntax, 0);
  }
}

/** Compiles a condition that stands at `scope` (see compileCondition); checked and reported as a selector is. */
export function conditionAt(scope: Scope, text: string): Condition | undefined {
  return reported(scope, 0, () => {
    const condition = compileCondition(text, { ...optionsOf(scope), compiled: scope.environment.expressions });
    if (!scope.environment.checked) typesOf(scope, scope.environment.parse(text), 0);
    return condition;
  });
}

/** Compiles what nodes of a name stand for; checked and reported as a selector is. */
export function namedNodesAt(
  scope: Scope,
  text: string,
): { readonly nodes: NamedNodes; readonly types: ReadonlySet<string> | undefined } | undefined {
  return reported(scope, 0, () => {
    const nodes = compileNamedNodes(text, { ...optionsOf(scope), compiled: scope.environment.expressions });
    return { nodes, types: typesOf(scope, scope.environment.parse(text), 0) };
  });
}

/** What compiles, or undefined with the mistake reported at its character. */
export function reported<T>(scope: Scope, shift: number, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    mistake(scope, error.message, 'value', 1 + shift + error.offset);
    return undefined;
  }
}

/** The CDA types of what a selector finds; a path that the CDA model does not have is reported. */
export function typesOf(scope: Scope, syntax: Syntax, shift: number): ReadonlySet<string> | undefined {
  const { types, mistakes } = resultTypes(syntax, scope.context, {
    names: scope.bindings?.types ?? NO_TYPES,
    calls: scope.environment.nodeTypes,
  });
  for (const { offset, message } of mistakes) mistake(scope, message, 'value', 1 + shift + offset);
  return types;
}

/** A selector means the same wherever it stands, and half of a set says what another mapping said: each is compiled once. */
function selectorOf(scope: Scope, text: string): Selector {
  const { environment, bindings } = scope;
  // Where it names what only this file has a name for, only here.
  const own = bindings?.areIn(text) === true ? bindings : undefined;
  const known = own?.selectors ?? environment.selectors;
  let selector = known.get(text);
  if (selector === undefined) {
    const compiled = own?.parts ?? environment.expressions;
    selector = compileSelector(text, { ...optionsOf(own === undefined ? { environment } : scope), compiled });
    known.set(text, selector);
  }
  return selector;
}

/** Several selectors from the same node as one walk. */
export function selectorsTogether(scope: Scope, selectors: readonly Selector[]): SelectorTree {
  return compileTogether(selectors, optionsOf(scope));
}

export function optionsOf({ environment, bindings }: Pick<Scope, 'environment' | 'bindings'>): SelectorOptions {
  const { conditions, lists, codeLists, parse } = environment;
  const bound = bindings?.expressions;
  return {
    ...(bound === undefined ? {} : { bound }),
    names: vocabulary,
    functions,
    variables,
    conditions,
    listFunctions,
    lists,
    codeLists,
    parse,
  };
}
