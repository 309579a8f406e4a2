import { typesNamed } from '../cda/type-graph.js';
import { vocabulary } from '../cda/vocabulary.js';
import { isResource } from '../fhir/elements.js';
import { idOf } from '../xml/names.js';
import { compileIssues, type TellIssues } from './issue-rules.js';
import type { MappedResource } from './mapped-resource.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, onNodes, textList, type Environment, type Scope } from './scope.js';
import type { Run } from './run.js';

/** By type of resource: the questions that are asked about the statement that it was made from. */
export type AgreementRules = ReadonlyMap<string, readonly Question[]>;

interface Question {
  /** The elements whose statements are asked, as numbers of the vocabulary. */
  readonly elements: ReadonlySet<number>;
  readonly tell: TellIssues;
}

/**
 * Compiles `agreement.json`: `{ "questions": [{ "of": ["Observation"], "on": ["observation"], "issues": {
 * "value-against-row": { … } } }] }`. Issues have the same form as in mappings. They ask whether two places of a
 * statement agree, and are asked whichever mapping made the resource.
 */
export function compileAgreement(file: MappingFile | undefined, environment: Environment): AgreementRules {
  const rules = new Map<string, Question[]>();
  if (file === undefined) return rules;
  const top: Scope = { environment, file, pointer: '/questions', context: undefined };
  const { questions } = (file.value ?? {}) as { questions?: unknown };
  if (!Array.isArray(questions)) {
    mistake(top, '"questions" is a list of { "of", "on", "issues" }');
    return rules;
  }
  questions.forEach((question: unknown, index) => {
    const scope = inside(top, index);
    const { of, on, issues } = (question ?? {}) as { of?: unknown; on?: unknown; issues?: unknown };
    const resources = textList(of, inside(scope, 'of'), '"of" names the resources that are asked');
    const elements = textList(on, inside(scope, 'on'), '"on" names the elements that are asked');
    const types = new Set(elements.flatMap((element) => [...typesNamed(element)]));
    const tell = compileIssues(issues, inside(onNodes(scope, types), 'issues'));
    if (tell === undefined) return mistake(scope, 'a question needs "issues"');
    const names = new Set<number>();
    for (const element of elements) {
      const name = idOf(vocabulary, element);
      if (name === undefined) mistake(inside(scope, 'on'), `CDA has no element "${element}"`);
      else names.add(name);
    }
    for (const resource of resources) {
      if (!isResource(resource)) mistake(inside(scope, 'of'), `FHIR R4 has no resource "${resource}"`);
      rules.set(resource, [...(rules.get(resource) ?? []), { elements: names, tell }]);
    }
    return undefined;
  });
  return rules;
}

/** Asks the questions about the statements that a resource was made from. */
export function tellDisagreement(rules: AgreementRules, run: Run, { mapping, nodes }: MappedResource): void {
  for (const { elements, tell } of rules.get(mapping.resourceType) ?? [])
    for (const node of nodes) if (elements.has(run.tree.name[node]!)) tell(run, node);
}
