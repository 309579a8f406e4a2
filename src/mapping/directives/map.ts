import { isDeepStrictEqual } from 'node:util';
import { allowedCodes } from '../../cda/attribute-codes.js';
import { anyHas } from '../../cda/type-graph.js';
import { nameId } from '../../cda/vocabulary.js';
import { codesOf } from '../../fhir/elements.js';
import type { ConceptMapTable, Translation } from '../../terminology/concept-map.js';
import { isNameOf, systemOf } from '../../terminology/systems.js';
import { suggestion } from '../../xpath/nearest.js';
import { attribute, children, isElement, NONE, stringValue, valueOf, type Node } from '../../xml/tree.js';
import { coded, codePath } from '../coded.js';
import { NOTHING, type CompiledPart, type Target, type Template } from '../part.js';
import type { Run } from '../run.js';
import { inside, mistake, type Scope } from '../scope.js';
import { selectorAt, type TypedSelector } from '../selectors.js';
import type { Values } from '../values.js';

const CODE = nameId('code');
const CODE_SYSTEM = nameId('codeSystem');
const CODE_SYSTEM_NAME = nameId('codeSystemName');
const DISPLAY_NAME = nameId('displayName');
const TRANSLATION = nameId('translation');

const NO_SYSTEM = 'urn:uuid:00000000-0000-0000-0000-000000000000';

/**
 * `{ "$from": "statusCode", "$map": "result-status" }`: translates the code by a ConceptMap. For a coded element its
 * translations are tried too. A code without a target, and without a rule for such codes, gives nothing and is told. If
 * several codes have the same target the fact counts as dropped, because the Bundle no longer shows which one it was.
 */
export function compileMap({ $from, $map, $maybe, $pick }: Template, target: Target, scope: Scope): CompiledPart {
  const { conceptMaps } = scope.environment;
  const table = conceptMaps.get(String($map));
  if (table === undefined) {
    mistake(
      inside(scope, '$map'),
      `there is no ConceptMap "${String($map)}"${suggestion(String($map), conceptMaps.keys())}`,
    );
    return NOTHING;
  }
  const from = selectorAt(inside(scope, '$from'), $from ?? '.');
  const make = coded(target, scope);
  const path = codePath(target);
  if (from === undefined) return NOTHING;
  // If the map is for another element, its targets are wrong too. One message is enough.
  if (reportForeignSources(table, String($map), from, target, scope)) return NOTHING;
  reportForeignTargets(table, String($map), target, scope);
  const reason = `several codes become one in ConceptMap ${String($map)}`;
  const rule = `${scope.file.path}#${scope.pointer}`;

  const translate = (run: Run, code: string, fact: Node, system: Node): unknown => {
    const systemText = system === NONE ? undefined : valueOf(run.tree, system);
    const uri = systemText === undefined ? undefined : (systemOf(systemText) ?? `urn:oid:${systemText}`);
    const found = table.translate(code, uri);
    if (found === undefined) return undefined;
    if (run.traced) run.journal.translated(fact, path, `conceptmaps/${String($map)}.json#${found.place}`);
    if (found.lossy) run.journal.dropped(fact, reason, rule);
    else run.journal.mapped(fact, path);
    // Without its system the code would be translated otherwise. So the system decided.
    if (system !== NONE && table.translate(code, NO_SYSTEM)?.code !== found.code) run.journal.used(system);
    verifyNames(run, fact, systemText, found.sourceDisplay);
    return make(found);
  };
  const translated = (run: Run, each: Node): unknown =>
    isElement(run.tree, each)
      ? codedElement(run, each, translate)
      : translate(run, stringValue(run.tree, each).trim(), each, NONE);
  return {
    literal: false,
    needs: from.selector.needs,
    produce: (run, node, out, limit) => {
      let alive = false;
      const most = $pick === 'first' ? Math.min(limit, out.length + 1) : limit;
      for (const each of from.selector.nodes(run, node)) {
        if (out.length >= most) break;
        run.at(out.length, target.array);
        const { checkpoint } = run.journal;
        const value = translated(run, each);
        if (value === undefined) {
          if ($maybe !== true)
            run.warn('unmapped-code', `ConceptMap ${String($map)} has no target for this code`, each);
          continue;
        }
        const said = saidBefore(value, out);
        if (said >= 0) {
          // Two values are the same, such as a stated category and the one that the mapping gives. One stands for both.
          run.journal.rollback(checkpoint);
          run.at(said, target.array);
          translated(run, each);
          alive = true;
          continue;
        }
        out.push(value);
        alive = true;
      }
      return alive;
    },
  };
}

