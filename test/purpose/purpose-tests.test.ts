import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { FhirResource } from 'fhir/r4.js';
import { answerPurpose } from '../../src/purpose/answer-purpose.js';
import { compileFhirpath } from '../../src/purpose/fhirpath.js';
import { buildRecords } from '../../src/record/build-records.js';
import { documentOf, namesOf, packagedPurposes } from './asking.js';
import { givenDocument, type GivenDocument } from './bundle-of.js';

/** One case of a `*.test.json` beside a purpose; docs/purposes.md says what may stand in it. */
interface PurposeTest {
  readonly name: string;
  /** Samples by name, or resources as a document would bring them. */
  readonly documents: readonly (string | GivenDocument)[];
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of an item what is found, by a code or the id of each. */
  readonly found?: Readonly<Record<string, readonly string[]>>;
  /** Of an item what is not accepted, by a code or the id of each, and why. */
  readonly notAccepted?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly missing?: Readonly<Record<string, string>>;
  readonly finding?: Readonly<Record<string, unknown>>;
  /** The resource that carries the answer, partly described. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** Of an item with categories: the category of each resource that is accepted, and how well it is supported. */
  readonly categories?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const KEYS = new Set(
  'name documents parameters found notAccepted missing finding answer categories $comment'.split(' '),
);

describe('purposes', () => {
  const folder = fileURLToPath(new URL('../../purposes', import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.json'));

  for (const file of files.sort()) {
    describe(file, () => {
      const { tests } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as { tests: readonly PurposeTest[] };
      for (const test of tests) it(test.name, () => check(file.replace(/\.test\.json$/, ''), test));
    });
  }

  it('have nothing but FHIRPath where FHIRPath is wanted', () => {
    const texts = [...packagedPurposes().purposes.values()].flatMap(({ expressions }) => [...expressions.keys()]);
    expect(texts.length).to.be.greaterThan(15);
    for (const text of texts) expect(() => compileFhirpath(text), text).not.to.throw();
  });

  it('stand beside a test each', () => {
    const tested = files.map((file) => file.replace(/\.test\.json$/, ''));
    expect([...packagedPurposes().purposes.keys()].filter((id) => !tested.includes(id))).to.deep.equal([]);
  });
});

function check(purpose: string, test: PurposeTest): void {
  const { documents, parameters = {}, found, notAccepted, missing, finding, answer, categories } = test;
  expect(
    Object.keys(test).filter((key) => !KEYS.has(key)),
    'unknown keys',
  ).to.deep.equal([]);
  expect([found, notAccepted, missing, finding, answer, categories].some((one) => one !== undefined)).to.equal(true);
  const records = buildRecords(
    documents.map((one, index) => (typeof one === 'string' ? documentOf(`samples/${one}`) : givenDocument(one, index))),
  );
  expect(records, 'people').to.have.length(1);
  const told = answerPurpose(packagedPurposes(), purpose, records[0]!, parameters);
  const item = (id: string): (typeof told.items)[number] => {
    const one = told.items.find((each) => each.item.id === id);
    if (one === undefined) return expect.fail(`there is no item ${id}`);
    return one;
  };
  for (const [id, names] of Object.entries(found ?? {})) {
    expect(unmatched(item(id).found, names), `found by ${id}`).to.deep.equal({ resources: [], names: [] });
  }
  for (const [id, reasons] of Object.entries(notAccepted ?? {})) {
    const { turnedAway } = item(id);
    const names = Object.keys(reasons);
    const left = unmatched(
      turnedAway.map(({ resource }) => resource),
      names,
    );
    expect(left, `not accepted of ${id}`).to.deep.equal({ resources: [], names: [] });
    for (const [name, reason] of Object.entries(reasons)) {
      expect(turnedAway.find(({ resource }) => namesOf(resource).includes(name))?.reason, name).to.equal(reason);
    }
  }
  for (const [id, reason] of Object.entries(missing ?? {})) {
    expect(item(id).missing?.reason ?? 'found', `why ${id} is missing`).to.equal(reason);
  }
  for (const [name, value] of Object.entries(finding ?? {})) {
    expect(told.findings.get(name), `finding ${name}`).to.deep.equal(value);
  }
  for (const [id, expected] of Object.entries(categories ?? {})) {
    const accepted = item(id).categorized.filter((one) => one.accepted && one.categories.length > 0);
    const got = accepted.map(({ codes, categories: own, grade }) => [
      codes.join(' '),
      `${own.map(({ category }) => category).join(' ')} ${grade ?? ''}`,
    ]);
    expect(Object.fromEntries(got), `categories of ${id}`).to.deep.equal(expected);
  }
  if (answer !== undefined) expect(JSON.parse(JSON.stringify(told.resource ?? null))).to.containSubset(answer);
}

/** Each name stands for one resource, each resource for one name. */
function unmatched(resources: readonly FhirResource[], names: readonly string[]): object {
  const left = [...names];
  const rest = resources.filter((resource) => {
    const at = left.findIndex((name) => namesOf(resource).includes(name));
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
  return { resources: rest.map((resource) => `${resource.resourceType} ${namesOf(resource).join(' ')}`), names: left };
}
