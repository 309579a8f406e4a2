/**
 * Compiles things when they are first asked for. A document asks for a third of what the packaged set can do, and
 * compiling a part takes as long as converting a small document with it. A set that was not checked before is compiled
 * at once, because its mistakes have to be told.
 */
import type { Node } from '../xml/tree.js';
import type { Needs } from '../xpath/needs.js';
import type { CompiledPart, Produce } from './part.js';
import type { Run } from './run.js';
import type { Environment } from './scope.js';

/** A piece of a mapping that is compiled when it is first asked. Its needs are known before that. */
export function pieceWhenAsked(needs: Needs, compile: () => CompiledPart): CompiledPart {
  let produce: Produce | undefined;
  const part: { -readonly [Key in keyof CompiledPart]: CompiledPart[Key] } = {
    literal: false,
    needs,
    produce: (run, node, out, limit) => {
      // From now on the compiled piece is called directly, except by callers that have kept this function.
      if (produce === undefined) part.produce = produce = compile().produce;
      return produce(run, node, out, limit);
    },
  };
  return part;
}

/** A question or an action for a node. In a set that was checked before, it is compiled when the first node comes. */
export function whenChecked<T>(
  { checked }: Pick<Environment, 'checked'>,
  compile: () => (run: Run, node: Node) => T,
): (run: Run, node: Node) => T {
  if (!checked) return compile();
  let act: ((run: Run, node: Node) => T) | undefined;
  return (run, node) => (act ??= compile())(run, node);
}