/** Reports codes that the map can give and that are not in the value set of the element. */
function reportForeignTargets(table: ConceptMapTable, name: string, target: Target, scope: Scope): void {
  for (const { code, place } of foreignTargets(table, target)) {
    const { valueSet } = target.binding!;
    const message = `ConceptMap ${name} gives "${code}" (conceptmaps/${name}.json#${place}), which is not a code of ${valueSet}`;
    mistake(inside(scope, '$map'), message + suggestion(code, codesOf(valueSet)!.keys()));
  }
}

function foreignTargets({ targets }: ConceptMapTable, { binding }: Target): readonly Translation[] {
  const codes = binding?.strength === 'required' ? codesOf(binding.valueSet) : undefined;
  return codes === undefined ? [] : targets.filter(({ code }) => !codes.has(code));
}

/**
 * Reports a map that has no code that the element can have: a map of SNOMED CT codes for `statusCode`, or any map for
 * an effectiveTime. Answers whether it is such a map.
 */
function reportForeignSources(
  table: ConceptMapTable,
  name: string,
  { selector, types }: TypedSelector,
  target: Target,
  scope: Scope,
): boolean {
  const at = inside(scope, '$map');
  if (types !== undefined && types.size > 0 && !anyHas(types, 'code', 'attributes')) {
    mistake(at, `ConceptMap ${name} translates codes, and a ${[...types].slice(0, 3).join(' or ')} has none`);
    return true;
  }
  const allowed = allowedCodes(selector.syntax);
  if (allowed === undefined || canTranslate(table, allowed.codes)) return false;
  const { system = '', codes } = table.sources[0] ?? { codes: [] };
  const fitting = [...scope.environment.conceptMaps]
    .filter(([, other]) => canTranslate(other, allowed.codes) && foreignTargets(other, target).length === 0)
    .map(([other]) => other);
  const hint = fitting.length === 0 ? '' : `; ${fitting.slice(0, 3).join(', ')} can`;
  const its = `codes of ${system} (${codes.slice(0, 3).join(', ')})`;
  mistake(at, `ConceptMap ${name} translates ${its}, which ${allowed.of} of CDA never is${hint}`);
  return true;
}

/** A group without a system is about what senders write, whatever the standard says. */
function canTranslate({ sources }: ConceptMapTable, allowed: ReadonlySet<string>): boolean {
  return sources.some(({ system, codes }) => system === undefined || codes.some((code) => allowed.has(code)));
}

/** The index of the same concept among those that are already there; -1 if it is new, or nothing more than a word. */
function saidBefore(value: unknown, out: Values): number {
  if (typeof value !== 'object') return -1;
  for (let index = 0; index < out.length; index++) if (isDeepStrictEqual(out.at(index), value)) return index;
  return -1;
}

/**
 * Reads the name beside the code to see whether it is the name of this code. If it is, the name is accounted for;
 * another name is left to the ledger.
 */
function verifyNames(run: Run, code: Node, system: string | undefined, display: string | undefined): void {
  const { tree, journal } = run;
  const element = tree.parent[code]!;
  const name = attribute(tree, element, DISPLAY_NAME);
  const says = name === NONE ? '' : valueOf(tree, name).trim().toLowerCase();
  if (says !== '' && says === display?.toLowerCase()) journal.used(name);
  const systemName = attribute(tree, element, CODE_SYSTEM_NAME);
  if (systemName !== NONE && system !== undefined && isNameOf(valueOf(tree, systemName), system))
    journal.used(systemName);
}

type Translate = (run: Run, code: string, fact: Node, system: Node) => unknown;

/** The element's own code, else the first translation that the map knows. */
function codedElement(run: Run, element: Node, translate: Translate): unknown {
  const { tree } = run;
  for (const candidate of [element, ...children(tree, element, TRANSLATION)]) {
    const code = attribute(tree, candidate, CODE);
    if (code === NONE) continue;
    const value = translate(run, valueOf(tree, code).trim(), code, attribute(tree, candidate, CODE_SYSTEM));
    if (value !== undefined) return value;
  }
  return undefined;
}
