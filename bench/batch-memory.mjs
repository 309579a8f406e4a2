/**
 * Whether a batch needs more memory the more documents it has: `cairn convert` of N copies of the samples, then of five times as
 * many; the most memory of each.
 *
 *   node batch-memory.mjs [--documents 2000]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { documents: { type: 'string', default: '2000' } } });
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// The smallest, so that many are converted in a short time.
const samples = ['consultation-note.xml', 'exchange-summary.xml', 'follow-up-visit.xml'];
const folder = mkdtempSync(join(tmpdir(), 'cairn-batch-'));
try {
  for (const count of [Number(values.documents), 5 * Number(values.documents)]) {
    const documents = join(folder, 'in');
    mkdirSync(documents, { recursive: true });
    for (let number = readdirSync(documents).length; number < count; number++)
      cpSync(here(`../samples/${samples[number % samples.length]}`), join(documents, `${number}.xml`));
    const args = [here('../dist/cli.js'), 'convert', documents, '--out', join(folder, 'out')];
    const timed = ['-f', '%e %M', process.execPath, ...args];
    const { stderr } = spawnSync('/usr/bin/time', timed, { encoding: 'utf8', maxBuffer: 1e9 });
    const [seconds, memory] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
    console.log(`${count} documents: ${Math.round(memory / 1000)} MB at most, ${seconds} s`);
    rmSync(join(folder, 'out'), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true });
}
