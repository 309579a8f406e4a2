/**
 * The programs as they are installed, made from the sources as they are now. What a test starts as a process of its own starts four
 * times as fast as from the sources: it need not check the mapping set, nor find and translate three hundred modules.
 *
 * They are made once for each state of the sources, in node_modules/.cache: before all tests by `npm test`, else by the first test
 * that needs them, which waits some seconds.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/cairn-built');

/** What the package has beside the programs. */
const BESIDE = ['mappings', 'purposes', 'valuesets', 'categories', 'samples', 'package.json'];

const DAY = 86_400_000;

let folder: string | undefined;

/** The path of a built module: `builtModule('cli.js')`, `builtModule('service/workers/worker.js')`. */
export function builtModule(path: string): string {
  return join((folder ??= build()), 'dist', path);
}

/** A folder like that of an installed package. */
function build(): string {
  const made = join(cache, stateOfSources());
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) {
    const path = join(cache, old);
    if (Date.now() - statSync(path).mtimeMs > DAY) rmSync(path, { recursive: true, force: true });
  }
  const making = mkdtempSync(join(cache, 'making-'));
  for (const name of BESIDE) symlinkSync(join(root, name), join(making, name));
  const dist = join(making, 'dist');
  const run = (...args: string[]): unknown => execFileSync(process.execPath, [...args, dist], { cwd: root });
  run('scripts/copy-data.mjs');
  run('--import', 'tsx', 'scripts/check-set.ts');
  run('scripts/bundle.mjs');
  try {
    renameSync(making, made);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(made)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return made;
}

/** Another one for whatever the programs are made of. */
function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const name of ['src', 'mappings', 'scripts']) {
    const files = readdirSync(join(root, name), { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const path of files.map((file) => join(file.parentPath, file.name)).sort())
      hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) builtModule('cli.js');
