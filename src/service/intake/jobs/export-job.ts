import { mkdir, rm } from 'node:fs/promises';
import { addressOf, entriesOf, ofPatientAlone } from '../../../delivery/entries.js';
import type { ExportPlace } from '../../../store/operations/read.js';
import type { StoredJob } from '../../../store/operations/jobs.js';
import { ServiceError } from '../../errors/service-error.js';
import { exportFolder } from '../files-folder.js';
import { createFiles, type WrittenFile } from './ndjson-files.js';
import type { JobOptions } from './job-options.js';
import type { JobOutcome } from './job-outcome.js';

/** The parameters of `$export`. */
export interface ExportAsked {
  readonly types?: readonly string[];
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly patient?: string;
}

const PAGE = 50;

/**
 * Writes the resources of the current documents, each once. If several documents have a resource, the newest document
 * wins. Resources about a patient are written patient by patient. Resources that many patients share (practitioners,
 * places) are kept until the end.
 */
export async function exportJob({ store, folder }: JobOptions, job: StoredJob): Promise<JobOutcome> {
  const { types, since, patient } = job.asked as ExportAsked;
  if (folder === undefined)
    throw new ServiceError(
      501,
      'not-supported',
      'There is no folder for the files of an export; the setting storeFiles names one.',
    );
  const target = exportFolder(folder, job.id);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const files = createFiles(target);
  const query = { patient, since };
  const shared = new Map<string, { readonly orderKey: string; readonly type: string; readonly line: string }>();
  let person: string | undefined;
  let written = new Set<string>();
  let place: ExportPlace | undefined;
  try {
    for (;;) {
      const page = await store.ask('exportPage', query, place, PAGE);
      for (const document of page) {
        if (document.patient !== person) {
          person = document.patient;
          written = new Set();
        }
        const bytes = await store.ask('bodyOf', document.id, 'bundle');
        if (bytes === undefined) continue;
        for (const { type, id, line, isAbout } of resourcesOf(bytes, person)) {
          if (types !== undefined && !types.includes(type)) continue;
          const address = `${type}/${id}`;
          if (!isAbout) {
            const known = shared.get(address);
            if (known === undefined || known.orderKey < document.orderKey)
              shared.set(address, { orderKey: document.orderKey, type, line });
          } else if (!written.has(address)) {
            written.add(address);
            await files.write(type, line);
          }
        }
      }
      if (page.length < PAGE) break;
      place = page.at(-1);
      if (await isOver(store, job.id)) break;
    }
    for (const { type, line } of shared.values()) await files.write(type, line);
    const output: readonly WrittenFile[] = await files.close();
    // Something was purged meanwhile, or the export was cancelled. So the files are removed too.
    if (await isOver(store, job.id)) await rm(target, { recursive: true, force: true });
    return { output };
  } catch (error) {
    await files.close().catch(() => undefined);
    throw error;
  }
}

async function isOver(store: JobOptions['store'], job: string): Promise<boolean> {
  return (await store.ask('jobOf', job))?.state !== 'running';
}

function* resourcesOf(bytes: Uint8Array, person: string) {
  const entries = entriesOf(bytes);
  const patient = entries.find(({ id }) => id === person);
  const own = ofPatientAlone(entries, patient === undefined ? undefined : addressOf(patient));
  for (const entry of entries) {
    yield { type: entry.type, id: entry.id, line: `${entry.json}\n`, isAbout: own.has(addressOf(entry)) };
  }
}
