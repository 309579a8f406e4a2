/** `and` and `or` (XPath 1.0, 3.4). Only the marks stay on which the result depends. */
import { asBoolean, noSources, type BooleanExpression, type Evaluate, type Expression } from './expression.js';
import { attributeEquals } from './equality.js';
import { needsOfAny } from './needs.js';
import { namesOfAny, namesOfBoth } from './own-name.js';

export function compileLogic(operator: 'and' | 'or', left: Expression, right: Expression): BooleanExpression {
  const either = operator === 'or' ? eitherOf(left, right) : undefined;
  if (either !== undefined) return either;
  const [one, other] = [asBoolean(left), asBoolean(right)];
  const marks = (left.type === 'boolean' && left.marks) || (right.type === 'boolean' && right.marks);
  // `and` needs what either side needs; `or` needs what both sides need.
  const needs = operator === 'and' ? (left.needs ?? right.needs) : needsOfAny([left.needs, right.needs]);
  const ownNames =
    operator === 'and' ? namesOfBoth(left.ownNames, right.ownNames) : namesOfAny([left.ownNames, right.ownNames]);
  const common = { type: 'boolean', needs, ownNames, marks, sources: noSources } as const;
  if (!marks) {
    return {
      ...common,
      evaluate:
        operator === 'and'
          ? (context, node, position, size) =>
              one(context, node, position, size) && other(context, node, position, size)
          : (context, node, position, size) =>
              one(context, node, position, size) || other(context, node, position, size),
    };
  }
  if (operator === 'and') {
    return {
      ...common,
      evaluate(context, node, position, size) {
        const checkpoint = context.journal.checkpoint;
        if (!one(context, node, position, size)) return false;
        if (other(context, node, position, size)) return true;
        context.journal.rollback(checkpoint);
        return false;
      },
    };
  }
  return {
    ...common,
    evaluate(context, node, position, size) {
      const checkpoint = context.journal.checkpoint;
      if (!one(context, node, position, size)) return other(context, node, position, size);
      // If both sides hold, the result does not depend on either of them, so all marks are taken back. Silently nothing is written, and there is nothing to take back.
      if (context.journal.checkpoint !== checkpoint && other(context, node, position, size)) {
        context.journal.rollback(checkpoint);
      }
      return true;
    },
  };
}

/**
 * Joins tests of which one must hold. Where some are only about certain elements (`self::act[…] or self::supply[…]`),
 * a node is asked only those that its name leaves.
 */
export function compileEither(tests: readonly Expression[]): Expression {
  const together = tests.reduce((all, test) => compileLogic('or', all, test));
  const names = new Set(tests.flatMap(({ ownNames }) => [...(ownNames ?? [])]));
  if (together.type !== 'boolean' || tests.length < 2 || names.size === 0) return together;
  const others = eitherFor(tests, NO_NAME);
  const byName = new Map<number, Evaluate<boolean>>();
  return {
    ...together,
    evaluate(context, node, position, size) {
      const name = context.tree.name[node]!;
      let evaluate = byName.get(name);
      if (evaluate === undefined) {
        if (!names.has(name)) return others(context, node, position, size);
        byName.set(name, (evaluate = eitherFor(tests, name)));
      }
      return evaluate(context, node, position, size);
    },
  };
}

const NO_NAME = -1;

function eitherFor(tests: readonly Expression[], name: number): Evaluate<boolean> {
  const left = tests.filter(({ ownNames }) => ownNames === undefined || ownNames.has(name));
  return left.length === 0 ? () => false : asBoolean(left.reduce((all, test) => compileLogic('or', all, test)));
}

/** `@code='1' or @code='2' or …`: the attribute is looked up only once. */
function eitherOf(left: Expression, right: Expression): BooleanExpression | undefined {
  if (left.type !== 'boolean' || right.type !== 'boolean') return undefined;
  const [one, other] = [left.equals, right.equals];
  if (one === undefined || one.attribute !== other?.attribute) return undefined;
  const equals = { attribute: one.attribute, texts: [...one.texts, ...other.texts] };
  return { ...left, equals, evaluate: attributeEquals(equals) };
}
