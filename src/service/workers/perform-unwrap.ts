/** A job that opens an envelope and converts nothing. The store then takes in each document by itself. */
import { wayOf } from '../../unwrap/part.js';
import { unwrap } from '../../unwrap/unwrap.js';
import type { Job, OpenedPart, Outcome } from './job.js';
import { failureOf, NO_FACTS } from './perform.js';
import { unwrapOptionsOf } from './perform-envelope.js';

export async function performUnwrap(job: Job, body: Uint8Array): Promise<{ outcome: Outcome; bytes: Uint8Array }> {
  const started = performance.now();
  try {
    const parts: OpenedPart[] = [];
    const chunks: Uint8Array[] = [];
    for await (const part of unwrap(body, unwrapOptionsOf(job))) {
      if (part.kind === 'problem') {
        parts.push({ kind: 'problem', way: wayOf(part.steps), code: part.code, text: part.text });
        continue;
      }
      const { bytes, name, steps, facts, files } = part;
      chunks.push(bytes, ...files.values());
      const listed = [...files].map(([file, content]) => ({ name: file, length: content.length }));
      parts.push({ kind: 'document', name, way: wayOf(steps), facts, length: bytes.length, files: listed });
    }
    const outcome: Outcome = {
      ok: true,
      issues: {},
      facts: NO_FACTS,
      mappingHash: '',
      parts,
      convertMilliseconds: performance.now() - started,
      writeMilliseconds: 0,
    };
    return { outcome, bytes: Buffer.concat(chunks) };
  } catch (error) {
    return { outcome: failureOf(error, job), bytes: new Uint8Array(0) };
  }
}
