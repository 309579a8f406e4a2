/** Steps such as `*[self::id or self::code]`: a child with one of several names. */
import { idOf, type Names } from '../xml/names.js';
import { namedChildren } from '../xml/named-children.js';
import type { Node, Tree } from '../xml/tree.js';
import type { StepSyntax, Syntax } from './syntax.js';

/** The numbers of the names that a step allows; undefined if the step is of another form. */
export function namesAsked(names: Names, { axis, test, predicates }: StepSyntax): readonly number[] | undefined {
  if (axis !== 'child' || test.kind !== 'any' || predicates.length !== 1) return undefined;
  const found = selvesIn(predicates[0]!)?.map((name) => idOf(names, name));
  return found?.includes(undefined) === true ? undefined : (found as number[] | undefined);
}

function selvesIn(syntax: Syntax): readonly string[] | undefined {
  if (syntax.kind === 'operation' && syntax.operator === 'or') {
    const [left, right] = [selvesIn(syntax.left), selvesIn(syntax.right)];
    return left === undefined || right === undefined ? undefined : [...left, ...right];
  }
  if (syntax.kind !== 'path' || syntax.absolute || syntax.filter !== undefined || syntax.steps.length !== 1)
    return undefined;
  const { axis, test, predicates } = syntax.steps[0]!;
  return axis === 'self' && test.kind === 'name' && predicates.length === 0 ? [test.name] : undefined;
}

/** The children with one of these names, in document order. */
export function childrenOfNames(tree: Tree, element: Node, names: readonly number[]): readonly Node[] {
  const lists = names.map((name) => namedChildren(tree, element, name)).filter((list) => list.length > 0);
  const [only] = lists;
  if (lists.length < 2) return only ?? [];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
