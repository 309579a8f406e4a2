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
  /** The CDA types of what it selects; undefined if they are not known, or it selects no elements. */
  readonly types: ReadonlySet<string> | undefined;
}

/**
 * Compiles a selector at `scope` and checks its path against the CDA model. A mistake is reported at its character;
 * `shift` is the number of characters that the JSON string has before the selector.
 */
export function selectorAt(scope: Scope, text: unknown, shift = 0): TypedSelector | undefined {
  if (typeof text !== 'string') {
    mistake(scope, 'a selector is text');
    return undefined;
  }
  return reported(scope, shift, () => {
    const own = selectorOf(scope, text);
    const selector = scope.environment.traced === 'attempts' ? tracedSelector(own, ruleOf(scope)) : own;
    if (scope.environment.checked) return new CheckedSelector(selector, scope);
    return { selector, types: typesOf(scope, selector.syntax, shift) };
  });
}

/** A selector that was checked before. Its types are found out only if they are asked for. */
class CheckedSelector implements TypedSelector {
  constructor(
    readonly selector: Selector,
    private readonly scope: Scope,
  ) {}

  get types(): TypedSelector['types'] {
    return typesOf(this.scope, this.selector.syntax, 0);
  }
}

/** Compiles a condition at `scope` (see compileCondition). It is checked and reported as a selector is. */
export function conditionAt(scope: Scope, text: string): Condition | undefined {
  return reported(scope, 0, () => {
    const condition = compileCondition(text, { ...optionsOf(scope), compiled: scope.environment.expressions });
    if (!scope.environment.checked) typesOf(scope, scope.environment.parse(text), 0);
    return condition;
  });
}

/** Compiles the nodes that a name stands for. They are checked and reported as a selector is. */
export function namedNodesAt(
  scope: Scope,
  text: string,
): { readonly nodes: NamedNodes; readonly types: ReadonlySet<string> | undefined } | undefined {
  return reported(scope, 0, () => {
    const nodes = compileNamedNodes(text, { ...optionsOf(scope), compiled: scope.environment.expressions });
    return { nodes, types: typesOf(scope, scope.environment.parse(text), 0) };
  });
}

/** Compiles something; if it has a mistake, reports it at its character and gives undefined. */
export function reported<T>(scope: Scope, shift: number, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    mistake(scope, error.message, 'value', 1 + shift + error.offset);
    return undefined;
  }
}

/** The CDA types of what a selector finds. A path that the CDA model does not have is reported. */
export function typesOf(scope: Scope, syntax: Syntax, shift: number): ReadonlySet<string> | undefined {
  const { types, mistakes } = resultTypes(syntax, scope.context, {
    names: scope.bindings?.types ?? NO_TYPES,
    calls: scope.environment.nodeTypes,
  });
  for (const { offset, message } of mistakes) mistake(scope, message, 'value', 1 + shift + offset);
  return types;
}

/**
 * A selector means the same everywhere, and half of the selectors of a set occur in several mappings. So each is
 * compiled once.
 */
function selectorOf(scope: Scope, text: string): Selector {
  const { environment, bindings } = scope;
  // A selector that uses a name of its file means something only there, so it is kept there.
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

/** Joins several selectors that start from the same node into one walk. */
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
