/**
 * The time until the first document can be converted: modules are loaded, and all mappings are checked and compiled.
 * Each time in a fresh process.
 *
 *   node load.mjs [--times 9]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cairn } from './cairn.mjs';

const { values } = parseArgs({ options: { times: { type: 'string', default: '9' }, once: { type: 'boolean' } } });

if (values.once) {
  const start = performance.now();
  const { createConverter } = await cairn();
  const loaded = performance.now();
  createConverter({});
  console.log(JSON.stringify({ modules: loaded - start, mappings: performance.now() - loaded }));
} else {
  const runs = Array.from({ length: Number(values.times) }, () => {
    const self = fileURLToPath(import.meta.url);
    const { stdout, stderr, status } = spawnSync(process.execPath, [self, '--once'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  });
  for (const what of ['modules', 'mappings']) {
    const sorted = runs.map((run) => run[what]).sort((a, b) => a - b);
    const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.log(`${what.padEnd(9)} ${median.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`);
  }
}
