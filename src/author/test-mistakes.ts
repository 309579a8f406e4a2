/**
 * What a test of a mapping asks for and can never get, or can never miss: a misspelt key, element, resource type or code.
 * Such a test would hold whatever the mapping does (`"abatementDatetime": null`), so it is refused before it runs.
 */
import type { ConvertOptions, LedgerItem } from '../conversion.js';
import { vocabulary } from '../cda/vocabulary.js';
import { elementOf, elementsOf, isPrimitive, isResource, resourceNames } from '../fhir/elements.js';
import { elementNames } from '../mapping/fillings.js';
import { escapePointer } from '../mapping/mapping-file.js';
import { suggestion } from '../xpath/nearest.js';
import { TEST_KEYS, type MappingTest } from './mapping-test.js';

/** A mistake inside a test, by the JSON pointer from the test. */
export interface TestMistake {
  readonly pointer: string;
  readonly message: string;
  /** Whether the key or its value is meant. */
  readonly part: 'key' | 'value';
}

type JsonObject = Readonly<Record<string, unknown>>;

const OPTIONS: Readonly<Record<keyof ConvertOptions, true>> = {
  bundle: true,
  sender: true,
  timeZone: true,
  usCore: true,
  versionedProfiles: true,
  keepRepeats: true,
  units: true,
  terms: true,
  trace: true,
  timeLimitSeconds: true,
  maxOutputMegabytes: true,
  envelope: true,
  files: true,
};

const STATUSES: Readonly<Record<LedgerItem['status'], true>> = { narrative: true, dropped: true, unmapped: true };

/**
 * The mistakes of one test.
 *
 *   mistakesInTest({ name: 'x', count: { Conditon: 0 } }, codes)
 *   // [{ pointer: '/count/Conditon', message: 'FHIR R4 has no resource "Conditon"; did you mean Condition?', part: 'key' }]
 *
 * @param issueCodes the codes that an issue can have
 */
export function mistakesInTest(test: MappingTest, issueCodes: ReadonlySet<string>): TestMistake[] {
  const { expect = [], count = {}, ledger = {}, issues = [], options = {} } = test;
  if (!Array.isArray(expect) || !Array.isArray(issues)) {
    const key = Array.isArray(expect) ? 'issues' : 'expect';
    return [{ pointer: `/${key}`, message: `"${key}" is a list`, part: 'value' }];
  }
  return [
    ...unknown(Object.keys(test), [...TEST_KEYS], '', (key) => `a test has no "${key}"`),
    ...unknown(Object.keys(options), Object.keys(OPTIONS), '/options', (key) => `convert has no option "${key}"`),
    ...expectsNothing(test),
    ...withoutEffect(test),
    ...(expect as readonly unknown[]).flatMap((one, index) => inResource(one, undefined, `/expect/${index}`)),
    ...unknownTypes(Object.keys(count), '/count'),
    ...Object.entries(count).flatMap(([type, number]) =>
      Number.isInteger(number) && number >= 0 ? [] : valueMistake(`/count/${type}`, 'a count is a whole number'),
    ),
    ...Object.entries(ledger).flatMap(([path, status]) => inLedger(path, status)),
    ...(issues as readonly unknown[]).flatMap((code, index) => {
      const known = typeof code === 'string' && issueCodes.has(code);
      const message = `no issue has the code "${String(code)}"${suggestion(String(code), issueCodes)}`;
      return known ? [] : valueMistake(`/issues/${index}`, message);
    }),
  ];
}

/** The keys that are not known, each with what is said of it and the nearest known one. */
function unknown(
  keys: readonly string[],
  known: readonly string[],
  pointer: string,
  says: (key: string) => string,
): TestMistake[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => keyMistake(`${pointer}/${escapePointer(key)}`, `${says(key)}${suggestion(key, known)}`));
}

function unknownTypes(types: readonly string[], pointer: string): TestMistake[] {
  return types
    .filter((type) => !isResource(type))
    .map((type) => keyMistake(`${pointer}/${escapePointer(type)}`, noResource(type)));
}

function noResource(type: string): string {
  return `FHIR R4 has no resource "${type}"${suggestion(type, resourceNames())}`;
}

function expectsNothing({ expect = [], count = {}, ledger = {}, issues = [] }: MappingTest): TestMistake[] {
  if ([expect, issues, Object.keys(count), Object.keys(ledger)].some(({ length }) => length > 0)) return [];
  return valueMistake(
    '',
    'this test expects nothing; say in "expect", "count", "ledger" or "issues" what must come out',
  );
}

/** `sections` stand for the whole body, so the statement and the text of the one section are not looked at. */
function withoutEffect(test: MappingTest): TestMistake[] {
  if (test.sections === undefined) return [];
  return (['xml', 'text'] as const)
    .filter((key) => test[key] !== undefined)
    .map((key) => keyMistake(`/${key}`, `"${key}" has no effect beside "sections"`));
}

