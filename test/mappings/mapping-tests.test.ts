import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { FhirResource } from 'fhir/r4.js';
import { createConverter, packagedMappings } from '../../src/convert.js';
import type { ConvertOptions } from '../../src/conversion.js';
import { documentOf, type Fragment } from './document-of.js';
import { missing, resourcesOf } from './expectation.js';

/** One case of a `*.test.json` beside a mapping; docs/mapping-language.md says what may stand in it. */
interface MappingTest extends Fragment {
  readonly name: string;
  /** Rows of HL7's mapping tables that it proves. */
  readonly rows?: readonly string[];
  readonly options?: ConvertOptions;
  /** Resources that must come out, partly described. */
  readonly expect?: readonly Partial<FhirResource>[];
  /** How many resources of a type come out. */
  readonly count?: Readonly<Record<string, number>>;
  /** Paths that the ledger must list with this status. */
  readonly ledger?: Readonly<Record<string, string>>;
  /** Codes of issues that must be told. */
  readonly issues?: readonly string[];
}

const KEYS = new Set(
  'name rows options expect count ledger issues xml section text header sections $comment'.split(' '),
);

describe('mappings', () => {
  const converter = createConverter();
  const folder = packagedMappings;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.json'),
  );

  for (const file of files.sort()) {
    describe(file, () => {
      const { tests } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { tests: readonly MappingTest[] };
      for (const test of tests) {
        it(test.name, () => {
          expect(
            Object.keys(test).filter((key) => !KEYS.has(key)),
            'unknown keys',
          ).to.deep.equal([]);
          expect(
            [test.expect, test.count, test.ledger, test.issues].some((e) => e !== undefined),
            'expects something',
          ).to.equal(true);
          const { bundle, ledger, issues } = converter.convert(Buffer.from(documentOf(test)), test.options ?? {});
          for (const resource of test.expect ?? []) {
            const problem = missing(resource, bundle);
            if (problem !== undefined) expect.fail(`${resource.resourceType ?? ''}: ${problem}`);
          }
          for (const [type, count] of Object.entries(test.count ?? {})) {
            expect(resourcesOf(bundle, type), `number of ${type}`).to.have.length(count);
          }
          for (const [path, status] of Object.entries(test.ledger ?? {})) {
            const items = ledger.items.filter((item) => item.path.endsWith(path));
            expect(
              items.map((item) => item.status),
              `ledger of ${path}`,
            ).to.include(status);
          }
          for (const code of test.issues ?? []) expect(issues.map((issue) => issue.code)).to.include(code);
        });
      }
    });
  }

  it('stand beside a test each', () => {
    const tested = new Set(files.map((file) => file.replace(/\.test\.json$/, '')));
    const untested = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json') && !file.endsWith('.test.json') && !file.endsWith('.schema.json'))
      .filter(
        (file) =>
          !/^(conceptmaps|fragments|words|senders)[\\/]|^(agreement|ignored|issues|conditions|code-lists|columns|holders|placeholder-identifiers|templates.*)\.json$/.test(
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
