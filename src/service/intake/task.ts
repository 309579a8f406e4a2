/** The state of a document as a FHIR Task. */
import type { OperationOutcome, Task as TaskResource, TaskOutput } from 'fhir/r4.js';
import type { StoredDelivery } from '../../store/operations/deliveries.js';
import { statesWithBundle, type DocumentState, type StoredDocument, type StoredPart } from '../../store/records.js';

const statusOf: Readonly<Record<DocumentState, NonNullable<TaskResource['status']>>> = {
  received: 'received',
  converting: 'in-progress',
  converted: 'completed',
  delivered: 'completed',
  undelivered: 'completed',
  replaced: 'completed',
  opened: 'completed',
  refused: 'rejected',
  failed: 'failed',
  held: 'on-hold',
  cancelled: 'cancelled',
  purged: 'entered-in-error',
};

export function isWorkedOn(state: DocumentState): boolean {
  return state === 'received' || state === 'converting';
}

/** The progress of an envelope: `2 converted, 1 received of 3`. Undefined when all its documents are settled. */
export function progressOfParts(parts: readonly StoredPart[]): string | undefined {
  const states = parts.flatMap(({ state }) => (state === null ? [] : [state]));
  if (!states.some(isWorkedOn)) return undefined;
  const counts = new Map<DocumentState, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return `${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')} of ${states.length}`;
}

export interface Beside {
  readonly deliveries?: readonly StoredDelivery[];
  /** The documents of an envelope. */
  readonly parts?: readonly StoredPart[];
}

export function taskOf(document: StoredDocument, { deliveries = [], parts = [] }: Beside = {}): TaskResource {
  const { id, state, reason, received, settled, size, mediaType, replacedBy, way } = document;
  const problems = parts.flatMap(({ problem }) => (problem === null ? [] : [outcomeOf(problem)]));
  const outcomes = [...(reason === null ? [] : [outcomeOf(reason)]), ...problems];
  const contained = outcomes.map((outcome, index) => ({ ...outcome, id: index === 0 ? 'reason' : `reason-${index}` }));
  const output = [
    ...(statesWithBundle.includes(state) ? [bundleOutput(id)] : []),
    ...parts.flatMap(partOutputs),
    ...deliveries.map(deliveryOutput),
  ];
  return {
    resourceType: 'Task',
    id,
    ...(contained.length === 0 ? {} : { contained }),
    status: statusOf[state],
    ...(outcomes.length === 0 ? {} : { statusReason: { text: outcomes.map(textOf).join('; ') } }),
    businessStatus: { text: replacedBy === null ? state : `replaced by ${replacedBy}` },
    intent: 'order',
    authoredOn: new Date(received).toISOString(),
    ...(settled === null ? {} : { lastModified: new Date(settled).toISOString() }),
    input: [
      { type: { text: 'source' }, valueAttachment: { contentType: mediaType, size, url: `/documents/${id}/$source` } },
      ...(way === null ? [] : [{ type: { text: 'way through the envelope' }, valueString: way }]),
    ],
    ...(output.length === 0 ? {} : { output }),
  };
}

function bundleOutput(id: string): TaskOutput {
  return {
    type: { text: 'Bundle' },
    valueAttachment: { contentType: 'application/fhir+json', url: `/documents/${id}/$bundle` },
  };
}

/** A document of an envelope: the address of its own Task, and of its Bundle if there is one. */
function partOutputs({ document, state, way }: StoredPart): TaskOutput[] {
  if (document === null || state === null) return [];
  const own = {
    type: { text: 'document' },
    valueReference: { reference: `Task/${document}`, type: 'Task', display: `${way}: ${state}` },
  };
  return statesWithBundle.includes(state) ? [own, bundleOutput(document)] : [own];
}

/** `fhir-server: delivered, 120 sent, 41 the same, 0 older, 0 removed` */
function deliveryOutput({ receiver, state, sent, same, older, removed, attempts }: StoredDelivery): TaskOutput {
  const what = {
    waiting: `waiting, ${attempts} attempts`,
    replaced: 'replaced before it was sent',
    dead: `dead after ${attempts} attempts`,
    delivered: `delivered, ${sent} sent, ${same} the same, ${older} older, ${removed} removed`,
  };
  return { type: { text: 'delivery' }, valueString: `${receiver}: ${what[state]}` };
}

function outcomeOf(text: string): OperationOutcome {
  return JSON.parse(text) as OperationOutcome;
}

function textOf({ issue }: OperationOutcome): string {
  return issue
    .map(({ details, diagnostics }) => [details?.text, diagnostics].filter((one) => one !== undefined).join(', '))
    .join('; ');
}
