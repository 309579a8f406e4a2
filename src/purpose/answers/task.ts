import type { FhirResource, Reference, Task } from 'fhir/r4.js';
import { referenceInCollection } from '../closure.js';
import type { PurposeItem } from '../purpose-file.js';
import type { DraftAnswer } from './draft.js';

const CDEX = 'http://hl7.org/fhir/us/davinci-cdex/';
const HREX_TEMP = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';
const CDEX_TEMP = `${CDEX}CodeSystem/cdex-temp`;
const BSER_STATUS = 'http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS';

const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

export function answerAsTask(draft: DraftAnswer): Task {
  return draft.purpose.answer.profile === 'data-request' ? dataRequest(draft) : referral(draft);
}

/** A data request of CDex 2.1, completed: the search that was made, and what it found as a contained Bundle. */
function dataRequest(draft: DraftAnswer): Task {
  const { purpose, items, parameters, bundle, id } = draft;
  const query = items.flatMap(({ item }) => item.query)[0] ?? '';
  const found = items.flatMap((item) => item.found);
  return {
    ...common(draft),
    id,
    meta: {
      profile: [`${CDEX}StructureDefinition/cdex-task-data-request`],
      tag: [{ system: CDEX_TEMP, code: purpose.use }],
    },
    contained: [{ ...bundle, id: 'data' }],
    status: 'completed',
    code: { coding: [{ system: CDEX_TEMP, code: 'data-request-query' }] },
    input: [
      { type: { coding: [{ system: HREX_TEMP, code: 'data-query' }] }, valueString: filledQuery(query, parameters) },
      ...purposeOfUse(draft),
    ],
    ...(found.length === 0
      ? {}
      : {
          output: [
            { type: { coding: [{ system: HREX_TEMP, code: 'data-value' }] }, valueReference: { reference: '#data' } },
          ],
        }),
  };
}

function filledQuery(query: string, parameters: ReadonlyMap<string, string>): string {
  return query.replace(/\{(\w+)\}/g, (whole, name: string) => parameters.get(name) ?? whole);
}

const IN_CDEX = ['care-planning', 'social-risk', 'payment-noe', 'operations-noe', 'treatment-noe'];

function purposeOfUse({ purpose }: DraftAnswer): NonNullable<Task['input']> {
  const code = purpose.purposeOfUse;
  if (code === undefined) return [];
  const system = IN_CDEX.includes(code) ? CDEX_TEMP : 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
  return [
    {
      type: { coding: [{ system: CDEX_TEMP, code: 'purpose-of-use' }] },
      valueCodeableConcept: { coding: [{ system, code }] },
    },
  ];
}

/**
 * A referral as documents show it (BSeR): requested, or answered by what stands under the `numerator` items. A Task is about
 * one order: of several, the first that nothing answers, so that an answer to one is never told as an answer to all.
 */
function referral(draft: DraftAnswer): Task {
  const { items, id, record } = draft;
  const orders = items[0]?.found ?? [];
  const found = items
    .slice(1)
    .filter(({ item }) => item.include !== false)
    .flatMap(({ item, found: own }) => own.map((resource): Output => ({ item, resource })));
  const answersOf = (order: FhirResource): Output[] =>
    found.filter(
      ({ item, resource }) =>
        item.role === 'numerator' && record.index.referring(order, resource.resourceType).includes(resource),
    );
  const focus = orders.find((order) => answersOf(order).length === 0) ?? orders[0];
  const answers = focus === undefined ? [] : answersOf(focus);
  const answered = answers.length > 0;
  const output = [...answers, ...found.filter(({ item }) => item.role !== 'numerator')];
  return {
    ...common(draft),
    id,
    status: answered ? 'completed' : 'requested',
    businessStatus: {
      coding: [
        answered
          ? { system: BSER_STATUS, code: '7.0', display: 'Service Request Fulfillment Completed' }
          : { system: BSER_STATUS, code: '2.0', display: 'Service Request Created' },
      ],
    },
    ...(focus === undefined ? {} : { focus: referenceInCollection(focus) }),
    ...(orders.length < 2
      ? {}
      : {
          note: [
            {
              text: `There are ${orders.length} orders. This Task is about the first of them that nothing answers, or the first; the parameter order chooses another.`,
            },
          ],
        }),
    ...(output.length === 0
      ? {}
      : {
          output: output.map(({ item, resource }) => ({
            type: { text: item.id },
            valueReference: referenceInCollection(resource),
          })),
        }),
  };
}

interface Output {
  readonly item: PurposeItem;
  readonly resource: FhirResource;
}

function common({ record, parameters }: DraftAnswer): Pick<Task, 'resourceType' | 'intent' | 'status'> & Partial<Task> {
  const [patient] = record.patients;
  const date = parameters.get('date');
  return {
    resourceType: 'Task',
    status: 'completed',
    intent: 'order',
    ...(patient === undefined ? {} : { for: referenceInCollection(patient) }),
    ...(date === undefined ? ({ _authoredOn: UNKNOWN } as object) : { authoredOn: date }),
    requester: party(parameters.get('requester')),
    owner: party(parameters.get('owner')),
  };
}

function party(text: string | undefined): Reference {
  if (text === undefined) return UNKNOWN;
  const bar = text.indexOf('|');
  if (bar === -1) return { display: text };
  return { identifier: { system: text.slice(0, bar), value: text.slice(bar + 1) } };
}
