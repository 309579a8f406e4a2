/** Reads the Parameters of `$submit-attachment` (CDex 2.1.0; AdminRefNumber of the build towards 3.0.0) and checks them. */
import type { CodeableConcept, Identifier } from 'fhir/r4.js';
import { ownValue } from '../own-value.js';
import { readTime } from '../search/time-range.js';
import { suggestion } from '../xpath/nearest.js';
import { isObject } from '../fhir/shape.js';
import type { Resource } from './read-resource.js';
import { SubmissionError } from './submission-error.js';

export interface Submission {
  readonly trackingId: Identifier;
  readonly adminRefNumber: Identifier | undefined;
  readonly attachTo: 'claim' | 'preauthorization';
  readonly payerId: Identifier | undefined;
  readonly organizationId: Identifier | undefined;
  readonly providerId: Identifier | undefined;
  readonly memberId: Identifier;
  readonly serviceDate: string | undefined;
  readonly attachments: readonly SubmittedAttachment[];
  /** Whether this is the last submission for the claim. */
  readonly final: boolean;
  /** The Task by which the payer has asked, if the caller gives it. This parameter is Cairn's, not CDex's. */
  readonly request: Resource | undefined;
}

export interface SubmittedAttachment {
  /** Empty if the attachment is about the whole claim. */
  readonly lineItems: readonly string[];
  readonly code: CodeableConcept | undefined;
  readonly content: Resource;
  /** FHIRPath of its place: `Parameters.parameter.where(name='Attachment')[0]`. */
  readonly at: string;
}

type Parameter = Readonly<Record<string, unknown>>;

const TYPES = {
  TrackingId: 'valueIdentifier',
  AdminRefNumber: 'valueIdentifier',
  AttachTo: 'valueCode',
  PayerId: 'valueIdentifier',
  OrganizationId: 'valueIdentifier',
  ProviderId: 'valueIdentifier',
  MemberId: 'valueIdentifier',
  ServiceDate: 'valueDateTime',
  Attachment: 'part',
  Final: 'valueBoolean',
  request: 'resource',
} as const;
const PARTS = { LineItem: 'valueString', Code: 'valueCodeableConcept', Content: 'resource' } as const;

/** Only the first mistake is told. @throws SubmissionError 400 */
export function readSubmission(resource: Resource): Submission {
  if (resource.resourceType !== 'Parameters') {
    throw new SubmissionError(400, 'structure', 'The body must be a Parameters resource.', resource.resourceType);
  }
  const given = parametersIn(resource.parameter, 'Parameters.parameter', TYPES);
  const one = (name: keyof typeof TYPES): unknown => single(given, name, 'Parameters.parameter', TYPES[name]);
  const trackingId = identifier(one('TrackingId'), 'TrackingId');
  const attachTo = one('AttachTo');
  if (attachTo === undefined) throw absent('AttachTo');
  if (attachTo !== 'claim' && attachTo !== 'preauthorization') {
    throw new SubmissionError(400, 'value', 'AttachTo is claim or preauthorization.', placeOf('AttachTo'));
  }
  const [organizationId, providerId] = [
    optional(one('OrganizationId'), 'OrganizationId'),
    optional(one('ProviderId'), 'ProviderId'),
  ];
  if (organizationId === undefined && providerId === undefined) {
    throw new SubmissionError(400, 'required', 'OrganizationId or ProviderId must be there.', 'Parameters.parameter');
  }
  const memberId = identifier(one('MemberId'), 'MemberId');
  const serviceDate = dateOf(one('ServiceDate'), attachTo);
  const attachments = given.filter(({ name }) => name === 'Attachment').map(attachmentOf);
  if (attachments.length === 0) throw absent('Attachment');
  return {
    trackingId,
    adminRefNumber: optional(one('AdminRefNumber'), 'AdminRefNumber'),
    attachTo,
    payerId: optional(one('PayerId'), 'PayerId'),
    organizationId,
    providerId,
    memberId,
    serviceDate,
    attachments,
    final: (one('Final') ?? true) as boolean,
    request: one('request') as Resource | undefined,
  };
}

