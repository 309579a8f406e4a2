import type { StoredDocument, Task } from '../../store/records.js';
import type { Store, TenantStore } from '../../store/store.js';
import { operationOutcome } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import {
  DEFAULT_SET,
  type Failure,
  type Job,
  type JobLimits,
  type ConversionOptions,
  type Success,
} from '../workers/job.js';
import type { Performed } from '../workers/pool.js';

export interface ConvertTaskOptions {
  readonly store: Store;
  readonly run: (job: Job, body: Uint8Array) => Promise<Performed>;
  /** The receivers for a document. */
  readonly receiversOf: (document: StoredDocument, success: Success) => readonly string[];
  readonly holdsReusedIds: boolean;
  readonly jobLimits: JobLimits;
}

const heldReason = JSON.stringify(
  operationOutcome([
    {
      severity: 'error',
      code: 'business-rule',
      text: 'A document of another patient has the same id. It is delivered once somebody has released it.',
    },
  ]),
);

/** No worker was free, or the memory was full: the task is tried again after this time. */
const AGAIN_MILLISECONDS = 1000;

/** Converts the document of a task and writes down the outcome. Answers whether there is a new result. */
export async function convertTask(options: ConvertTaskOptions, task: Task): Promise<boolean> {
  const store = options.store.of(task.tenant);
  const document = await store.ask('documentOf', task.document);
  const source = await store.ask('bodyOf', task.document, 'source');
  if (document === undefined || source === undefined) return false;
  const files = document.way === null ? [] : await store.ask('filesOf', document.id);
  const performed = await performOr(options, task, conversionJobOf(document, files, options.jobLimits), [
    source,
    ...files.map(({ bytes }) => bytes),
  ]);
  if (performed === undefined) return false;
  const { header, body } = performed;
  return await store.ask(
    'finishConversion',
    task,
    {
      mapping: header.mappingHash,
      bundle: body,
      entries: header.entries ?? 0,
      facts: header.document ?? {},
      issues: header.issues,
      resources: header.resources ?? {},
      receivers: options.receiversOf(document, header),
      heldReason: options.holdsReusedIds ? heldReason : undefined,
    },
    Date.now(),
  );
}

/** What a worker made from a document. Undefined if it made nothing; then the reason is already written down. */
export async function performOr(
  options: Pick<ConvertTaskOptions, 'store' | 'run'>,
  task: Task,
  job: Job,
  parts: readonly Uint8Array[],
): Promise<{ header: Success; body: Uint8Array } | undefined> {
  const store = options.store.of(task.tenant);
  let performed: Performed;
  try {
    performed = await options.run(job, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  } catch (error) {
    await tellOfLoss(store, task, error);
    return undefined;
  }
  const { header, body } = performed;
  if (header.ok && body !== undefined) return { header, body };
  const now = Date.now();
  if (header.ok) await store.ask('release', task, AGAIN_MILLISECONDS);
  else await store.ask(header.status < 500 ? 'refuse' : 'failAttempt', task, outcomeOf(header), now);
  return undefined;
}

/** If no worker is free, the document is not at fault. If a worker died over it, the document may be. */
async function tellOfLoss(store: TenantStore, task: Task, error: unknown): Promise<void> {
  if (error instanceof ServiceError && error.status === 503) {
    await store.ask('release', task, AGAIN_MILLISECONDS);
    return;
  }
  const failure: Failure =
    error instanceof ServiceError
      ? { ok: false, status: error.status, code: error.code, message: error.message }
      : { ok: false, status: 500, code: 'exception', message: 'The conversion failed.' };
  await store.ask('failAttempt', task, outcomeOf(failure), Date.now());
}

/** The job for a worker that converts a document of the store. */
export function conversionJobOf(
  { options, mediaType, way, envelopeFacts }: StoredDocument,
  files: readonly { name: string; bytes: Uint8Array }[],
  limits: JobLimits,
): Job {
  const { set = DEFAULT_SET, ...others } = options as Partial<Record<keyof ConversionOptions, string>>;
  return {
    kind: 'document',
    options: { set, ...others } as ConversionOptions,
    format: 'json',
    include: [],
    wantsFacts: true,
    limits,
    ...(mediaType.startsWith('multipart/') ? { mediaType } : {}),
    ...(way === null
      ? {}
      : {
          takenOut: {
            way,
            facts: envelopeFacts,
            files: files.map(({ name, bytes }) => ({ name, length: bytes.length })),
          },
        }),
  };
}

function outcomeOf({ code, message, line, column }: Failure): string {
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text: message, line, column }]));
}
