/** The tests beside purposes (x.test.json): what a purpose must find, not accept, and miss in documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FhirResource } from 'fhir/r4.js';
import { OptionError } from '../option-error.js';
import { answerPurpose } from '../purpose/answer-purpose.js';
import type { PurposeSet } from '../purpose/load.js';
import type { ItemAnswer, PurposeAnswer } from '../purpose/purpose-answer.js';
import { buildRecords } from '../record/build-records.js';
import type { RecordDocument } from '../record/person-record.js';
import { suggestion } from '../xpath/nearest.js';
import { givenDocument, type GivenDocument } from './given-document.js';

/** One case; docs/purposes.md says what may stand in it. */
export interface PurposeTest {
  readonly name: string;
  /** The documents: files by name, or resources that stand for a document. */
  readonly documents: readonly (string | GivenDocument)[];
  readonly parameters?: Readonly<Record<string, string>>;
  /** For each item the resources that it must find, each by its id, an identifier or a code. */
  readonly found?: Readonly<Record<string, readonly string[]>>;
  /** For each item the resources that it must not accept, by the same names, each with the reason. */
  readonly notAccepted?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** For each item the reason why it is missing; `found` if it is not missing. */
  readonly missing?: Readonly<Record<string, string>>;
  readonly finding?: Readonly<Record<string, unknown>>;
  /** The resource that carries the answer. It may be described in part. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** For an item with categories: the category and grade of each accepted code, `38 listed-at-visit`. */
  readonly categories?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PurposeTestFile {
  readonly purpose: string;
  readonly path: string;
  readonly tests: readonly PurposeTest[];
}

const EXPECTATIONS = ['found', 'notAccepted', 'missing', 'finding', 'answer', 'categories'] as const;
const KEYS = ['name', 'documents', 'parameters', '$comment', ...EXPECTATIONS];

/** @throws SyntaxError where a file is not JSON */
export function readPurposeTests(folder: string): PurposeTestFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.test.json'))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((path) => {
      const { tests } = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Pick<PurposeTestFile, 'tests'>;
      return { purpose: path.replace(/\.test\.json$/, ''), path, tests };
    });
}

/**
 * What of a test does not hold, a line each; none where all of it does.
 *
 * @param documentOf a converted document by the name of its file
 */
export function purposeTestFailures(
  set: PurposeSet,
  purpose: string,
  test: PurposeTest,
  documentOf: (name: string) => RecordDocument,
): string[] {
  const unknown = Object.keys(test).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) return unknown.map((key) => `there is no key ${key} in a test${suggestion(key, KEYS)}`);
  if (EXPECTATIONS.every((key) => test[key] === undefined)) return ['the test expects nothing'];
  const documents = test.documents.map((one, index) =>
    typeof one === 'string' ? documentOf(one) : givenDocument(one, index),
  );
  const [record, ...others] = buildRecords(documents);
  if (record === undefined || others.length > 0) return [`the documents are about ${others.length + 1} people`];
  try {
    return failuresOf(answerPurpose(set, purpose, record, test.parameters ?? {}), test);
  } catch (error) {
    if (error instanceof OptionError) return [error.message];
    throw error;
  }
}

function failuresOf(answer: PurposeAnswer, test: PurposeTest): string[] {
  const each = <T>(
    expected: Readonly<Record<string, T>> | undefined,
    check: (item: ItemAnswer, value: T) => string[],
  ) =>
    Object.entries(expected ?? {}).flatMap(([id, value]) => {
      const item = answer.items.find((one) => one.item.id === id);
      return item === undefined ? [`there is no item ${id}`] : check(item, value).map((text) => `${id}: ${text}`);
    });
  return [
    ...each(test.found, ({ found }, names) => unmatched(found, names)),
    ...each(test.notAccepted, ({ turnedAway }, reasons) => [
      ...unmatched(
        turnedAway.map(({ resource }) => resource),
        Object.keys(reasons),
      ).map((text) => `not accepted: ${text}`),
      ...Object.entries(reasons).flatMap(([name, reason]) => {
        const told = turnedAway.find(({ resource }) => namesOf(resource).includes(name))?.reason;
        return told === undefined || told === reason ? [] : [`${name} is not accepted as ${told}, not ${reason}`];
      }),
    ]),
    ...each(test.missing, ({ missing }, reason) => {
      const told = missing?.reason ?? 'found';
      return told === reason ? [] : [`is ${told}, not ${reason}`];
    }),
    ...each(test.categories, ({ categorized }, expected) => {
      const told = categorized
        .filter(({ accepted, categories }) => accepted && categories.length > 0)
        .map(({ codes, categories, grade = '' }) => [
          codes.join(' '),
          `${categories.map(({ category }) => category).join(' ')} ${grade}`,
        ]);
      return differs(Object.fromEntries(told), expected, 'has the categories');
    }),
    ...Object.entries(test.finding ?? {}).flatMap(([name, value]) =>
      differs(answer.findings.get(name), value, `finding ${name} is`),
    ),
    ...(test.answer === undefined || holds(answer.resource, test.answer)
      ? []
      : [`the answer is ${JSON.stringify(answer.resource ?? null).slice(0, 300)}`]),
  ];
}

function differs(told: unknown, expected: unknown, text: string): string[] {
  return isDeepStrictEqual(told, expected) ? [] : [`${text} ${JSON.stringify(told)}, not ${JSON.stringify(expected)}`];
}

/** An object must have the members described, a list the items. */
function holds(told: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return told === expected;
  if (typeof told !== 'object' || told === null) return false;
  return Object.entries(expected).every(([key, value]) => holds((told as Record<string, unknown>)[key], value));
}

/** Each name stands for one resource, and each resource for one name. */
function unmatched(resources: readonly FhirResource[], names: readonly string[]): string[] {
  const left = [...names];
  const rest = resources.filter((resource) => {
    const at = left.findIndex((name) => namesOf(resource).includes(name));
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
  return [
    ...rest.map((resource) => `${resource.resourceType} ${namesOf(resource).join(' ')} is not expected`),
    ...left.map((name) => `${name} is not there`),
  ];
}

interface Concept {
  readonly coding?: readonly { readonly code?: string }[];
}

/** The names by which a test can mean a resource: its id, its codes, the codes of its value, its identifiers. */
function namesOf(resource: FhirResource): string[] {
  const concepts: unknown[] = [];
  const identifiers: { readonly value?: string }[] = [];
  for (const [key, value] of Object.entries(resource) as [string, unknown][]) {
    if (/^(code|vaccineCode|type|medicationCodeableConcept|valueCodeableConcept)$/.test(key)) concepts.push(value);
    if (key === 'identifier' && Array.isArray(value)) identifiers.push(...(value as { value?: string }[]));
  }
  const codings = (concepts.flat() as (Concept | undefined)[]).flatMap((one) => one?.coding ?? []);
  return [resource.id, ...codings.map(({ code }) => code), ...identifiers.map(({ value }) => value)].filter(
    (name) => name !== undefined,
  );
}
