/** Reads the one file of a form (RFC 7578). The whole body is already there and within its limit. */
import { setImmediate as breathe } from 'node:timers/promises';
import busboy from 'busboy';
import { ServiceError } from '../errors/service-error.js';

const SLICE = 1_000_000;

/** @throws ServiceError 400 unless the form holds one file and nothing else. */
export async function fileOfForm(contentType: string, body: Buffer): Promise<Buffer> {
  const files: Buffer[][] = [];
  let fields = 0;
  await new Promise<void>((resolve, reject) => {
    let form: busboy.Busboy;
    try {
      form = busboy({
        headers: { 'content-type': contentType },
        limits: { files: 2, fields: 1, parts: 3, headerPairs: 20 },
      });
    } catch {
      reject(broken());
      return;
    }
    form.on('file', (_name, stream) => {
      const chunks: Buffer[] = [];
      files.push(chunks);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => {
        reject(broken());
      });
    });
    form.on('field', () => fields++);
    form.on('error', () => {
      reject(broken());
    });
    form.on('close', resolve);
    void feed(form, body);
  });
  if (fields > 0) {
    throw new ServiceError(
      400,
      'invalid',
      'The form may hold nothing but the file; options go into the query or the headers.',
    );
  }
  if (files.length !== 1) throw new ServiceError(400, 'required', 'The form must hold exactly one file.');
  return Buffer.concat(files[0]!);
}

/** In slices, because a search for the boundary in 50 MB at once would hold up other requests. */
async function feed(form: busboy.Busboy, body: Buffer): Promise<void> {
  for (let at = 0; at < body.length && form.writable; at += SLICE) {
    form.write(body.subarray(at, at + SLICE));
    await breathe();
  }
  form.end();
}

function broken(): ServiceError {
  return new ServiceError(400, 'structure', 'The form cannot be read.');
}
