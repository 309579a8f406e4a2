/** Asks FHIRPath of a resource, for what a search can't say. */
import type { FhirResource } from 'fhir/r4.js';
import type { Evaluation } from './evaluation.js';
import type { PurposeItem } from './purpose-file.js';

/** What search can't say: `where`, and whether it belongs to a visit that an item above has found. */
export function judged(item: PurposeItem, resource: FhirResource, evaluation: Evaluation): boolean {
  if (item.visit !== undefined && !belongsTo(resource, evaluation.found.get(item.visit) ?? [], evaluation))
    return false;
  if (item.where === undefined) return true;
  return ask(item.id, item.where, resource, evaluation)[0] === true;
}

/** FHIRPath over a resource; what can't be said is nothing, and told. */
export function ask(
  item: string,
  text: string,
  focus: FhirResource,
  evaluation: Evaluation,
  more: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const expression = evaluation.loaded.expressions.get(text);
  if (expression === undefined) return [];
  try {
    const given: Record<string, unknown> = { ...fhirPathVariables(evaluation), ...more, resource: focus };
    // Each variable costs, whether it is named or not.
    return expression.evaluate(focus, Object.fromEntries(expression.names.map((name) => [name, given[name] ?? []])));
  } catch (error) {
    // Its message may quote a value.
    const message = error instanceof Error ? error.name : 'Error';
    evaluation.failures.push({ item, resource: `${focus.resourceType}/${focus.id ?? ''}`, message });
    return [];
  }
}

export function fhirPathVariables({ loaded, parameters, found }: Evaluation): Record<string, unknown> {
  // A parameter that nobody has given is nothing, not an error.
  const absent = Object.keys({ ...loaded.purpose.parameters }).map((name): [string, unknown] => [name, []]);
  return { ...Object.fromEntries(absent), ...Object.fromEntries(parameters), ...Object.fromEntries(found) };
}

/** It refers to the visit, the visit refers to it, or its document is of the visit. */
export function belongsTo(resource: FhirResource, visits: readonly FhirResource[], { record }: Evaluation): boolean {
  return visits.some(
    (visit) =>
      record.index.referring(visit, resource.resourceType).includes(resource) ||
      record.index.referring(resource, visit.resourceType).includes(visit),
  );
}
