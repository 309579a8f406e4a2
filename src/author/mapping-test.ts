/** The tests of mappings, `x.test.json` beside `x.json`: docs/mapping-language.md says what may stand in them. */
import type { FhirResource } from 'fhir/r4.js';
import type { Conversion, ConvertOptions } from '../conversion.js';
import { nearestResource, resourcesOfType, type Mismatch } from './expectation.js';
import type { TestDocument } from './test-document.js';

export interface MappingTest extends TestDocument {
  readonly name: string;
  /** Rows of HL7's mapping tables that it proves. */
  readonly rows?: readonly string[];
  readonly options?: ConvertOptions;
  /** Resources that the document must become. Each may be described in part. */
  readonly expect?: readonly Partial<FhirResource>[];
  /** How many resources of a type the document must become. */
  readonly count?: Readonly<Record<string, number>>;
  /** Paths that the ledger must list with this status. */
  readonly ledger?: Readonly<Record<string, string>>;
  /** Codes of issues that must be told. */
  readonly issues?: readonly string[];
}

export const TEST_KEYS: ReadonlySet<string> = new Set(
  'name rows options expect count ledger issues xml section text header sections $comment'.split(' '),
);

/** What a test expected and did not get. */
export interface TestFailure {
  /** `expect[0]`, `count.Condition`, `ledger`, `issues`. */
  readonly part: string;
  /** The resource that the failure is about: `Condition/7c1d…`, the one most like the expected resource. */
  readonly about: string;
  readonly differences: readonly Mismatch[];
}

/** What the document became, and which resource was not made because something in it is missing. */
function insteadOf({ entry = [] }: Conversion['bundle'], issues: Conversion['issues']): string {
  const made = new Set(entry.flatMap(({ resource }) => resource?.resourceType ?? []));
  const refused = issues.filter(({ code }) => code === 'missing-required').map(({ text }) => `; ${text}`);
  return `; made are ${[...made].join(', ')}${refused.join('')}`;
}

/** The expectations of a test that a conversion does not meet. */
export function failuresOf(test: MappingTest, { bundle, ledger, issues }: Conversion): TestFailure[] {
  const failures: TestFailure[] = [];
  const fail = (part: string, about: string, differences: readonly Mismatch[]): void => {
    if (differences.length > 0) failures.push({ part, about, differences });
  };
  (test.expect ?? []).forEach((expected, index) => {
    const found = nearestResource(expected, bundle);
    const type = expected.resourceType ?? 'resource';
    if (found === undefined)
      fail(`expect[${index}]`, type, [
        { path: '', expected: `one ${type}`, actual: `none${insteadOf(bundle, issues)}` },
      ]);
    else fail(`expect[${index}]`, `${type}/${found.resource.id ?? ''}`, found.differences);
  });
  for (const [type, count] of Object.entries(test.count ?? {})) {
    const { length } = resourcesOfType(bundle, type);
    if (length !== count)
      fail(`count.${type}`, type, [{ path: '', expected: `${count} of them`, actual: String(length) }]);
  }
  for (const [path, status] of Object.entries(test.ledger ?? {})) {
    const items = ledger.items.filter((item) => item.path.endsWith(path)).map((item) => item.status);
    if (!items.some((one) => one === status))
      fail('ledger', path, [
        { path, expected: status, actual: items.length === 0 ? 'mapped or used' : items.join(', ') },
      ]);
  }
  const codes = issues.map(({ code }) => code);
  for (const code of test.issues ?? [])
    if (!codes.includes(code))
      fail('issues', code, [{ path: code, expected: 'told', actual: codes.join(', ') || 'no issue' }]);
  return failures;
}
