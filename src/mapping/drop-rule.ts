import { typesNamed } from '../cda/type-graph.js';
import { vocabulary } from '../cda/vocabulary.js';
import { idOf } from '../xml/names.js';
import { suggestion } from '../xpath/nearest.js';
import type { Node } from '../xml/tree.js';
import { compileIssues, type TellIssues } from './issue-rules.js';
import type { MappingFile } from './mapping-file.js';
import type { Run } from './run.js';
import { inside, mistake, ruleOf, textList, type Environment, type Scope } from './scope.js';
import { selectorAt } from './selectors.js';
import { whenChecked } from './when-asked.js';

/**
 * A file with `drop` in place of `resource`: no resource is made of these statements, whichever mapping would match,
 * and this is the reason. With `"unmatched": true` it is only about statements that no mapping matches.
 *
 *   { "id": "unknown-statement", "on": ["observation"], "where": "@nullFlavor", "drop": "it is not known", "issues": {…} }
 */
export interface DropRule {
  readonly id: string;
  readonly where: (run: Run, node: Node) => boolean;
  readonly unmatched: boolean;
  readonly reason: string;
  /** The place of the reason, as the ledger writes it. */
  readonly rule: string;
  readonly tellIssues: TellIssues | undefined;
}

/** The rules by the name of the element (vocabulary number). */
export type DropRules = ReadonlyMap<number, readonly DropRule[]>;

const KEYS = '$schema $comment id title basis on where drop unmatched issues'.split(' ');

export function isDropRule({ value }: MappingFile): boolean {
  return typeof value === 'object' && value !== null && 'drop' in value;
}

/** Compiles the files that drop statements. Mistakes are reported to the environment. */
export function compileDropRules(files: readonly MappingFile[], environment: Environment): DropRules {
  const rules = new Map<number, DropRule[]>();
  for (const file of files) {
    const source = file.value as Readonly<Record<string, unknown>>;
    const top: Scope = { environment, file, pointer: '', context: undefined };
    for (const key of Object.keys(source))
      if (!KEYS.includes(key)) mistake(inside(top, key), `there is no "${key}" here${suggestion(key, KEYS)}`, 'key');
    const { id, drop, unmatched } = source;
    if (typeof id !== 'string') mistake(top, 'a rule needs "id"');
    if (typeof drop !== 'string') mistake(inside(top, 'drop'), 'say in "drop" why no resource is made');
    if (unmatched !== undefined && typeof unmatched !== 'boolean') mistake(inside(top, 'unmatched'), 'true or false');
    const elements = textList(source.on, inside(top, 'on'), '"on" names the elements that the rule stands on');
    const context = new Set(elements.flatMap((element) => [...typesNamed(element)]));
    const scope: Scope = { ...top, context };
    const where = whenChecked(environment, () => {
      const selector = selectorAt(inside(scope, 'where'), source.where)?.selector;
      return (run, node) => selector?.boolean(run, node) ?? false;
    });
    const tellIssues = compileIssues(source.issues, inside(scope, 'issues'));
    const rule: DropRule = {
      id: String(id),
      where,
      unmatched: unmatched === true,
      reason: String(drop),
      rule: ruleOf(inside(top, 'drop')),
      tellIssues,
    };
    for (const element of elements) {
      const name = idOf(vocabulary, element);
      if (name === undefined) mistake(inside(top, 'on'), `CDA has no element "${element}"`);
      else rules.set(name, [...(rules.get(name) ?? []), rule]);
    }
  }
  return rules;
}

/**
 * The first rule that drops the statement. What the rule compares decides nothing in the Bundle, so it leaves no marks.
 */
export function dropRuleOf(run: Run, drops: DropRules, node: Node, unmatched: boolean): DropRule | undefined {
  const rules = drops.get(run.tree.name[node]!);
  if (rules === undefined) return undefined;
  return run.journal.silently(() => rules.find((rule) => rule.unmatched === unmatched && rule.where(run, node)));
}
