import { withNames } from '../bindings.js';
import { compileBindings, reportUnused } from '../compile-bindings.js';
import { compileAccount } from '../account.js';
import { columnsKey } from '../columns.js';
import { compileIssues } from '../issue-rules.js';
import { unknownFragment } from '../object.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import { atFragment, inside, type Fragment, type Scope } from '../scope.js';

/**
 * `{ "$use": "section" }`: puts a fragment here. It is compiled once for each target and CDA type, so that a fragment
 * may use itself (sections in sections).
 */
export function compileUse({ $use }: Template, target: Target, scope: Scope): CompiledPart {
  const id = Array.isArray($use) ? String($use[0]) : String($use);
  const { fragments, compiledFragments } = scope.environment;
  const fragment = fragments.get(id);
  if (fragment === undefined) {
    unknownFragment(inside(scope, '$use'), id);
    return NOTHING;
  }
  // Two elements with the same name may refer to different resources, or be bound to different value sets.
  const key = [
    id,
    target.typePath,
    target.name,
    target.array,
    target.binding?.valueSet,
    target.targets?.join(),
    columnsKey(scope),
    ...(fragment.context ?? scope.context ?? ['?']),
  ].join(' ');
  const known = compiledFragments.get(key);
  if (known !== undefined) return known;
  let compiled: CompiledPart = NOTHING;
  // Stands in while the fragment is being compiled, for a fragment that uses itself.
  compiledFragments.set(key, {
    literal: false,
    produce: (run, node, out, limit) => compiled.produce(run, node, out, limit),
  });
  const bindings = compileBindings(fragment.let, inside(atFragment(scope, fragment), 'let'));
  const at: Scope = { ...atFragment(scope, fragment), bindings };
  const part = accounted(scope.environment.compileValue(fragment.value, target, inside(at, 'value')), fragment, at);
  reportUnused(bindings, inside(at, 'let'));
  compiled = { ...part, produce: withNames(bindings, part.produce) };
  compiledFragments.set(key, compiled);
  return compiled;
}

/** Tells the ledger what the fragment leaves out, if the fragment gives something. */
function accounted(part: CompiledPart, fragment: Fragment, at: Scope): CompiledPart {
  const account = compileAccount(fragment, at);
  const tellIssues = compileIssues(fragment.issues, inside(at, 'issues'));
  if (account === undefined && tellIssues === undefined) return part;
  return {
    ...part,
    produce: (run, node, out, limit) => {
      const alive = part.produce(run, node, out, limit);
      if (!alive) return false;
      account?.(run, node);
      tellIssues?.(run, node);
      return true;
    },
  };
}
