import type { Examination } from '../examine.js';
import type { Match } from '../mapping/compiled-mapping.js';
import type { Attempt } from '../mapping/attempt.js';
import { valueAtPointer } from '../mapping/mapping-file.js';
import { filesByPath } from '../mapping/rule-place.js';
import { attribute, children, isElement, NONE, valueOf, type Node, type Tree } from '../xml/tree.js';
import { nameId } from '../cda/vocabulary.js';
import { positionOf, xpathOf } from '../xml/position.js';
import { ruleText, wantedElement, type ExplainedRule } from './explain.js';
import { conditionsNamedIn, untaken, type NamedCondition, type UntakenStatement } from './untaken.js';

/** A selector that was asked or a directive that was tried, and the result. */
export interface Tried {
  readonly rule: ExplainedRule | undefined;
  /** `false`, `found nothing`, `found 2 nodes`, `made nothing`. */
  readonly outcome: string;
  /** The conditions that it names, each with its meaning. */
  readonly conditions: readonly NamedCondition[];
  /** Where it was asked. */
  readonly line: number;
  readonly column: number;
}

/** The reason why one resource lacks an element. */
export interface WhyNot {
  readonly resource: string;
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly mapping: string;
  /** False where the mapping has no such element at all. */
  readonly mapped: boolean;
  readonly tried: readonly Tried[];
}

/** The reason why there is no resource of a type: the conditions of each mapping that makes it. */
export interface NoResource {
  readonly mapping: string;
  readonly file: string;
  /** How many elements of the document have a name on which the mapping applies. */
  readonly candidates: number;
  /** How many of them have a template or section that the mapping asks for. */
  readonly withTemplate: number;
  readonly wants: string;
  /** Those of them that have its template, and why it did not take them. */
  readonly statements: readonly UntakenStatement[];
}

