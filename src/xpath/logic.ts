/** `and` and `or` (XPath 1.0, 3.4). Only the marks stay on which the result depends. */
import { asBoolean, noSources, type BooleanExpression, type Expression } from './expression.js';
import { attributeEquals } from './comparison.js';
import { needsOfAny } from './needs.js';

export function compileLogic(operator: 'and' | 'or', left: Expression, right: Expression): BooleanExpression {
  const either = operator === 'or' ? eitherOf(left, right) : undefined;
  if (either !== undefined) return either;
  const [one, other] = [asBoolean(left), asBoolean(right)];
  const marks = (left.type === 'boolean' && left.marks) || (right.type === 'boolean' && right.marks);
  // `and` needs what either side needs; `or` needs what both sides need.
  const needs = operator === 'and' ? (left.needs ?? right.needs) : needsOfAny([left.needs, right.needs]);
  const common = { type: 'boolean', needs, marks, sources: noSources } as const;
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

/** `@code='1' or @code='2' or …`: the attribute is looked up only once. */
function eitherOf(left: Expression, right: Expression): BooleanExpression | undefined {
  if (left.type !== 'boolean' || right.type !== 'boolean') return undefined;
  const [one, other] = [left.equals, right.equals];
  if (one === undefined || one.attribute !== other?.attribute) return undefined;
  const equals = { attribute: one.attribute, texts: [...one.texts, ...other.texts] };
  return { ...left, equals, evaluate: attributeEquals(equals) };
}
