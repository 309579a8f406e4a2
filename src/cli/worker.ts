import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Converter } from '../conversion.js';
import { warningsIn } from '../xml/issue-groups.js';
import { isEnvelope } from '../unwrap/kind.js';
import { complaintsOf } from './complaints.js';
import { convertEnvelope } from './convert-envelope.js';
import { fileNameOf } from './document-name.js';
import { convertDocument, loadConverter, writeConversion } from './document.js';
import type { FileJob, FileOutcome, WorkerMessage, WorkerSetup } from './work.js';
import { writeWhole } from './write-file.js';

const setup = workerData as WorkerSetup;

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function work(converter: Converter, job: FileJob): Promise<FileOutcome> {
  try {
    const bytes = job.bytes ?? (await readFile(job.file));
    if (isEnvelope(bytes)) return await workEnvelope(converter, job, bytes);
    const written = convertDocument(converter, bytes, setup.settings);
    if (job.ledger !== undefined) await writeWhole(job.ledger, written.ledger ?? '');
    if (job.trace !== undefined) await writeWhole(job.trace, written.trace ?? '');
    // The Bundle is written last: if it exists, so do the other files.
    await writeWhole(job.bundle, written.bundle);
    return {
      kind: 'converted',
      documents: 1,
      complaints: [],
      bytes: bytes.length,
      warnings: warningsIn(written.issues),
      facts: written.totals.facts,
      unmapped: written.totals.unmapped,
    };
  } catch (error) {
    return { kind: 'failed', complaints: complaintsOf(error, job.file) };
  }
}

/** Each document of an envelope gets its own file. One that fails does not stop the others. */
async function workEnvelope(converter: Converter, job: FileJob, bytes: Uint8Array): Promise<FileOutcome> {
  const totals = { documents: 0, bytes: 0, warnings: 0, facts: 0, unmapped: 0 };
  const complaints: string[] = [];
  for await (const part of convertEnvelope(converter, bytes, job.file, setup.settings)) {
    if (part.kind === 'failed') {
      complaints.push(part.complaint);
      continue;
    }
    const written = writeConversion(part.conversion, setup.settings);
    totals.documents++;
    const target = join(job.folder, fileNameOf(part, totals.documents));
    if (written.ledger !== undefined) await writeWhole(`${target}.ledger.json`, written.ledger);
    if (written.trace !== undefined) await writeWhole(`${target}.trace.json`, written.trace);
    await writeWhole(`${target}.${setup.settings.format}`, written.bundle);
    totals.bytes += part.bytes;
    totals.warnings += warningsIn(written.issues);
    totals.facts += written.totals.facts;
    totals.unmapped += written.totals.unmapped;
  }
  return { kind: 'converted', ...totals, complaints };
}

try {
  const converter = await loadConverter({ converter: setup.converterModule }, setup);
  parentPort?.on('message', (job: FileJob) => {
    void work(converter, job).then(tell);
  });
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'unusable', complaints: complaintsOf(error, setup.mappings ?? 'mappings') });
}
