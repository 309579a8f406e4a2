import type { FhirResource } from 'fhir/r4.js';
import { mergePatch } from '../../mapping/overlay.js';
import { ask } from '../ask.js';
import type { Evaluation } from '../evaluation.js';
import type { DraftAnswer } from './draft.js';
import { answerAsList } from './list.js';
import { measureReportOf } from './measure-report.js';
import { answerAsTask } from './task.js';

/**
 * The resource for this kind of answer, with the members that the purpose overrides; undefined if the Bundle itself is
 * the answer.
 */
export function answerResource(draft: DraftAnswer, evaluation: Evaluation): FhirResource | undefined {
  const { answer } = draft.purpose;
  const made = madeOf(draft);
  if (made === undefined || answer.resource === undefined) return made;
  const overrides = filled(answer.resource, made, evaluation);
  return mergePatch(made, overrides) as FhirResource;
}

function madeOf(draft: DraftAnswer): FhirResource | undefined {
  switch (draft.purpose.answer.kind) {
    case 'Bundle':
      return undefined;
    case 'List':
      return answerAsList(draft);
    case 'MeasureReport':
      return measureReportOf(draft);
    case 'Task':
      return answerAsTask(draft);
  }
}

/** `"= FHIRPath"` is evaluated on the answer. If it gives nothing, the element is left out. */
function filled(value: unknown, made: FhirResource, evaluation: Evaluation): unknown {
  if (typeof value === 'string' && value.startsWith('= ')) {
    const found = ask('answer', value.slice(2), made, evaluation);
    return found.length > 1 ? found : (found[0] ?? null);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, made, evaluation));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, made, evaluation)]));
}
