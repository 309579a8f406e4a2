import { NONE, type Node } from '../xml/tree.js';
import type { Selector } from '../xpath/compile.js';
import type { SelectorContext } from '../xpath/context.js';
import type { CompiledPart, Target } from './part.js';
import type { Run } from './run.js';
import type { Traced } from './scope.js';

/**
 * A part that writes into the journal which directive made each value; `rule` is the place of the directive,
 * `problem-observation.json#/resource/code/$first/0`. If directives stand inside each other, the innermost writes
 * first, and that one counts (see provenance/trace.ts). Only sets that are compiled for a trace have such parts, so
 * that a conversion without a trace costs nothing more.
 */
export function tracedPart(
  part: CompiledPart,
  target: Target,
  rule: string,
  traced: Exclude<Traced, false>,
): CompiledPart {
  return {
    ...part,
    // For attempts the piece is tried in any case, because that it found nothing is an answer for `--why-not`.
    needs: traced === 'attempts' ? undefined : part.needs,
    produce: (run, node, out, limit) => {
      const { journal } = run;
      const outer = journal.rule;
      const before = out.length;
      journal.rule = rule;
      const alive = part.produce(run, node, out, limit);
      for (let index = before; index < out.length; index++) {
        run.at(index, target.array);
        journal.made(node);
      }
      const element = run.attempts === undefined ? '' : journal.element;
      run.attempts?.push({ journal, element, rule, node, made: out.length - before });
      journal.rule = outer;
      return alive;
    },
  };
}

/** A selector that writes down its answers, if that is wanted; `rule` is its place. */
export function tracedSelector(selector: Selector, rule: string): Selector {
  const told = <T>(
    context: SelectorContext,
    node: Node,
    answer: T,
    said: (answer: T) => number | boolean | string,
  ): T => {
    const { attempts, journal } = context as SelectorContext & Pick<Run, 'attempts' | 'journal'>;
    attempts?.push({ journal, element: journal.element, rule, node, answer: said(answer) });
    return answer;
  };
  const itself = <T>(answer: T): T => answer;
  return {
    text: selector.text,
    type: selector.type,
    syntax: selector.syntax,
    needs: selector.needs,
    nodes: (context, node) => told(context, node, selector.nodes(context, node), ({ length }) => length),
    first: (context, node) => told(context, node, selector.first(context, node), (found) => (found === NONE ? 0 : 1)),
    string: (context, node) => told(context, node, selector.string(context, node), itself),
    number: (context, node) => told(context, node, selector.number(context, node), itself),
    boolean: (context, node) => told(context, node, selector.boolean(context, node), itself),
    sources: (context, node) => selector.sources(context, node),
  };
}
