/** The JSON of large resources piece by piece (see encode.ts). */
import type { Bundle } from 'fhir/r4.js';
import { writeJson } from '../../bundle/write-json.js';
import type { LazyParameter } from './parameters.js';

/** The Bundle entry by entry; together the pieces are `writeJson(bundle)`. */
export function* bundleJson(bundle: Bundle): Generator<string> {
  const { entry, ...head } = bundle;
  yield opened(head);
  if (entry !== undefined) yield* list('entry', entry);
  yield '}';
}

/** A Parameters resource with the Bundle as its first parameter. */
export function* parametersJson(bundle: Bundle, others: Iterable<LazyParameter>): Generator<string> {
  yield '{"resourceType":"Parameters","parameter":[{"name":"bundle","resource":';
  yield* bundleJson(bundle);
  yield '}';
  for (const { part, ...head } of others) {
    yield `,${opened(head)}`;
    if (part !== undefined) yield* list('part', part);
    yield '}';
  }
  yield ']}';
}

/** The JSON of an object without its last brace. */
function opened(head: object): string {
  return writeJson(head).slice(0, -1);
}

function* list(name: string, items: Iterable<object>): Generator<string> {
  let before = `,"${name}":[`;
  for (const item of items) {
    yield before + writeJson(item);
    before = ',';
  }
  yield ']';
}
