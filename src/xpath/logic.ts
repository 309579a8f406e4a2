/** `and` and `or` (XPath 1.0, 3.4), with only those marks left that the result depends on. */
import { asBoolean, noSources, type BooleanExpression, type Expression } from './expression.js';
import { attributeEquals } from './comparison.js';
import { needsOfAny } from './needs.js';

export function compileLogic(operator: 'and' | 'or', left: Expression, right: Expression): BooleanExpression {
  const either = operator === 'or' ? eitherOf(left, right) : undefined;
  if (either !== undefined) return either;
  const [one, other] = [asBoolean(left), asBoolean(right)];
  const marks = (left.type === 'boolean' && left.marks) || (right.type === 'boolean' && right.marks);
  // Both sides have to hold, or one.
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
      // Where both sides hold, neither has to. Silently nothing is written, and there is nothing to take back.
      if (context.journal.checkpoint !== checkpoint && other(context, node, position, size)) {
        context.journal.rollback(checkpoint);
      }
      return true;
    },
  };
}

/** `@code='1' or @code='2' or …`: the attribute is looked for once. */
function eitherOf(left: Expression, right: Expression): BooleanExpression | undefined {
  if (left.type !== 'boolean' || right.type !== 'boolean') return undefined;
  const [one, other] = [left.equals, right.equals];
  if (one === undefined || one.attribute !== other?.attribute) return undefined;
  const equals = { attribute: one.attribute, texts: [...one.texts, ...other.texts] };
  return { ...left, equals, evaluate: attributeEquals(equals) };
}
