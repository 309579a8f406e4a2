import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unwrap } from '../unwrap/unwrap.js';
import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, ServiceAnswerError, toHelp, type ServiceClient } from './service-client.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn import FILE|DIR... [--sender NAME] [--to URL]

Sends documents to a service that has a store: files, all files of a folder, archives and other envelopes, and lists (.ndjson: a
line {"path": "a.xml"} or {"content": "<ClinicalDocument…"}, with "sender" where wanted). What is there already is not taken
twice, so that an import that was interrupted is simply run again. An archive that is too large for one request is opened here.
${toHelp}

Exit status: 0 all were taken, 1 otherwise.
`;

const AT_ONCE = 4;

/**
 * How often a document is sent again, if the service is full or can't be reached, before it is reported as not
 * accepted.
 */
const TRIES = 20;

interface Item {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sender?: string | undefined;
}

/** `cairn import feed --to http://cairn:8080` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, { ...serviceOptions, sender: { type: 'string' } });
  if (positionals.length === 0) throw new UsageError('import needs files or folders');
  const service = serviceAt(values);
  const counts = { taken: 0, known: 0, refused: 0 };
  const queue = items(positionals, values.sender);
  const work = async (): Promise<void> => {
    for (;;) {
      const next = await queue.next();
      if (next.done === true) return;
      for await (const { name, outcome } of send(service, next.value)) {
        if (outcome === 'taken' || outcome === 'known') counts[outcome]++;
        else {
          counts.refused++;
          await print(terminal.stderr, linesOf([`${name}: ${outcome}`]));
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { taken, known, refused } = counts;
  await print(terminal.stdout, `${taken} taken, ${known} were there already, ${refused} not taken\n`);
  return refused === 0 ? 0 : 1;
}

async function* items(paths: readonly string[], sender: string | undefined): AsyncGenerator<Item> {
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).sort().filter((name) => !name.startsWith('.'));
      yield* items(
        names.map((name) => join(path, name)),
        sender,
      );
    } else if (path.endsWith('.ndjson')) yield* itemsOfList(path, sender);
    else yield { name: path, bytes: await readFile(path), sender };
  }
}

/** A list of ours, or FHIR resources a line, which are an envelope. */
async function* itemsOfList(path: string, sender: string | undefined): AsyncGenerator<Item> {
  const bytes = await readFile(path);
  const lines = bytes.toString('utf8').split('\n');
  if (lines[0]?.includes('"resourceType"') === true) {
    yield { name: path, bytes, sender };
    return;
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const name = `${path}:${index + 1}`;
    let value: { path?: unknown; content?: unknown; sender?: unknown } | null;
    try {
      value = JSON.parse(line) as typeof value;
    } catch {
      throw new UsageError(`${name}: is no JSON`);
    }
    const own = typeof value?.sender === 'string' ? value.sender : sender;
    if (typeof value?.content === 'string') yield { name, bytes: Buffer.from(value.content, 'utf8'), sender: own };
    else if (typeof value?.path === 'string')
      yield { name, bytes: await readFile(resolve(dirname(path), value.path)), sender: own };
    else throw new UsageError(`${name}: needs path or content`);
  }
}

async function* send(service: ServiceClient, item: Item): AsyncGenerator<{ name: string; outcome: string }> {
  const outcome = await sendOne(service, item);
  if (outcome !== 'too-large') {
    yield { name: item.name, outcome };
    return;
  }
  const limits = { depth: 6, files: 1_000_000, bytes: 1024 ** 4 };
  for await (const part of unwrap(item.bytes, { name: item.name, limits })) {
    const place = part.steps.map((step) => step.place).join(' > ');
    const name = `${item.name} (${place})`;
    if (part.kind === 'problem') yield { name, outcome: part.text };
    else yield { name, outcome: await sendOne(service, { ...item, name, bytes: part.bytes }) };
  }
}

async function sendOne(service: ServiceClient, { bytes, sender }: Item): Promise<string> {
  const query = sender === undefined ? '' : `?sender=${encodeURIComponent(sender)}`;
  for (let tried = 1; ; tried++) {
    try {
      const answer = await service.call(`documents${query}`, {
        method: 'POST',
        body: bytes,
        type: 'application/octet-stream',
      });
      return answer.status === 202 ? 'taken' : 'known';
    } catch (error) {
      if (!(error instanceof ServiceAnswerError)) throw error;
      const { status, retryAfter } = error;
      if (status === 413) return 'too-large';
      const isForNow = status === undefined || status === 429 || status === 503 || status === 507;
      if (!isForNow || tried >= (status === undefined ? 3 : TRIES)) return error.message;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(retryAfter ?? tried, 30)));
    }
  }
}
