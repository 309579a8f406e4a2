/**
 * One very large document: time, and memory for each byte of XML.
 *
 *   node large.mjs [--megabytes 50] [--sample ../samples/visit-summary.xml]
 *
 * The entries of the sample are repeated with new ids until the size is reached. The conversion runs in another
 * process, so that making the document does not count.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cairn } from './cairn.mjs';
import { grow } from './grow.mjs';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '50' },
    sample: { type: 'string', default: fileURLToPath(new URL('../samples/visit-summary.xml', import.meta.url)) },
    measure: { type: 'string' },
  },
});

if (values.measure === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-large-'));
  try {
    const file = join(folder, 'large.xml');
    writeFileSync(file, grow(readFileSync(values.sample, 'utf8'), Number(values.megabytes) * 1e6));
    const self = fileURLToPath(import.meta.url);
    process.exitCode = spawnSync(process.execPath, [self, '--measure', file], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  await measure(values.measure);
}

async function measure(file) {
  const { createConverter } = await cairn();
  const converter = createConverter({});
  // Mappings are compiled when a document first asks for them.
  converter.convert(readFileSync(values.sample));
  const before = process.memoryUsage.rss();
  const bytes = readFileSync(file);
  const start = performance.now();
  const { bundle, ledger } = converter.convert(bytes, { timeLimitSeconds: Infinity });
  const { facts } = ledger.totals;
  const milliseconds = performance.now() - start;
  const peak = process.resourceUsage().maxRSS * 1024;
  const megabytes = bytes.length / 1e6;
  console.log(`${megabytes.toFixed(1)} MB of XML, ${bundle.entry.length} resources, ${facts} facts`);
  console.log(`${(milliseconds / 1000).toFixed(1)} s, ${(milliseconds / megabytes).toFixed(1)} ms per MB`);
  console.log(
    `peak memory ${(peak / 1e6).toFixed(0)} MB: ${(peak / bytes.length).toFixed(1)} bytes a byte of XML, ` +
      `${((peak - before) / bytes.length).toFixed(1)} without what Node and the mappings take`,
  );
}
