import { toNarrative } from '../../fhir/narrative/narrative.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt } from '../selectors.js';

/** `{ "$narrative": "text" }`: the text of a section, or the parts of it that an entry's `text/reference` points to. */
export function compileNarrative({ $narrative }: Template, target: Target, scope: Scope): CompiledPart {
  const nodes = selectorAt(inside(scope, '$narrative'), $narrative);
  if (!target.types.includes('Narrative')) mistake(scope, `"${target.name}" is no Narrative`);
  if (nodes === undefined) return NOTHING;
  return {
    literal: false,
    produce: (run, node, out) => {
      const narrative = toNarrative(run, nodes.selector.nodes(run, node));
      if (narrative === undefined) return false;
      out.push(narrative);
      return true;
    },
  };
}
