/** Several steps, one after the other (XPath 1.0, 2.1). */
import { nameBit, type Node } from '../xml/tree.js';
import type { Chain } from './chain.js';
import type { Evaluate } from './expression.js';
import type { Needs } from './needs.js';
import { namesOfBoth, type OwnNames } from './own-name.js';
import { FIRST, type Walk } from './sink.js';
import { stepWalk, type CompiledStep } from './step.js';

const END: Walk = (context, node, sink) => sink.visit(context, node);

/** Whether a step gives at most one node from each node. */
export function isSingular(step: CompiledStep): boolean {
  return step.predicates.some((predicate) => predicate.only !== undefined);
}

export function walkOf(steps: readonly CompiledStep[]): Walk {
  return steps.reduceRight((next, step, index) => stepWalk(step, next, steps[index + 1]), END);
}

export function marksOf(steps: readonly CompiledStep[]): boolean {
  return steps.some((step) => step.predicates.some((predicate) => predicate.marks));
}

/**
 * `//x` means the children named x of every node. If no position is asked for, these are simply the descendants named
 * x.
 */
export function withoutDetours(steps: readonly CompiledStep[]): readonly CompiledStep[] {
  if (!steps.some(({ syntax }) => syntax.axis === 'descendant-or-self')) return steps;
  const result: CompiledStep[] = [];
  for (const step of steps) {
    const before = result.at(-1);
    const detour = before?.syntax.axis === 'descendant-or-self' && before.syntax.test.kind === 'node';
    if (detour && before.predicates.length === 0 && step.syntax.axis === 'child' && !step.positional) {
      result.splice(-1, 1, { ...step, syntax: { ...step.syntax, axis: 'descendant' } });
    } else {
      result.push(step);
    }
  }
  return result;
}

export function chainOf(steps: readonly CompiledStep[]): Chain | undefined {
  if (steps.some(({ name, predicates }) => name === undefined || predicates.length > 0)) return undefined;
  const last = steps.at(-1);
  const attribute = last?.syntax.axis === 'attribute' ? last.name : undefined;
  const children = attribute === undefined ? steps : steps.slice(0, -1);
  if (children.some((step) => step.syntax.axis !== 'child')) return undefined;
  return { children: children.map(({ name }) => name!), attribute };
}

/** A path that begins with a name finds nothing from a node that does not have the name inside. */
export function needsOf(steps: readonly CompiledStep[]): Needs {
  const first = steps.find(({ syntax }) => syntax.axis !== 'self');
  if (first?.name === undefined) return undefined;
  const { axis } = first.syntax;
  return axis === 'child' || axis === 'attribute' ? nameBit(first.name) : undefined;
}

/** `self::act[…]`, or `self::*[…]` with a condition that only some elements can meet. */
export function ownNamesOf([first]: readonly CompiledStep[]): OwnNames {
  if (first?.syntax.axis !== 'self') return undefined;
  const own = first.name === undefined ? undefined : new Set([first.name]);
  return first.predicates.reduce((names: OwnNames, { ownNames }) => namesOfBoth(names, ownNames), own);
}

/** The first node along a walk. */
export function alongFirst(walk: Walk): Evaluate<Node> {
  return (context, node) => walk(context, node, FIRST);
}
