/** `$submit-attachment` on one page (CDex 2.1): Parameters in; what was held, the Task, and the Bundle that was made out. */
import type { X509Certificate } from 'node:crypto';
import type { Bundle, FhirResource, OperationOutcome, Parameters, Task } from 'fhir/r4.js';
import { fullUrlOf, isFhirUuid } from '../bundle/address.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import type { ConvertOptions, Converter, FactStatus } from '../conversion.js';
import { buildRecords } from '../record/build-records.js';
import type { RecordDocument } from '../record/person-record.js';
import { recordBundle } from '../record/record-bundle.js';
import { comparisons } from './compare.js';
import { submittedContent } from './content.js';
import { holdContent, type Held } from './hold.js';
import { heldOutcome } from './outcome.js';
import type { Told } from './told.js';
import type { Resource } from './read-resource.js';
import { checkSignature, type SignatureRule } from './signature-rule.js';
import { readSubmission, type Submission } from './submission.js';
import { submissionTask, unanswered } from './task.js';
import { transmission } from './transmission.js';

const NAMESPACE = namespaceBytes('5f3c1c1e-8b7a-5a53-9d8e-1a6f0e7b4c22');

export interface SubmitOptions {
  /** Whether attachments must be signed: `ignore` (default), `present`, `verify`. */
  readonly signature?: SignatureRule;
  /** The authorities whose certificates count where signatures are verified. Without any, every issuer counts. */
  readonly trusted?: readonly X509Certificate[];
  readonly convert?: ConvertOptions;
}

export interface Submitted {
  readonly submission: Submission;
  readonly outcome: OperationOutcome;
  readonly task: Task;
  /** A transaction (PUT by id): sending twice changes nothing. */
  readonly bundle: Bundle;
  readonly facts: Readonly<Record<FactStatus | 'facts', number>>;
  /** Warnings of the documents by kind; `not-converted` for each file that is kept as it is. */
  readonly issues: ReadonlyMap<string, number>;
}

/**
 * Takes a submission. Pure: the same Parameters give the same bytes.
 *
 *   const { outcome, task, bundle } = await submitAttachments(createConverter(), parameters);
 *
 * @throws SubmissionError for the first thing that is wrong, with its place
 */
export async function submitAttachments(
  converter: Converter,
  parameters: Resource,
  options: SubmitOptions = {},
): Promise<Submitted> {
  const submission = readSubmission(parameters);
  const id = (name: string): string => {
    const { payerId, trackingId, attachTo } = submission;
    const key = [payerId?.system, payerId?.value, trackingId.system, trackingId.value, attachTo, name];
    return uuidV5(NAMESPACE, JSON.stringify(key));
  };
  const told: Told[] = [];
  const held: Held[] = [];
  for (const [index, attachment] of submission.attachments.entries()) {
    const content = submittedContent(attachment);
    const own = await holdContent(content, {
      attachment,
      submission,
      index,
      id: (name: string) => id(`${index} ${name}`),
      told,
      converter,
      convert: options.convert ?? {},
    });
    await checkSignature(own, attachment, options, told);
    told.push(...comparisons(own, attachment, submission));
    held.push(...own);
  }
  const task = submissionTask(submission, held, id('task'));
  const missing = unanswered(submission);
  const documents: RecordDocument[] = held.map(({ bundle }) => ({ bundle }));
  const joined = buildRecords(documents).flatMap((record) => recordBundle(record).entry ?? []);
  const sent = transmission(submission, held, id('provenance'));
  return {
    submission,
    outcome: heldOutcome(held, told, missing),
    task,
    bundle: transaction([...joined.map(({ resource }) => resource as FhirResource), sent, task]),
    facts: totals(held),
    issues: issuesOf(held),
  };
}

/** The outcome with the Task and the Bundle beside it, as Parameters. This form is Cairn's, not CDex's. */
export function submissionParameters({ outcome, task, bundle }: Submitted): Parameters {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'outcome', resource: outcome },
      { name: 'task', resource: task },
      { name: 'bundle', resource: bundle },
    ],
  };
}

function transaction(resources: readonly FhirResource[]): Bundle {
  const once = new Map(resources.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [...once].map(([url, resource]) => ({
      ...(isFhirUuid(resource.id) ? { fullUrl: fullUrlOf(resource) } : {}),
      resource,
      request: { method: 'PUT' as const, url },
    })),
  };
}

function totals(held: readonly Held[]): Submitted['facts'] {
  const sum = new Map<string, number>();
  for (const { conversion } of held) {
    for (const [name, count] of Object.entries(conversion?.ledger.totals ?? {}))
      sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sum) as Submitted['facts'];
}

function issuesOf(held: readonly Held[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { conversion, converted } of held) {
    if (!converted) counts.set('not-converted', (counts.get('not-converted') ?? 0) + 1);
    for (const { code, count = 1 } of conversion?.issues ?? []) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}