/** Statements that the mapping took and from which it made nothing. */
export interface RefusedStatement {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

export interface WhyNotAnswer {
  /** Resources that have the element. */
  readonly have: readonly string[];
  readonly lack: readonly WhyNot[];
  /** If there is no resource of the type at all. */
  readonly none: readonly NoResource[];
  readonly refused: readonly RefusedStatement[];
}

const TEMPLATE_ID = nameId('templateId');
const ROOT = nameId('root');

/**
 * Explains why an element (`Condition.abatement` of all Conditions, or of `Condition/7c1d…`) is missing: the selectors
 * that were asked for it, and their answers.
 */
export function explainAbsence(examination: Examination, element: string): WhyNotAnswer {
  const { conversion, run, kept, attempts } = examination;
  const [head = '', ...path] = element.split(/\.(?!\.)/);
  const type = head.split('/')[0]!;
  const isMeant = wantedElement(head);
  const name = path.join('.');
  const resources = kept.filter(({ resource: { resource } }) =>
    isMeant(`${resource.resourceType}/${resource.id ?? ''}`),
  );
  if (resources.length === 0)
    return { have: [], lack: [], none: noResource(examination, type), refused: refusedOf(examination, type) };
  const have: string[] = [];
  const lack: WhyNot[] = [];
  const filled = new Set(
    conversion.trace.flatMap(({ target }) => {
      const dot = target.indexOf('.');
      return isElementOf(target.slice(dot + 1), name) ? [target.slice(0, dot)] : [];
    }),
  );
  for (const { resource, merged } of kept) {
    if (!resources.some((one) => one.resource === resource)) continue;
    const key = `${resource.resource.resourceType}/${resource.resource.id ?? ''}`;
    if (name === '' || filled.has(key)) {
      have.push(key);
      continue;
    }
    const journals = new Set(merged.map(({ journal }) => journal));
    const own = attempts.filter(({ journal, element: of }) => journals.has(journal) && isElementOf(of, name));
    lack.push({
      resource: key,
      source: xpathOf(run.tree, resource.node),
      ...positionOf(run.tree, resource.node),
      mapping: resource.mapping.id,
      mapped: own.length > 0,
      tried: triedOf(examination, own),
    });
  }
  return { have, lack, none: [], refused: [] };
}

/**
 * Whether a path is the element or lies inside it. `abatement` also means `abatementDateTime` (FHIR writes
 * `abatement[x]`).
 */
function isElementOf(path: string, name: string): boolean {
  const plain = path.replace(/\[\d+\]/g, '');
  const wanted = name.replace(/\[\d+\]/g, '').replace(/\[x\]$/, '');
  if (plain === wanted || plain.startsWith(`${wanted}.`)) return true;
  return plain.startsWith(wanted) && /^(\[x\]|[A-Z])/.test(plain.slice(wanted.length));
}

/** Each selector and directive once for each different answer, in the order in which they were asked. */
function triedOf({ run }: Examination, attempts: readonly Attempt[]): Tried[] {
  const seen = new Set<string>();
  return attempts.flatMap(({ rule, answer, made, node }) => {
    const outcome = outcomeOf(answer, made);
    const key = `${rule} ${outcome}`;
    if (seen.has(key)) return [];
    seen.add(key);
    // The selectors inside a directive already tell its result. Only a value that was made and then not taken is worth
    // telling.
    if (answer === undefined && made === 0 && hasSelectors(attempts, rule)) return [];
    const text = ruleText(run.mappings.files, rule);
    const conditions = conditionsNamedIn(text?.text ?? '', run.mappings.files.conditions?.value);
    return [{ rule: text, outcome, conditions, ...positionOf(run.tree, node) }];
  });
}

function hasSelectors(attempts: readonly Attempt[], rule: string): boolean {
  return attempts.some(
    (other) => other.answer !== undefined && (other.rule === rule || other.rule.startsWith(`${rule}/`)),
  );
}

function outcomeOf(answer: Attempt['answer'], made: number | undefined): string {
  if (made !== undefined) return made === 0 ? 'made nothing' : 'made a value, which was not taken';
  if (typeof answer === 'number')
    return answer === 0 ? 'found nothing' : `found ${answer} node${answer === 1 ? '' : 's'}`;
  if (typeof answer === 'string') return answer === '' ? 'is empty' : 'gave a text';
  return String(answer);
}

function refusedOf({ conversion }: Examination, type: string): RefusedStatement[] {
  return conversion.issues
    .filter(({ code, text }) => code === 'missing-required' && text.startsWith(`no ${type} `))
    .map(({ line, column, text }) => ({ line, column, text }));
}

function hasTemplate(tree: Tree, node: Node, template: string): boolean {
  return children(tree, node, TEMPLATE_ID).some((id) => {
    const root = attribute(tree, id, ROOT);
    return root !== NONE && valueOf(tree, root).trim() === template;
  });
}

function noResource(examination: Examination, type: string): NoResource[] {
  const { run } = examination;
  const { mappings, tree } = run;
  const matches = new Map<string, Match[]>();
  for (const list of [...mappings.byTemplate.values(), ...mappings.byElement.values(), ...mappings.leftOver.values()])
    for (const match of list) {
      if (match.mapping.resourceType !== type) continue;
      const known = matches.get(match.mapping.id) ?? [];
      if (!known.includes(match)) matches.set(match.mapping.id, [...known, match]);
    }
  return [...matches].map(([mapping, list]) => {
    const candidates: Node[] = [];
    for (let node = 1; node < tree.count; node++)
      if (isElement(tree, node) && list.some(({ elements }) => elements.has(tree.name[node]!))) candidates.push(node);
    const file = list[0]!.mapping.file;
    const wants = valueAtPointer(filesByPath(mappings.files).get(file)?.value, '/match');
    const withTemplate = candidates.flatMap((node) => {
      const own = list.filter(({ template }) => template !== undefined && hasTemplate(tree, node, template));
      return own.length === 0 ? [] : [{ node, own }];
    });
    return {
      mapping,
      file,
      candidates: candidates.length,
      withTemplate: withTemplate.length,
      wants: JSON.stringify(wants),
      statements: withTemplate.map(({ node, own }) => untaken(examination, node, own)),
    };
  });
}
