/**
 * Runs the reference validator on what Cairn makes of the documents, in all three Bundle types:
 *
 *   npm run validate -- [--sample N] [--keep] [--us-core VERSION]
 *
 * `--us-core` makes and judges them by that version of US Core.
 * `--keep` leaves the Bundles in the temporary folder and says where. Exit code: the validator's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeJson } from '../src/bundle/write-json.js';
import { createConverter } from '../src/convert.js';
import { DocumentError } from '../src/xml/document-error.js';
import { documents, sampleSize } from './documents.js';

const validator = '../shared/validator/validate';
const { values } = parseArgs({
  options: { sample: { type: 'string' }, keep: { type: 'boolean' }, 'us-core': { type: 'string' } },
});
const usCore = values['us-core'];

const missing = [
  ...(existsSync(validator) ? [] : [validator]),
  ...['java', 'mvn', 'python3'].filter((tool) => spawnSync('which', [tool]).status !== 0),
];
if (missing.length > 0) {
  console.log(`SKIPPED the reference validator: ${missing.join(', ')} not here.`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-validate-'));
  try {
    writeBundles(folder, documents(sampleSize(values.sample)));
    process.exitCode =
      spawnSync(validator, [...(usCore === undefined ? [] : ['--us-core', usCore]), folder], { stdio: 'inherit' })
        .status ?? 2;
  } finally {
    if (values.keep) console.log(`The Bundles are in ${folder}`);
    else rmSync(folder, { recursive: true });
  }
}

function writeBundles(folder: string, files: readonly string[]): void {
  const converter = createConverter({});
  for (const bundle of ['transaction', 'document', 'collection'] as const) {
    mkdirSync(join(folder, bundle));
    for (const file of files) {
      try {
        const conversion = converter.convert(readFileSync(file), {
          bundle,
          ...(usCore === undefined ? {} : { usCore }),
        });
        const name = file.replace(/^\.\.\/shared\//, '').replaceAll('/', '__');
        writeFileSync(join(folder, bundle, `${name}.json`), writeJson(conversion.bundle));
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        if (bundle === 'transaction') console.log(`not converted: ${file}: ${error.message}`);
      }
    }
  }
}
