import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { mismatchInWords } from '../../src/author/expectation.js';
import { failuresOf } from '../../src/author/mapping-test.js';
import { readTests } from '../../src/author/read-tests.js';
import { documentOf } from './document-of.js';
import { converter } from '../packaged-converter.js';

describe('mappings', () => {
  const folder = packagedMappings;
  const testFiles = readTests(folder);
  const files = testFiles.map(({ path }) => path);

  for (const { path, tests } of testFiles) {
    describe(path, () => {
      for (const test of tests) {
        it(test.name, () => {
          const conversion = converter.convert(Buffer.from(documentOf(test)), test.options ?? {});
          const failures = failuresOf(test, conversion);
          expect(
            failures.map(
              ({ part, about, differences }) => `${part} ${about}: ${differences.map(mismatchInWords).join('; ')}`,
            ),
          ).to.deep.equal([]);
        });
      }
    });
  }

  it('have tests that ask only for what can come out', () => {
    expect(testFiles.flatMap(({ mistakes }) => mistakes)).to.deep.equal([]);
  });

  it('have a test beside each file', () => {
    const tested = new Set(files.map((file) => file.replace(/\.test\.json$/, '')));
    const untested = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json') && !file.endsWith('.test.json') && !file.endsWith('.schema.json'))
      .filter(
        (file) =>
          !/^(conceptmaps|fragments|words|senders)[\\/]|^(agreement|ignored|issues|conditions|code-lists|columns|holders|refused|us-core[\\/].*|placeholder-identifiers|templates.*)\.json$/.test(
            file,
          ),
      )
      .filter((file) => !tested.has(file.replace(/\.json$/, '')));
    expect(untested).to.deep.equal([]);
  });

  it('are found from the sources and from the build alike', () => {
    expect(folder).to.equal(fileURLToPath(new URL('../../mappings', import.meta.url)));
  });
});
