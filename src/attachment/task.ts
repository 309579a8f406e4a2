/** The Task of a submission, and the parts of the payer's own request that the submission leaves open. */
import type { Extension, Identifier, Task, TaskInput } from 'fhir/r4.js';
import { fullUrlOf } from '../bundle/address.js';
import { isObject } from '../fhir/shape.js';
import type { Held } from './hold.js';
import type { Told } from './told.js';
import type { Resource } from './read-resource.js';
import type { Submission } from './submission.js';

const CDEX = 'http://hl7.org/fhir/us/davinci-cdex/CodeSystem/cdex-temp';
const PAS = 'http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes';
const LINE = 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-paLineNumber';

const typed = (system: string, code: string): TaskInput['type'] => ({ coding: [{ system, code }] });

/** `in-progress` until `Final`. Its id follows from payer, tracking number and what it is attached to. */
export function submissionTask(submission: Submission, held: readonly Held[], id: string): Task {
  const { trackingId, adminRefNumber, attachTo, payerId, organizationId, providerId, memberId, serviceDate } =
    submission;
  const identified = (identifier: Identifier | undefined, name: string): object =>
    identifier === undefined ? {} : { [name]: { identifier } };
  return {
    resourceType: 'Task',
    id,
    contained: [
      {
        resourceType: 'PractitionerRole',
        id: 'practitionerrole',
        ...identified(providerId, 'practitioner'),
        ...identified(organizationId, 'organization'),
      },
      { resourceType: 'Patient', id: 'patient', identifier: [memberId] } as never,
    ],
    identifier: [
      { ...trackingId, type: typed(CDEX, 'tracking-id') },
      ...(adminRefNumber === undefined ? [] : [{ ...adminRefNumber, type: typed(CDEX, 'admin-ref-number') }]),
    ],
    status: submission.final ? 'completed' : 'in-progress',
    intent: 'order',
    code: { coding: [{ system: PAS, code: 'attachment-request-code' }] },
    for: { reference: '#patient' },
    ...(payerId === undefined ? {} : { requester: { identifier: payerId } }),
    owner: { reference: '#practitionerrole' },
    reasonCode: { coding: [{ system: 'http://hl7.org/fhir/claim-use', code: attachTo }] },
    reasonReference: { type: 'Claim', identifier: trackingId },
    input: [
      ...submission.attachments.flatMap(({ code, lineItems }) =>
        code === undefined
          ? []
          : [{ ...lines(lineItems), type: typed(PAS, 'attachments-needed'), valueCodeableConcept: code }],
      ),
      ...(serviceDate === undefined
        ? []
        : [
            {
              type: typed(CDEX, 'service-date'),
              [serviceDate.length > 10 ? 'valueDateTime' : 'valueDate']: serviceDate,
            },
          ]),
      { type: typed(CDEX, 'multiple-submits-flag'), valueBoolean: !submission.final },
    ],
    output: held.map(({ attachment, stands }) => ({
      ...lines(attachment.lineItems),
      type: typed(PAS, 'attachments-needed'),
      valueReference: { reference: fullUrlOf(stands) },
    })),
  };
}

/** A line number is an integer. A text that names a line can't stand there. */
function lines(items: readonly string[]): { extension?: Extension[] } {
  const numbers = items.filter((item) => /^\d{1,9}$/.test(item)).map(Number);
  return numbers.length === 0 ? {} : { extension: numbers.map((valueInteger) => ({ url: LINE, valueInteger })) };
}

/** What the payer's Task has asked for and the submission does not have: each code, and each of its lines. */
export function unanswered({ request, attachments, final }: Submission): Told[] {
  if (request === undefined || !final) return [];
  return neededBy(request).flatMap(({ codes, text, lines: asked }): Told[] => {
    const given = attachments.filter(({ code }) =>
      code?.coding?.some((one) => codes.some((that) => that.code === one.code && that.system === one.system)),
    );
    const brought = given.flatMap(({ lineItems }) => lineItems);
    const whole = given.some(({ lineItems }) => lineItems.length === 0);
    const missing = asked.filter((line) => !whole && !brought.includes(line));
    if (given.length > 0 && missing.length === 0) return [];
    const of = missing.length > 0 && given.length > 0 ? ` for line ${missing.join(', ')}` : '';
    return [
      {
        severity: 'warning',
        code: 'incomplete',
        text: `The request asks for ${text}${of}, and it is not here.`,
        at: 'Parameters',
      },
    ];
  });
}

interface Needed {
  readonly codes: readonly { readonly system?: string; readonly code?: string }[];
  readonly text: string;
  readonly lines: readonly string[];
}

function neededBy(request: Resource): Needed[] {
  const input = Array.isArray(request.input) ? (request.input as unknown[]) : [];
  return input.filter(isObject).flatMap((one): Needed[] => {
    const { type, valueCodeableConcept, extension } = one as {
      type?: { coding?: { code?: string }[] };
      valueCodeableConcept?: { coding?: { system?: string; code?: string }[] };
      extension?: { url?: string; valueInteger?: number }[];
    };
    if (type?.coding?.some(({ code }) => code === 'attachments-needed') !== true) return [];
    const codes = valueCodeableConcept?.coding ?? [];
    const asked = (extension ?? []).filter(({ url }) => url === LINE).map(({ valueInteger }) => String(valueInteger));
    return [{ codes, text: codes[0]?.code ?? 'something without a code', lines: asked }];
  });
}
