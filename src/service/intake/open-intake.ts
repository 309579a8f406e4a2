import type { Logger } from 'pino';
import { delivererElsewhere } from '../../delivery/elsewhere.js';
import { startDeliverer } from '../../delivery/deliverer.js';
import { masterKeyOf } from '../../store/master-key.js';
import { isPostgres } from '../../store/place.js';
import { StoreError } from '../../store/schema.js';
import { openStore, type Store } from '../../store/store.js';
import { auditSinkNames, auditSinksOf } from '../audit/open-sinks.js';
import { startAuditSending } from '../audit/send-audit.js';
import { usesTenants } from '../auth/rights.js';
import { receiversOf } from '../delivery/meant-for.js';
import { openReceivers } from '../delivery/open-receivers.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Settings } from '../settings/schema.js';
import type { Pool } from '../workers/pool.js';
import { filesFolderOf, removeExport } from './files-folder.js';
import { createQuotas } from './quotas.js';
import { startFeed } from './folder-feed.js';
import { startIntake, type Intake } from './intake.js';
import { runJob } from './jobs/run-job.js';

export interface Surroundings {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** The module that the store's thread runs, if it is not the built one (tests). */
  readonly storeThread?: URL | undefined;
}

const HOUR = 3_600_000;
const SECOND = 1000;

/** How long the files of an export are kept. */
const EXPORT_HOURS = 24;

/** @throws StoreError */
function masterKeyIn({ masterKeyFile: file, masterKeyCommand: command }: Settings): Uint8Array | undefined {
  try {
    return masterKeyOf({ file, command });
  } catch (error) {
    const setting = command === undefined ? 'masterKeyFile' : 'masterKeyCommand';
    throw new StoreError(`${setting}: ${(error as Error).message}`);
  }
}

/**
 * Opens the store and everything that works on it: the loops that convert, the jobs, the feeds.
 * @throws StoreError
 */
export async function openIntake(place: string, surroundings: Surroundings): Promise<Intake> {
  const { settings, pool, metrics, log, storeThread } = surroundings;
  const { intake, workers, limits } = settings;
  const roles = new Set(settings.roles);
  const folder = filesFolderOf(settings);
  const receivers = roles.has('deliver') ? await openReceivers(settings.receivers) : [];
  let store: Store;
  try {
    store = await openStore(place, storeThread, masterKeyIn(settings));
  } catch (error) {
    for (const receiver of receivers) receiver.close();
    throw error;
  }
  if (usesTenants(settings)) for (const what of store.warnings) log.warn({ what }, 'store');
  const deliverers = roles.has('deliver')
    ? receivers.map((receiver) =>
        startDeliverer({
          store,
          receiver,
          tell: (what, detail) => {
            log.warn(detail, what);
          },
          onDelivery: (outcome, milliseconds, { sent, same, older, removed }) => {
            const { name } = receiver;
            metrics.deliveries.inc({ receiver: name, outcome });
            metrics.deliveryDuration.observe({ receiver: name }, milliseconds / 1000);
            for (const [what, count] of Object.entries({ sent, same, older, removed }))
              metrics.deliveredEntries.inc({ receiver: name, what }, count);
          },
        }),
      )
    : settings.receivers.map(({ name }) => delivererElsewhere(store, name));
  const wakeHere = (): void => {
    running.wake();
    if (roles.has('deliver')) for (const deliverer of deliverers) deliverer.wake();
  };
  const wake = (): void => {
    wakeHere();
    store.announce();
  };
  // The store shares the workers with those who wait for an answer of /convert, and may use all of them.
  const run = (...[job, body]: Parameters<Pool['run']>): ReturnType<Pool['run']> => pool.run(job, body);
  const quotas = createQuotas(store, settings.tenants);
  const { timeLimitSeconds, maxOutputMegabytes } = workers;
  const jobLimits = { timeLimitSeconds, ...(maxOutputMegabytes === undefined ? {} : { maxOutputMegabytes }) };
  const jobs = {
    store,
    folder,
    run,
    jobLimits,
    wake,
    log,
    quotas,
    importFolders: intake.importFolders,
    maxMegabytes: limits.bodyMegabytes,
    hashes: () => pool.state().hashes,
    receivers: settings.receivers.map(({ name }) => name),
  };
  const running = startIntake({
    store,
    folder: isPostgres(place) ? undefined : place,
    run,
    jobLimits,
    log,
    limits: intake,
    width: pool.state().workers,
    receiversOf: (document, success) => receiversOf(settings.receivers, document, success),
    holdsReusedIds: intake.holdReusedIds,
    runJob: (task) => runJob(jobs, task),
    onConverted: wake,
    roles,
  });
  store.onAnnounced(wakeHere);
  const feeds = (roles.has('intake') ? intake.folders : []).map((feed) =>
    startFeed(feed, {
      store,
      pressure: running.pressure,
      quotas,
      maxMegabytes: limits.bodyMegabytes,
      wake,
      onTaken: (outcome) => {
        metrics.intakeDocuments.inc({ outcome, source: 'folder' });
      },
      log,
    }),
  );
  const auditSendings = auditSinksOf(settings).map((sink) =>
    startAuditSending(store, sink, {
      onSent: (name, count) => {
        metrics.auditSent.inc({ sink: name }, count);
      },
      onFailed: (name, why, isFirst) => {
        metrics.auditFailures.inc({ sink: name });
        if (isFirst) log.error({ sink: name, why }, 'audit not sent');
      },
    }),
  );
  const sweep = setInterval(() => void removeExpired(store, settings), HOUR);
  void letAllGo(store, settings);
  // Links new events of the audit to the chain of earlier ones.
  const chain = setInterval(() => void store.ask('chainAudit').catch(() => 0), SECOND);
  return {
    ...running,
    quotas,
    deliverers,
    auditSendings,
    wake,
    async stop() {
      clearInterval(sweep);
      clearInterval(chain);
      await Promise.all(feeds.map((feed) => feed.stop()));
      await running.stop();
      await Promise.all(deliverers.map((deliverer) => deliverer.stop()));
      if (auditSendings.length > 0) await store.ask('chainAudit').catch(() => 0);
      await Promise.all(auditSendings.map((sending) => sending.stop()));
    },
  };
}

/**
 * How many documents are removed in one transaction. The number is small, so that a client that sends a document need
 * not wait.
 */
const LET_GO_AT_ONCE = 500;

async function letAllGo(store: Store, settings: Settings): Promise<void> {
  const retention = { ...settings.retention, auditSinks: auditSinkNames(settings) };
  try {
    while ((await store.ask('letGo', retention, LET_GO_AT_ONCE, Date.now())) > 0);
  } catch {
    // It is tried again in an hour.
  }
}

async function removeExpired(store: Store, settings: Settings): Promise<void> {
  await letAllGo(store, settings);
  const gone = await store.ask('expiredExports', Date.now() - EXPORT_HOURS * HOUR).catch(() => []);
  for (const job of gone) await removeExport(settings, job);
}
