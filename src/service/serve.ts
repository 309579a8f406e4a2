/** `cairn serve`: from the command line to a service that runs until it is told to end. */
import { extname } from 'node:path';
import { newApiKey } from './auth/keys.js';
import { isGuarded } from './auth/authenticate.js';
import { help, readServeArguments, type ServeArguments } from './arguments.js';
import { startService, type RunningService } from './server.js';
import { loadSettings, SettingsError } from './settings/load.js';
import { printableSettings } from './settings/print.js';
import type { Settings } from './settings/schema.js';
import { OptionError } from '../option-error.js';
import { PurposeError } from '../purpose/purpose-error.js';
import { StoreError } from '../store/schema.js';
import { NoSqliteError } from '../store/sqlite.js';
import { StartError } from './workers/worker-process.js';

/** What the process provides; tests provide something else. */
export interface ServeSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Address of the module with `createConverter`. */
  readonly converter: string;
}

const surroundings: ServeSurroundings = {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  converter: new URL(`../convert${extname(import.meta.url)}`, import.meta.url).href,
};

/**
 * Serves until SIGTERM or SIGINT, then finishes what runs. Returns the exit code and never throws: each mistake is a
 * line on the standard error. Logs go to the standard output, and nothing else does.
 */
export async function serve(
  args: readonly string[],
  { environment, stdout, stderr, converter }: ServeSurroundings = surroundings,
): Promise<number> {
  const complain = (lines: readonly string[]): number => {
    stderr.write(lines.map((line) => `cairn: ${line}\n`).join(''));
    return 1;
  };
  let wanted: ServeArguments;
  try {
    wanted = readServeArguments(args);
  } catch (error) {
    return complain([`${(error as Error).message.split('. ')[0] ?? 'unknown argument'} (see cairn serve --help)`]);
  }
  if (wanted.action === 'help') {
    stdout.write(help);
    return 0;
  }
  if (wanted.action === 'new-key') {
    stdout.write(newKeyText(wanted.name ?? ''));
    return 0;
  }
  let settings: Settings;
  try {
    const file = wanted.file ?? environment.CAIRN_SETTINGS;
    settings = loadSettings({
      ...(file === undefined || file === '' ? {} : { file }),
      environment,
      flags: wanted.flags,
    });
  } catch (error) {
    if (error instanceof SettingsError) return complain(error.mistakes);
    throw error;
  }
  if (wanted.action === 'print-config') {
    stdout.write(`${printableSettings(settings)}\n`);
    return 0;
  }
  try {
    const running = await startService(settings, { converter });
    stderr.write(greeting(running, settings));
    return await untilEnded(running);
  } catch (error) {
    return complain(startMistakes(error, settings));
  }
}

function newKeyText(name: string): string {
  const { key, hash } = newApiKey();
  return [
    `key, only for its owner; it is shown only once:  ${key}`,
    `for the settings file:  { "name": ${JSON.stringify(name)}, "hash": "${hash}" }`,
    `for the environment:    CAIRN_KEYS=${name}:${hash}`,
    '',
  ].join('\n');
}

function greeting({ address }: RunningService, settings: Settings): string {
  const key = isGuarded(settings) ? ` -H "X-API-Key: $CAIRN_KEY"` : '';
  // Listening on all addresses: clients need a real address, so the loopback address is shown.
  const reachable = address.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1');
  return [
    '',
    `Cairn listens on ${address}: open it in a browser, or`,
    `  curl${key} -H "Content-Type: application/xml" --data-binary @samples/progress-note.xml ${reachable}/convert`,
    '',
    '',
  ].join('\n');
}

function startMistakes(error: unknown, { host, port }: Settings): string[] {
  if (error instanceof StoreError || error instanceof NoSqliteError) return [error.message];
  if (error instanceof OptionError) return [`attachments.tasks: ${error.message}`];
  if (error instanceof PurposeError) {
    return error.mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  }
  if (error instanceof StartError) {
    const lines = error.mistakes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    return lines.length > 0 ? lines : [error.message];
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return [`port ${port} of ${host} is taken: another program listens there (--port takes another)`];
  if (code === 'EACCES') return [`port ${port} of ${host} may not be used by this user`];
  if (code !== undefined) return [`can't listen on ${host}, port ${port} (${code})`];
  throw error;
}

/** SIGTERM (and Ctrl-C) drains; a second one ends at once. SIGHUP loads the mappings again. */
function untilEnded(running: RunningService): Promise<number> {
  const { log } = running.service;
  return new Promise((resolve) => {
    let asked = 0;
    const end = (signal: NodeJS.Signals): void => {
      asked++;
      if (asked > 1) process.exit(1);
      log.info({ signal, busy: running.service.pool.state().busy }, 'draining');
      void running.drain().then(() => {
        process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', reload);
        log.info('ended');
        resolve(0);
      });
    };
    const reload = (): void => void running.reload();
    process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', reload);
    log.info({ address: running.address, mappings: running.service.pool.state().hashes }, 'listening');
  });
}
