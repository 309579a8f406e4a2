/**
 * Runs the tests on every line of Node that Cairn promises to run on, one after the other; Node comes from the registry, into
 * the folder for temporary files.
 *
 *   npm run test:nodes                                  all tests on 20, 22 and 24
 *   npm run test:nodes -- 22 24 "test/cli/*.test.ts"    some tests on some of them
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const isVersion = (text) => /^\d+$/.test(text);
const asked = args.filter(isVersion);
const specs = args.filter((text) => !isVersion(text));
const results = [];

for (const version of asked.length > 0 ? asked : ['20', '22', '24']) {
  const node = nodeOf(version);
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  // What tests start by name must be the same Node.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  console.log(`\nNode ${stdout.trim()}`);
  const { status } = spawnSync(node, [mocha, ...(specs.length > 0 ? specs : ['test/**/*.test.ts'])], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  results.push({ version: stdout.trim(), status });
}
for (const { version, status } of results) console.log(`${version}: ${status === 0 ? 'all passed' : 'FAILED'}`);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;

/** The program of a line of Node; this one's own where it is of that line. */
function nodeOf(version) {
  if (process.version.startsWith(`v${version}.`)) return process.execPath;
  const folder = join(tmpdir(), 'cairn-nodes', version);
  const node = join(folder, 'node_modules/node/bin/node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  const { status } = spawnSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 || !existsSync(node)) throw new Error(`Node ${version} can't be installed from the registry`);
  return node;
}
