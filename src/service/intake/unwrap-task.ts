import type { NewPart, Task } from '../../store/records.js';
import { step } from '../../store/steps.js';
import { operationOutcome } from '../errors/outcome.js';
import { DEFAULT_SET, type OpenedPart } from '../workers/job.js';
import { performOr, type ConvertTaskOptions } from './convert-task.js';

/** How many bytes of documents are sent to the store at once. */
const CHUNK = 8_000_000;

/**
 * Opens the envelope of a task. Each of its documents is then in the store like a document that came without an
 * envelope.
 */
export async function unwrapTask(options: Pick<ConvertTaskOptions, 'store' | 'run'>, task: Task): Promise<void> {
  const store = options.store.of(task.tenant);
  const envelope = await store.ask('documentOf', task.document);
  const source = await store.ask('bodyOf', task.document, 'source');
  if (envelope === undefined || source === undefined) return;
  const { mediaType } = envelope;
  const job = {
    kind: 'unwrap',
    options: { set: DEFAULT_SET },
    format: 'json',
    include: [],
    ...(mediaType.startsWith('multipart/') ? { mediaType } : {}),
  } as const;
  const performed = await performOr(options, task, job, [source]);
  if (performed === undefined) return;
  const opened = performed.header.parts ?? [];
  const only = opened.length > 0 && opened.every((part) => part.kind === 'problem') ? opened[0] : undefined;
  if (opened.length === 0 || only?.kind === 'problem') {
    const text = only === undefined ? 'There is no document in the envelope.' : textOf(only);
    const outcome = operationOutcome([{ severity: 'error', code: only?.code ?? 'not-supported', text }]);
    await store.ask('refuse', task, JSON.stringify(outcome), Date.now());
    return;
  }
  for (const parts of chunksOf(opened, performed.body))
    await store.ask('acceptParts', task.document, parts, Date.now());
  step('after-unwrap');
  await store.ask('finishUnwrap', task, opened.length, Date.now());
}

function* chunksOf(opened: readonly OpenedPart[], body: Uint8Array): Generator<NewPart[]> {
  let chunk: NewPart[] = [];
  let at = 0;
  let begun = 0;
  for (const [number, part] of opened.entries()) {
    if (part.kind === 'problem') {
      const problem = JSON.stringify(operationOutcome([{ severity: 'error', code: part.code, text: textOf(part) }]));
      chunk.push({ number, name: '', way: part.way, problem });
    } else {
      const take = (length: number): Uint8Array => body.subarray(at, (at += length));
      const bytes = take(part.length);
      const files = part.files.map(({ name, length }) => ({ name, bytes: take(length) }));
      const facts = { ...part.facts };
      chunk.push({ number, name: part.name, way: part.way, document: { bytes, facts, files } });
    }
    if (at - begun < CHUNK && chunk.length < 500) continue;
    yield copied(chunk);
    chunk = [];
    begun = at;
  }
  if (chunk.length > 0) yield copied(chunk);
}

/** Copies the bytes. A piece of a buffer would take the whole buffer with it to the store's thread. */
function copied(parts: readonly NewPart[]): NewPart[] {
  return parts.map(({ document, ...part }) =>
    document === undefined
      ? part
      : {
          ...part,
          document: {
            facts: document.facts,
            bytes: new Uint8Array(document.bytes),
            files: document.files.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })),
          },
        },
  );
}

function textOf({ way, text }: { readonly way: string; readonly text: string }): string {
  return way === '' ? text : `${way}: ${text}`;
}
