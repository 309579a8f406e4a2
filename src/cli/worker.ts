import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Converter } from '../conversion.js';
import { complaintsOf } from './complaints.js';
import { convertDocument, loadConverter } from './document.js';
import type { Job, Outcome, WorkerMessage, WorkerSetup } from './work.js';
import { writeWhole } from './write-file.js';

const setup = workerData as WorkerSetup;

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function work(converter: Converter, job: Job): Promise<Outcome> {
  try {
    const bytes = job.bytes ?? (await readFile(job.file));
    const written = convertDocument(converter, bytes, setup.settings);
    if (job.ledger !== undefined) await writeWhole(job.ledger, written.ledger ?? '');
    if (job.trace !== undefined) await writeWhole(job.trace, written.trace ?? '');
    // Last, so that where there is a Bundle there is all of it.
    await writeWhole(job.bundle, written.bundle);
    return {
      kind: 'converted',
      bytes: bytes.length,
      warnings: written.issues.filter((issue) => issue.severity === 'warning').length,
      facts: written.totals.facts,
      unmapped: written.totals.unmapped,
    };
  } catch (error) {
    return { kind: 'failed', complaints: complaintsOf(error, job.file) };
  }
}

try {
  const converter = await loadConverter(setup.converterModule, setup.mappings);
  parentPort?.on('message', (job: Job) => {
    void work(converter, job).then(tell);
  });
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'unusable', complaints: complaintsOf(error, setup.mappings ?? 'mappings') });
}
