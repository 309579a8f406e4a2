import { suggestion } from '../xpath/nearest.js';
import type { Axis, NodeTest, PathSyntax, StepSyntax, Syntax } from '../xpath/syntax.js';
import { impossibleConstants } from './attribute-codes.js';
import { comparedWithoutText } from './compared-without-text.js';
import { anyHas, DOCUMENT_TYPES, namedTypes, reach, typeNamed, typesNamed } from './type-graph.js';

/** The types that the nodes of a path can have; undefined if the model can't tell (attributes, text, any element). */
export type Types = ReadonlySet<string> | undefined;

export interface PathMistake {
  /** Offset into the selector's text. */
  readonly offset: number;
  readonly message: string;
}

/**
 * Follows a selector through the CDA model, from elements of the types in `context`. Gives the types of the elements
 * that it selects, and every step that no CDA document can have.
 *
 *   resultTypes(parse('effectiveTime/low'), new Set(['POCD_MT000040.Observation'])).types // IVXB_TS
 */
export function resultTypes(syntax: Syntax, context: Types, bound: NamedTypes = NO_NAMES): ResultTypes {
  const from = context === undefined ? undefined : interned(context);
  let results = resultsOf.get(syntax);
  if (results === undefined) resultsOf.set(syntax, (results = new Map<Types, ResultTypes>()));
  let result = results.get(from);
  if (result === undefined) {
    const mistakes: PathMistake[] = [];
    results.set(from, (result = { types: typesOf(syntax, from, mistakes, bound), mistakes }));
  }
  return result;
}

/** The types of named nodes. A syntax tree must always be asked about with the same object. */
export interface NamedTypes {
  /** `$concern` */
  readonly names: ReadonlyMap<string, Types>;
  /** `drug-product()` */
  readonly calls: ReadonlyMap<string, Types>;
}

const NO_NAMES: NamedTypes = { names: new Map(), calls: new Map() };

export interface ResultTypes {
  readonly types: Types;
  readonly mistakes: readonly PathMistake[];
}

/** If many mappings have the same selector, they nearly always use it from the same types. */
const resultsOf = new WeakMap<Syntax, Map<Types, ResultTypes>>();

/** One set object for the same types in the same order, so that results can be found again. */
function interned(types: ReadonlySet<string>): ReadonlySet<string> {
  const key = [...types].join(' ');
  const known = sets.get(key);
  if (known === undefined) sets.set(key, types);
  return known ?? types;
}

const sets = new Map<string, ReadonlySet<string>>();

function typesOf(syntax: Syntax, context: Types, mistakes: PathMistake[], bound: NamedTypes): Types {
  switch (syntax.kind) {
    case 'path':
      return typesOfPath(syntax, context, mistakes, bound);
    case 'union': {
      const left = typesOf(syntax.left, context, mistakes, bound);
      const right = typesOf(syntax.right, context, mistakes, bound);
      return left === undefined || right === undefined ? undefined : interned(new Set([...left, ...right]));
    }
    case 'operation': {
      mistakes.push(...impossibleConstants(syntax));
      const left = typesOf(syntax.left, context, mistakes, bound);
      const right = typesOf(syntax.right, context, mistakes, bound);
      mistakes.push(...comparedWithoutText(syntax, left, right));
      return undefined;
    }
    case 'negation':
      typesOf(syntax.operand, context, mistakes, bound);
      return undefined;
    case 'call': {
      const [first] = syntax.arguments.map((argument) => typesOf(argument, context, mistakes, bound));
      if (syntax.name === 'authors') return typesNamed('author');
      if (syntax.name === 'informants') return typesNamed('informant');
      // group() gives nodes like the context node, and full(x) an element like x.
      if (syntax.name === 'group') return context;
      if (bound.calls.has(`${syntax.name}()`)) return bound.calls.get(`${syntax.name}()`);
      // A cell of the narrative is read as text.
      if (syntax.name === 'cell') return interned(new Set(['ED']));
      return syntax.name === 'full' ? first : undefined;
    }
    case 'variable':
      return bound.names.get(syntax.name);
    default:
      return undefined;
  }
}

function typesOfPath(path: PathSyntax, context: Types, mistakes: PathMistake[], bound: NamedTypes): Types {
  let types: Types = path.absolute ? DOCUMENT_TYPES : context;
  if (path.filter !== undefined) {
    types = typesOf(path.filter.expression, context, mistakes, bound);
    for (const predicate of path.filter.predicates) typesOf(predicate, types, mistakes, bound);
  }
  for (const step of path.steps) {
    types = typesAfter(step, types, mistakes);
    for (const predicate of step.predicates) typesOf(predicate, types, mistakes, bound);
  }
  return types;
}

/** Where a step leads from the given types, or why CDA has no such thing. */
interface Way {
  readonly types: Types;
  readonly mistake?: string;
}

/** The ways taken so far, by their start and their step: of 25 steps of a mapping set one is new. */
const waysFrom = new WeakMap<ReadonlySet<string>, Map<string, Way>>();

function typesAfter(step: StepSyntax, types: Types, mistakes: PathMistake[]): Types {
  const { axis, test } = step;
  if (types === undefined) {
    // `identified(id)/self::encounter`: the name gives the type.
    return axis === 'self' && test.kind === 'name' ? typesNamed(test.name) : undefined;
  }
  let ways = waysFrom.get(types);
  if (ways === undefined) waysFrom.set(types, (ways = new Map<string, Way>()));
  const key = test.kind === 'name' ? `${axis} ${test.name}` : `${axis} ${test.kind}()`;
  let way = ways.get(key);
  if (way === undefined) ways.set(key, (way = wayOf(axis, test, types)));
  if (way.mistake !== undefined) mistakes.push({ offset: step.start, message: way.mistake });
  return way.types;
}

function wayOf(axis: Axis, test: NodeTest, types: ReadonlySet<string>): Way {
  // Where the model says ANY, xsi:type may put any data type.
  if (types.has('ANY')) return { types: undefined };
  if (axis === 'attribute') {
    const known = test.kind !== 'name' || test.name.includes(':') || anyHas(types, test.name, 'attributes');
    if (known) return { types: undefined };
    return { types: undefined, mistake: impossible(`attribute @${test.name}`, types, test.name, 'attributes') };
  }
  if (test.kind === 'text') return { types: undefined };
  if (test.kind !== 'name') return { types: interned(reach(axis, types)) };
  const named = namedTypes(axis, test.name, types);
  if (named.size > 0) return { types: interned(named) };
  return { types: undefined, mistake: impossible(`element ${test.name}`, types, test.name, 'elements') };
}

function impossible(what: string, types: ReadonlySet<string>, name: string, kind: 'attributes' | 'elements'): string {
  const namesOf = (which: 'attributes' | 'elements') =>
    new Set([...types].flatMap((type) => Object.keys(typeNamed(type)?.[which] ?? {})));
  // `negationInd` for `@negationInd`, `@low` for `low`.
  const other = kind === 'attributes' ? 'elements' : 'attributes';
  const meant = namesOf(other).has(name) ? `; did you mean ${other === 'attributes' ? '@' : ''}${name}?` : undefined;
  const near = meant ?? suggestion(name, namesOf(kind));
  return `CDA has no ${what} there (in ${[...types].slice(0, 3).join(', ')})${near}`;
}