function inLedger(path: string, status: string): TestMistake[] {
  const pointer = `/ledger/${escapePointer(path)}`;
  const names = Object.keys(STATUSES);
  const steps = path.split('/').filter((step) => step !== '' && step !== 'text()');
  return [
    ...(names.includes(status)
      ? []
      : valueMistake(pointer, `the ledger lists ${names.join(', ')}; not "${status}"${suggestion(status, names)}`)),
    ...steps
      .map((step) => step.replace(/^@/, '').replace(/\[\d+\]$/, ''))
      .filter((name) => !isCdaName(name))
      .map((name) => keyMistake(pointer, `CDA has no name ${name}${suggestion(name, vocabulary.list)}`)),
  ];
}

function isCdaName(name: string): boolean {
  return vocabulary.list.includes(name) || vocabulary.list.includes(name.replace(/^\w+:/, ''));
}

/** @param types the types that the resource may have, where the expectation need not name it */
function inResource(expected: unknown, types: readonly string[] | undefined, pointer: string): TestMistake[] {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected))
    return valueMistake(pointer, 'a resource is an object with "resourceType"');
  const { resourceType } = expected as JsonObject;
  if (resourceType === undefined && types !== undefined) {
    const [only] = types;
    return types.length === 1 && only !== undefined && isResource(only) ? inObject(expected, only, pointer) : [];
  }
  if (typeof resourceType !== 'string')
    return valueMistake(pointer, 'say in "resourceType" which resource is expected');
  if (!isResource(resourceType)) return valueMistake(`${pointer}/resourceType`, noResource(resourceType));
  return inObject(expected, resourceType, pointer);
}

function inObject(expected: object, typePath: string, pointer: string): TestMistake[] {
  return Object.entries(expected).flatMap(([key, value]): TestMistake[] => {
    if (key === 'resourceType') return [];
    const at = `${pointer}/${escapePointer(key)}`;
    const underscored = key.startsWith('_');
    const name = underscored ? key.slice(1) : key;
    const element = elementOf(typePath, name);
    if (element === undefined) return [keyMistake(at, `${typePath} has no element "${name}"${meant(name, typePath)}`)];
    if (element.types.length > 1 || name.endsWith('[x]'))
      return [keyMistake(at, `a resource has "${name}" with its type in the name${examplesOf(name, typePath)}`)];
    const [type = ''] = element.types;
    if (underscored && !isPrimitive(type)) return [keyMistake(at, `"${name}" is a ${type}, so there is no "${key}"`)];
    const items = Array.isArray(value)
      ? (value as unknown[]).map((item, index) => [item, `${at}/${index}`])
      : [[value, at]];
    return items.flatMap(([item, place]) =>
      underscored
        ? inValue(item, 'Element', undefined, place as string)
        : inValue(item, element.path ?? type, element.targets, place as string),
    );
  });
}

/** The nearest name; for `onset` those of `onset[x]`. */
function meant(name: string, typePath: string): string {
  if (elementOf(typePath, `${name}[x]`) !== undefined) return examplesOf(`${name}[x]`, typePath);
  const names = elementNames(typePath).filter((known) => !known.endsWith('[x]'));
  const longer = name.length > 3 ? names.find((known) => known.startsWith(name)) : undefined;
  return longer === undefined ? suggestion(name, names) : `; did you mean ${longer}?`;
}

function examplesOf(choice: string, typePath: string): string {
  const names = elementNames(typePath).filter((name) => elementOf(typePath, name)?.base === choice);
  return `: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}

function inValue(
  value: unknown,
  typePath: string,
  targets: readonly string[] | undefined,
  pointer: string,
): TestMistake[] {
  if (typeof value !== 'object' || value === null) return [];
  const { $to, $text } = value as JsonObject;
  const [directive] = Object.keys(value).filter((key) => key.startsWith('$'));
  if (directive !== undefined) {
    if ($to === undefined && $text === undefined)
      return unknown([directive], ['$to', '$text'], pointer, (key) => `a test has no "${key}"`);
    const [other] = Object.keys(value).filter((key) => key !== directive);
    if (other !== undefined)
      return [keyMistake(`${pointer}/${escapePointer(other)}`, `"${other}" has no effect beside ${directive}`)];
    if ($to !== undefined)
      return typePath === 'Reference'
        ? inResource($to, targets ?? [], `${pointer}/$to`)
        : [keyMistake(`${pointer}/$to`, `this is a ${typePath}, and only a Reference leads to a resource`)];
    return isPattern($text) ? [] : valueMistake(`${pointer}/$text`, '"$text" is a regular expression');
  }
  if (typePath === 'Resource') return inResource(value, undefined, pointer);
  return elementsOf(typePath).length === 0 ? [] : inObject(value, typePath, pointer);
}

function isPattern(text: unknown): boolean {
  try {
    return typeof text === 'string' && new RegExp(text, 's') instanceof RegExp;
  } catch {
    return false;
  }
}

function keyMistake(pointer: string, message: string): TestMistake {
  return { pointer, message, part: 'key' };
}

function valueMistake(pointer: string, message: string): TestMistake[] {
  return [{ pointer, message, part: 'value' }];
}
