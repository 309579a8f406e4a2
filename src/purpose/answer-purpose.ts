/** How an answer comes about, on one page: parameters, items, findings, and the resources that carry them. */
import { createHash } from 'node:crypto';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import { OptionError } from '../option-error.js';
import { changedSince } from '../record/changes.js';
import type { PersonRecord } from '../record/person-record.js';
import { suggestion } from '../xpath/nearest.js';
import { answerResource } from './answers/answer-resource.js';
import { answerProvenance } from './answers/provenance.js';
import { closeOver, collection } from './closure.js';
import { fhirPathVariables } from './ask.js';
import { selectItem } from './evaluate.js';
import { startEvaluation, type Evaluation } from './evaluation.js';
import { categorize, tableOf } from './grade.js';
import type { LoadedPurpose, PurposeSet } from './load.js';
import { whyMissing } from './missing.js';
import { checkParameters } from './parameters.js';
import type { ItemAnswer, PurposeAnswer } from './purpose-answer.js';
import { fill } from './template.js';

/** Namespace of the ids of answers. */
const NAMESPACE = namespaceBytes('8f0e3c52-41b4-5c5e-9d35-2f8b7f6c1a90');

/**
 * Asks a purpose of what documents say about one person. Pure: the same record and parameters give the same answer.
 *
 *   const set = loadPurposes();
 *   const [record] = buildRecords([{ bundle: converter.convert(bytes).bundle }]);
 *   const answer = answerPurpose(set, 'quality-glycemic-status', record, { from: '2024-01-01', to: '2024-12-31' });
 *   console.log(writeJson(answerParameters(answer)));
 *
 * @throws OptionError for an unknown purpose or parameter, or one of another type.
 */
export function answerPurpose(
  set: PurposeSet,
  id: string,
  record: PersonRecord,
  given: Readonly<Record<string, string>> = {},
): PurposeAnswer {
  const loaded = purposeOf(set, id);
  const parameters = checkParameters(loaded.purpose, given);
  const since =
    loaded.purpose.since === undefined ? undefined : fill(loaded.purpose.since, (name) => parameters.get(name));
  const changed = since === undefined ? undefined : changedSince(record, since);
  const evaluation = startEvaluation(set, loaded, parameters, record, changed);
  const selections = loaded.purpose.items.map((item) => {
    const selection = selectItem(item, evaluation);
    evaluation.found.set(item.id, selection.found);
    return selection;
  });
  const items = selections.map((selection): ItemAnswer => {
    const { item, found } = selection;
    const table = tableOf(selection, evaluation);
    return {
      ...selection,
      missing: missingOf(selection, evaluation),
      table,
      categorized: table === undefined ? [] : categorize(selection, table, evaluation),
      found: item.reason === undefined ? found : [],
    };
  });
  const findings = findingsOf(loaded, evaluation);
  const selected = items.filter(({ item }) => item.include !== false).flatMap(({ found }) => found);
  const answerId = idOf(loaded, parameters, record);
  const resources = closeOver(selected, record.patients, record.index, evaluation.sources);
  const bundle = collection(uuidV5(NAMESPACE, `${answerId}/bundle`), resources, set.base);
  const draft = {
    purpose: loaded.purpose,
    hash: loaded.hash,
    base: set.base,
    parameters,
    record,
    sources: evaluation.sources,
    items,
    selected,
    findings,
    failures: evaluation.failures,
    id: answerId,
    bundle,
  };
  const resource = answerResource(draft, evaluation);
  return { ...draft, resource, provenance: answerProvenance(draft, resource) };
}

/** @throws OptionError with the nearest name. */
export function purposeOf(set: PurposeSet, id: string): LoadedPurpose {
  const loaded = set.purposes.get(id);
  if (loaded !== undefined) return loaded;
  throw new OptionError(`there is no purpose ${id}${suggestion(id, set.purposes.keys())}`);
}

function missingOf(selection: ReturnType<typeof selectItem>, evaluation: Evaluation): ItemAnswer['missing'] {
  const { item, found } = selection;
  if (item.reason !== undefined) {
    if (found.length === 0) return undefined;
    const { reason } = item;
    return {
      reason,
      nearest: found.slice(0, 5).map((resource) => ({ resource, reason })),
      total: found.length,
      valueSets: [],
      places: [],
    };
  }
  // If no value was given for the parameter of a search, the search is not made, and nothing is missing.
  const asked = selection.queries.length > 0 || selection.absentSets.length > 0;
  return found.length > 0 || !asked || evaluation.changed !== undefined ? undefined : whyMissing(selection, evaluation);
}

/**
 * `true` is told as `true`. False and nothing are told as `not-shown`: a thing may be true although the record does
 * not show it.
 */
function findingsOf({ purpose, expressions }: LoadedPurpose, evaluation: Evaluation): Map<string, unknown> {
  const findings = new Map<string, unknown>();
  for (const [name, text] of Object.entries(purpose.finding ?? {})) {
    let value: unknown;
    try {
      [value] = expressions.get(text)?.evaluate({}, fhirPathVariables(evaluation)) ?? [];
    } catch (error) {
      evaluation.failures.push({ item: name, resource: '', message: error instanceof Error ? error.name : 'Error' });
    }
    findings.set(name, value === undefined || value === false ? 'not-shown' : value);
  }
  return findings;
}

function idOf({ hash }: LoadedPurpose, parameters: ReadonlyMap<string, string>, record: PersonRecord): string {
  const documents = [...record.documents.values()].map(({ id, received }) => [id, received]);
  const question = createHash('sha256').update(JSON.stringify([hash, [...parameters].sort(), documents]));
  for (const { resourceType, id } of record.resources) question.update(`${resourceType}/${id ?? ''}\n`);
  return uuidV5(NAMESPACE, question.digest('hex'));
}
