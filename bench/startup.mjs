/**
 * How long users wait who start a process: for one document, and for a folder.
 *
 *   node startup.mjs [FOLDER] [--times 9] [--passes 1] [--node PATH]...
 *
 * For each Node (this one where none is named): one document of 40 kB by the installed command to bare `node -e 0`, from a startup
 * snapshot (`cairn snapshot`) and without, then all documents of the folder in one pass to @medplum/ccda in one fresh process. Counted are wall and CPU of all threads, as
 * `/usr/bin/time` tells them; the least of several runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const corpus = here('../../shared/corpus');
const { values, positionals } = parseArgs({
  options: {
    times: { type: 'string', default: '9' },
    passes: { type: 'string', default: '1' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
  },
  allowPositionals: true,
});
const folder = positionals[0] ?? (existsSync(corpus) ? corpus : here('../samples'));
const command = here('../dist/cli.js');
const document = here('../samples/history-and-physical.xml');

for (const node of values.node) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const times = Number(values.times);
  const bare = least(times, node, ['-e', '0']);
  spawnSync(node, [command, 'snapshot']);
  console.log(`Node ${version}`);
  row('one document of 40 kB', least(times, node, [command, 'convert', document]), 'node -e 0', bare);
  const ordinary = least(times, node, [command, 'convert', document], [0], { CAIRN_SNAPSHOT: 'off' });
  row('the same, no snapshot', ordinary, 'node -e 0', bare);
  const passes = Number(values.passes);
  if (passes === 0) continue;
  const other = least(passes, node, [here('one-pass.mjs'), folder]);
  const out = mkdtempSync(join(tmpdir(), 'cairn-pass-'));
  const all = least(passes, node, [command, 'convert', folder, '--out', out], [0, 1]);
  rmSync(out, { recursive: true });
  row('all documents in one pass', all, '@medplum/ccda', other);
}

function row(what, own, name, other) {
  const part = (key) =>
    `${key} ${own[key].toFixed(3)} s, ${(own[key] / other[key]).toFixed(2)} times ${name} (${other[key].toFixed(3)})`;
  console.log(`  ${what.padEnd(26)} ${part('wall')}; ${part('cpu')}; most memory ${Math.round(own.memory / 1000)} MB`);
}

/** @param allowed exit codes: some documents of a folder are not C-CDA */
function least(times, program, args, allowed = [0], environment = {}) {
  const runs = Array.from({ length: times }, () => {
    const env = { ...process.env, ...environment };
    const options = { env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1e9 };
    const start = performance.now();
    const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', program, ...args], options);
    if (!allowed.includes(status)) throw new Error(stderr);
    const wall = (performance.now() - start) / 1000;
    const [user, system, memory] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
    return { wall, cpu: user + system, memory };
  });
  const of = (key) => Math.min(...runs.map((run) => run[key]));
  return { wall: of('wall'), cpu: of('cpu'), memory: Math.max(...runs.map((run) => run.memory)) };
}
