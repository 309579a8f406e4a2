import type { Part, Target } from './part.js';

/**
 * A part that writes into the journal which directive makes each value: `rule` is its place, `problem-observation.json#/resource/code/$first/0`.
 * Of directives inside of each other the innermost writes first, and that one counts (see provenance/trace.ts). Only sets
 * that are compiled for a trace have such parts, so a conversion without one costs nothing more.
 */
export function tracedPart(part: Part, target: Target, rule: string): Part {
  return {
    ...part,
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
      journal.rule = outer;
      return alive;
    },
  };
}
