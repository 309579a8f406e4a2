import type { Bundle } from 'fhir/r4.js';
import type { StoredJob } from '../../../store/operations/jobs.js';
import type { DocumentState, StoredDocument } from '../../../store/records.js';
import type { TenantStore } from '../../../store/store.js';
import { conversionJobOf } from '../convert-task.js';
import { DEFAULT_SET, type Job, type JobLimits } from '../../workers/job.js';
import type { Performed } from '../../workers/pool.js';
import { differences, type Difference } from './differences.js';
import type { JobOutcome } from './job-outcome.js';

export interface ReplayOptions {
  /** The store as the tenant of the job sees it. */
  readonly store: TenantStore;
  readonly run: (job: Job, body: Uint8Array) => Promise<Performed>;
  readonly jobLimits: JobLimits;
  /** The hash of each mapping set that is in service. */
  readonly hashes: () => Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
  readonly wake: () => void;
}

/** The parameters of `$replay`. */
export interface ReplayAsked {
  readonly ids?: readonly string[];
  readonly sender?: string;
  readonly kind?: string;
  readonly state?: DocumentState;
  readonly receivedFrom?: number;
  readonly receivedBefore?: number;
  /** Only documents that were converted by other mappings than those in service now. */
  readonly notCurrent: boolean;
  readonly action: 'convert' | 'deliver';
  readonly dryRun: boolean;
}

const PAGE = 100;

/** So many differences are listed; all are counted. */
const MOST_TOLD = 1000;

/**
 * Converts documents again, after those that are waiting; or sends them again; or says how converting them would change
 * them. A dry run writes nothing, and names only resources and elements, never values.
 */
export async function replayJob(options: ReplayOptions, job: StoredJob): Promise<JobOutcome> {
  const asked = job.asked as unknown as ReplayAsked;
  const counts = { documents: 0, added: 0, changed: 0, removed: 0, same: 0, failed: 0 };
  const told: (Difference & { readonly document: string })[] = [];
  for await (const documents of pages(options, asked)) {
    if (!asked.dryRun) {
      counts.documents += await again(options, documents, asked, job.id);
      options.wake();
      continue;
    }
    for (const document of documents) {
      counts.documents++;
      const found = await tryOut(options, document);
      if (found === undefined) counts.failed++;
      else if (found.length === 0) counts.same++;
      for (const one of found ?? []) {
        counts[one.what]++;
        if (told.length < MOST_TOLD) told.push({ document: document.id, ...one });
      }
    }
  }
  return { action: asked.action, dryRun: asked.dryRun, ...counts, ...(asked.dryRun ? { differences: told } : {}) };
}

async function again(
  { store, receivers }: ReplayOptions,
  documents: readonly StoredDocument[],
  asked: ReplayAsked,
  job: string,
): Promise<number> {
  const ids = documents.map(({ id }) => id);
  return asked.action === 'convert'
    ? await store.ask('convertAgain', ids, job, Date.now())
    : await store.ask('deliverAgain', ids, receivers, job, Date.now());
}

/** How converting a document again would change it; undefined if it can't be converted. */
async function tryOut(options: ReplayOptions, document: StoredDocument): Promise<Difference[] | undefined> {
  const { store, run, jobLimits } = options;
  const source = await store.ask('bodyOf', document.id, 'source');
  const before = await store.ask('bodyOf', document.id, 'bundle');
  if (source === undefined) return undefined;
  const files = document.way === null ? [] : await store.ask('filesOf', document.id);
  const parts = [source, ...files.map(({ bytes }) => bytes)];
  try {
    const { header, body } = await run(conversionJobOf(document, files, jobLimits), Buffer.concat(parts));
    if (!header.ok || body === undefined) return undefined;
    return differences(before === undefined ? undefined : bundleOf(before), bundleOf(body));
  } catch {
    return undefined;
  }
}

async function* pages(options: ReplayOptions, asked: ReplayAsked): AsyncGenerator<StoredDocument[]> {
  const { store } = options;
  const isMeant = (document: StoredDocument): boolean =>
    !document.isEnvelope &&
    (asked.kind === undefined || document.kind === asked.kind) &&
    (!asked.notCurrent || (document.mapping !== null && document.mapping !== hashOf(options, document)));
  if (asked.ids !== undefined) {
    for (const id of asked.ids) {
      const document = await store.ask('documentOf', id);
      if (document !== undefined && isMeant(document)) yield [document];
    }
    return;
  }
  let before: number | undefined;
  do {
    const { documents, next }: { documents: StoredDocument[]; next: number | undefined } = await store.ask('list', {
      state: asked.state,
      sender: asked.sender,
      receivedFrom: asked.receivedFrom,
      receivedBefore: asked.receivedBefore,
      before,
      count: PAGE,
    });
    yield documents.filter(isMeant);
    before = next;
  } while (before !== undefined);
}

function hashOf({ hashes }: ReplayOptions, { options }: StoredDocument): string | undefined {
  return new Map(Object.entries(hashes())).get(options.set ?? DEFAULT_SET);
}

function bundleOf(bytes: Uint8Array): Bundle {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Bundle;
}
