/** What the routes of all jobs (import, export, replay) share: FHIR's asynchronous pattern. */
import type { Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { JobKind, NewJob, StoredJob } from '../../store/operations/jobs.js';
import { contextOf } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import type { Intake } from '../intake/intake.js';
import { tenantOf } from '../auth/tenant.js';
import { askStore } from './submit.js';

export const jobAccepted = {
  '202': {
    description: 'It has begun.',
    headers: { 'Content-Location': { description: 'The address of its progress.', schema: { type: 'string' } } },
  },
} as const;

/** Stores a job and answers 202. The job is on disk by then. */
export async function begin(
  intake: Intake,
  request: Request,
  response: Response,
  kind: JobKind,
  job: Pick<NewJob, 'asked' | 'body' | 'document'>,
  id: string = randomUUID(),
): Promise<void> {
  const client = contextOf(request).client?.name ?? '';
  await askStore(() => intake.store.of(tenantOf(request)).ask('beginJob', { id, client, kind, ...job }, Date.now()));
  intake.wake();
  response
    .status(202)
    .set({
      'Content-Location': `${origin(request)}/${kind}s/${id}/$status`,
      'Retry-After': '1',
      'Cache-Control': 'no-store',
    })
    .end();
}

/** @throws ServiceError 404 */
export async function findJob(intake: Intake, request: Request, kind: JobKind): Promise<StoredJob> {
  const job = await intake.store.of(tenantOf(request)).ask('jobOf', String(request.params.id));
  if (job?.kind !== kind) throw new ServiceError(404, 'not-found', 'There is no such job.');
  return job;
}

/** @throws ServiceError 500 if the job failed, with the reason; 404 if it was cancelled */
export function checkJob({ state, outcome }: StoredJob): void {
  if (state === 'cancelled') throw new ServiceError(404, 'not-found', 'The job was cancelled.');
  if (state === 'failed')
    throw new ServiceError(500, 'exception', typeof outcome?.text === 'string' ? outcome.text : 'The job failed.');
}

/** Addresses in a manifest are absolute (Bulk Data Access 2.0, 2.5.4). */
export function origin(request: Request): string {
  return `${request.protocol}://${request.get('host') ?? 'localhost'}`;
}