/** The parameters, each with a name that is known and the type that it must have: the slices are closed. */
function parametersIn(list: unknown, at: string, types: Readonly<Record<string, string>>): Parameter[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new SubmissionError(400, 'structure', 'Parameters are a list.', at);
  return (list as unknown[]).map((item, index) => {
    const place = `${at}[${index}]`;
    if (!isObject(item) || typeof item.name !== 'string') {
      throw new SubmissionError(400, 'required', 'A parameter must have a name.', place);
    }
    const type = ownValue(types, item.name);
    if (type === undefined) {
      throw new SubmissionError(
        400,
        'value',
        `The operation has no parameter of this name${suggestion(item.name, Object.keys(types))}`,
        place,
      );
    }
    const value = item[type];
    if (value === undefined || !fits(type, value)) {
      throw new SubmissionError(400, 'value', `${item.name} must have a ${type}.`, place);
    }
    return item;
  });
}

function fits(type: string, value: unknown): boolean {
  switch (type) {
    case 'valueIdentifier':
    case 'valueCodeableConcept':
      return isObject(value);
    case 'resource':
      return isObject(value) && typeof value.resourceType === 'string';
    case 'part':
      return Array.isArray(value);
    case 'valueBoolean':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string' && value !== '';
  }
}

function single(given: readonly Parameter[], name: string, at: string, type: string): unknown {
  const found = given.filter((one) => one.name === name);
  if (found.length > 1) throw new SubmissionError(400, 'value', `${name} may be given once.`, placeOf(name, at));
  return found[0]?.[type];
}

function placeOf(name: string, at = 'Parameters.parameter'): string {
  return `${at}.where(name='${name}')`;
}

function absent(name: string): SubmissionError {
  return new SubmissionError(400, 'required', `${name} must be there.`, placeOf(name));
}

function identifier(value: unknown, name: string): Identifier {
  if (value === undefined) throw absent(name);
  return optional(value, name)!;
}

function optional(value: unknown, name: string): Identifier | undefined {
  if (value === undefined) return undefined;
  const { value: text } = value as { value?: unknown };
  if (typeof text !== 'string' || text.trim() === '') {
    throw new SubmissionError(400, 'required', `${name} must have a value.`, `${placeOf(name)}.value`);
  }
  return value as Identifier;
}

/** The service of a claim has a date (CDex, sending attachments). */
function dateOf(value: unknown, attachTo: Submission['attachTo']): string | undefined {
  if (value === undefined) {
    if (attachTo === 'claim') throw absent('ServiceDate');
    return undefined;
  }
  const text = value as string;
  if (readTime(text) === undefined) {
    throw new SubmissionError(400, 'value', 'ServiceDate is no FHIR dateTime.', placeOf('ServiceDate'));
  }
  if (attachTo === 'claim' && text.length < 10) {
    throw new SubmissionError(400, 'value', 'ServiceDate of a claim must say the day.', placeOf('ServiceDate'));
  }
  return text;
}

function attachmentOf({ part }: Parameter, index: number): SubmittedAttachment {
  const at = `${placeOf('Attachment')}[${index}]`;
  const parts = parametersIn(part, `${at}.part`, PARTS);
  const content = single(parts, 'Content', `${at}.part`, 'resource');
  if (content === undefined) {
    throw new SubmissionError(400, 'required', 'An Attachment must have a Content.', placeOf('Content', `${at}.part`));
  }
  return {
    lineItems: parts.filter(({ name }) => name === 'LineItem').map(({ valueString }) => valueString as string),
    code: single(parts, 'Code', `${at}.part`, 'valueCodeableConcept') as CodeableConcept | undefined,
    content: content as Resource,
    at,
  };
}
