import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { StoredJob } from '../../../store/operations/jobs.js';
import { priorities } from '../../../store/records.js';
import { operationOutcome } from '../../errors/outcome.js';
import { ServiceError, type IssueType } from '../../errors/service-error.js';
import { newDocument } from '../new-document.js';
import type { JobOptions } from './job-options.js';
import type { JobOutcome } from './job-outcome.js';

/** The parameters of `$import`. */
export interface ImportAsked {
  readonly what: 'envelope' | 'list' | 'folder';
  readonly path?: string;
  readonly options: Readonly<Record<string, string>>;
}

/** One document to take in, or the reason why it can't be taken in. */
type Item =
  | { readonly name: string; readonly bytes: Uint8Array; readonly sender?: string | undefined }
  | { readonly name: string; readonly code: IssueType; readonly problem: string };

const MEGABYTE = 1_000_000;

/** Takes in what a list or a folder names. An envelope needs nothing more, because it came in with the request. */
export async function importJob(options: JobOptions, job: StoredJob): Promise<JobOutcome> {
  const asked = job.asked as unknown as ImportAsked;
  if (asked.what === 'envelope') return { named: 1 };
  const items = asked.what === 'list' ? itemsOfList(options, job.id) : itemsOfFolder(options, asked.path ?? '');
  let number = 0;
  for await (const item of items) {
    if ('problem' in item) {
      const outcome = operationOutcome([{ severity: 'error', code: item.code, text: `${item.name}: ${item.problem}` }]);
      await options.store.ask('noteJobProblem', job.id, number, item.name, JSON.stringify(outcome));
    } else await take(options, job, asked, item);
    number++;
  }
  return { named: number };
}

async function take(
  { store, wake, quotas, tenant }: JobOptions,
  job: StoredJob,
  asked: ImportAsked,
  item: Extract<Item, { bytes: Uint8Array }>,
): Promise<void> {
  const sender = item.sender ?? asked.options.sender;
  await quotas.wait(tenant);
  const accepted = await store.ask(
    'accept',
    newDocument({
      client: job.client,
      bytes: item.bytes,
      mediaType: 'application/octet-stream',
      source: `import:${job.id}`,
      sender,
      options: { ...asked.options, ...(sender === undefined ? {} : { sender }) },
      job: { id: job.id, name: item.name },
      priority: priorities.bulk,
    }),
    Date.now(),
  );
  if (accepted.outcome === 'accepted') quotas.note(tenant, item.bytes.length);
  wake();
}

/**
 * Reads lines of the form `{"path"|"content", "sender"?, "name"?}`. A line that can't be used is reported with its number.
 */
async function* itemsOfList(options: JobOptions, job: string): AsyncGenerator<Item> {
  const body = await options.store.ask('bodyOf', job, 'source');
  const lines = Buffer.from(body ?? new Uint8Array(0))
    .toString('utf8')
    .split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const name = `line ${index + 1}`;
    const { path, content, sender } = readLine(line);
    if (sender !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(sender)) {
      yield { name, code: 'value', problem: 'sender must be the name of a sender of the mapping set' };
    } else if (content !== undefined) yield { name, bytes: Buffer.from(content, 'utf8'), sender };
    else if (path !== undefined) yield { ...(await itemOfFile(options, path, name)), sender };
    else yield { name, code: 'structure', problem: 'it is not a JSON object with content or path' };
  }
}

function readLine(line: string): { path?: string; content?: string; sender?: string } {
  try {
    const value = JSON.parse(line) as Record<string, unknown> | null;
    const text = (item: unknown): string | undefined => (typeof item === 'string' ? item : undefined);
    const [path, content, sender] = [text(value?.path), text(value?.content), text(value?.sender)];
    return {
      ...(path === undefined ? {} : { path }),
      ...(content === undefined ? {} : { content }),
      ...(sender === undefined ? {} : { sender }),
    };
  } catch {
    return {};
  }
}

/**
 * The files of a folder and its subfolders, in the order of their names. Links are not followed, and names that begin
 * with a dot are skipped.
 */
async function* itemsOfFolder(options: JobOptions, path: string): AsyncGenerator<Item> {
  const folder = await allowed(options.importFolders, path);
  if (folder === undefined)
    throw new ServiceError(403, 'forbidden', 'The folder is not inside a folder that intake.importFolders names.');
  yield* filesBelow(options, folder, folder);
}

async function* filesBelow(options: JobOptions, root: string, folder: string): AsyncGenerator<Item> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(options, root, path);
    else if (entry.isFile()) yield await itemOfFile(options, path, relative(root, path));
    else yield { name: relative(root, path), code: 'not-supported', problem: 'it is not a regular file' };
  }
}

async function itemOfFile({ importFolders, maxMegabytes }: JobOptions, path: string, name: string): Promise<Item> {
  const file = await allowed(importFolders, path);
  if (file === undefined)
    return { name, code: 'forbidden', problem: 'there is no such file inside the folders of intake.importFolders' };
  try {
    const { size } = await stat(file);
    if (size > maxMegabytes * MEGABYTE)
      return {
        name,
        code: 'too-long',
        problem: `it is larger than ${maxMegabytes} MB; \`cairn import\` opens large archives itself`,
      };
    if (size === 0) return { name, code: 'required', problem: 'it is empty' };
    return { name, bytes: await readFile(file) };
  } catch {
    return { name, code: 'not-found', problem: 'it cannot be read' };
  }
}

/** The real path if it lies below one of the folders, after all links are resolved. */
async function allowed(folders: readonly string[], path: string): Promise<string | undefined> {
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => undefined);
    const real = await realpath(isAbsolute(path) ? path : resolve(folder, path)).catch(() => undefined);
    if (root !== undefined && real !== undefined && (real === root || real.startsWith(root + sep))) return real;
  }
  return undefined;
}
