/**
 * Compares an attachment with what the submission says about it: its type, its patient, its time. Differences are
 * told, and nothing else is done with them.
 */
import type { CodeableConcept, Composition, Encounter, FhirResource, Identifier, Patient, Period } from 'fhir/r4.js';
import { readTime } from '../search/time-range.js';
import type { Held } from './hold.js';
import type { Told } from './told.js';
import type { Submission, SubmittedAttachment } from './submission.js';

export function comparisons(
  held: readonly Held[],
  { code, at }: SubmittedAttachment,
  { memberId, serviceDate }: Submission,
): Told[] {
  return held.flatMap(({ bundle, converted, resource }): Told[] => {
    const resources = (bundle.entry ?? []).flatMap((entry) => (entry.resource as FhirResource | undefined) ?? []);
    const composition = resources.find((one): one is Composition => one.resourceType === 'Composition');
    const told = [
      differs(code, composition?.type),
      ...(converted && (composition !== undefined || resource?.resourceType === 'Bundle')
        ? [patientOf(resources, memberId)]
        : []),
      ...(composition === undefined ? [] : [timeOf(composition, resources, serviceDate)]),
    ];
    return told.flatMap((text) =>
      text === undefined ? [] : [{ severity: 'warning' as const, code: 'business-rule' as const, text, at }],
    );
  });
}

function differs(wanted: CodeableConcept | undefined, type: CodeableConcept | undefined): string | undefined {
  const [here = [], there = []] = [wanted?.coding, type?.coding];
  const comparable = here.filter(({ system }) => there.some((one) => one.system === system));
  if (comparable.length === 0) return undefined;
  const same = comparable.some((one) => there.some((that) => that.system === one.system && that.code === one.code));
  return same ? undefined : 'Attachment.Code is not the type of the document.';
}

function patientOf(resources: readonly FhirResource[], memberId: Identifier): string | undefined {
  const patients = resources.filter((one): one is Patient => one.resourceType === 'Patient');
  const same = patients
    .flatMap(({ identifier = [] }) => identifier)
    .filter(({ value }) => value !== undefined && value === memberId.value);
  if (same.length === 0) return "No identifier of the document's patient is MemberId.";
  const { system } = memberId;
  return system === undefined || same.some((one) => one.system === undefined || one.system === system)
    ? undefined
    : "An identifier of the document's patient has the value of MemberId, under another system.";
}

/** The service that the document is about, or else the visit, or else the day on which it was written. */
function timeOf(
  { event = [], date, encounter }: Composition,
  resources: readonly FhirResource[],
  serviceDate: string | undefined,
): string | undefined {
  const wanted = serviceDate === undefined ? undefined : readTime(serviceDate);
  if (wanted === undefined) return undefined;
  const visit = resources.find(
    (one): one is Encounter =>
      one.resourceType === 'Encounter' && (encounter?.reference?.endsWith(one.id ?? ' ') ?? false),
  );
  const periods = [...event.map(({ period }) => period), visit?.period].filter(
    (one): one is Period => one?.start !== undefined || one?.end !== undefined,
  );
  const spans = (periods.length > 0 ? periods : [{ start: date, end: date }]).flatMap(spanOf);
  if (spans.length === 0 || spans.some(({ from, to }) => from < wanted.to && wanted.from < to)) return undefined;
  return `The document is of ${dayText(periods[0] ?? { start: date })}, ServiceDate is ${serviceDate ?? ''}.`;
}

function spanOf({ start, end }: Period): { from: number; to: number }[] {
  const first = start === undefined ? undefined : readTime(start.slice(0, 10));
  const last = end === undefined ? first : readTime(end.slice(0, 10));
  if (first === undefined && last === undefined) return [];
  return [{ from: first?.from ?? -Infinity, to: last?.to ?? Infinity }];
}

function dayText({ start, end }: Period): string {
  const days = [...new Set([start?.slice(0, 10), end?.slice(0, 10)].filter((one) => one !== undefined))];
  return days.join(' to ');
}
