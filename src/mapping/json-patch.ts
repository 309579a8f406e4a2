/**
 * JSON Patch (RFC 6902), for a change that a merge patch can't make: a place in a list. It has `add`
 * (`/resource/note/-` is the end of a list), `remove`, `replace` and `test`.
 *
 *   patched({ note: ['a'] }, [{ op: 'add', path: '/note/0', value: 'b' }]) // { note: ['b', 'a'] }
 */
import { unescapePointer } from './mapping-file.js';

export interface PatchOperation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly value?: unknown;
}

/** An operation can't be done: which one, and why. */
export class PatchError extends Error {
  constructor(
    message: string,
    readonly index: number,
  ) {
    super(message);
  }
}

/** Applies the operations one after the other to a copy. Throws PatchError at the first one that can't be done. */
export function patched(target: unknown, operations: readonly PatchOperation[]): unknown {
  const document = { root: structuredClone(target) };
  for (const [index, operation] of operations.entries()) {
    const problem = apply(document, operation);
    if (problem !== undefined) throw new PatchError(problem, index);
  }
  return document.root;
}

function apply(document: { root: unknown }, { op, path, value }: PatchOperation): string | undefined {
  if (typeof path !== 'string' || !/^(\/.*)?$/s.test(path)) return 'a "path" is a JSON pointer: "/resource/note/-"';
  const keys = ['root', ...path.split('/').slice(1).map(unescapePointer)];
  const last = keys.pop()!;
  let at: unknown = document;
  for (const key of keys) {
    at = memberOf(at, key);
    if (at === undefined) return `the set has nothing at ${path}: "${key}" is not there`;
  }
  if (typeof at !== 'object' || at === null) return `the set has nothing at ${path}`;
  const there = memberOf(at, last) !== undefined;
  const list = Array.isArray(at) ? (at as unknown[]) : undefined;
  switch (op) {
    case 'add': {
      if (list === undefined) return void ((at as Record<string, unknown>)[last] = value);
      const index = last === '-' ? list.length : Number(last);
      if (!Number.isInteger(index) || index > list.length) return `the list at ${path} has ${list.length} items`;
      return void list.splice(index, 0, value);
    }
    case 'remove':
      if (!there) return `the set has nothing at ${path}`;
      if (list === undefined) delete (at as Record<string, unknown>)[last];
      else list.splice(Number(last), 1);
      return undefined;
    case 'replace':
      if (!there) return `the set has nothing at ${path}`;
      (at as Record<string, unknown>)[last] = value;
      return undefined;
    case 'test':
      return JSON.stringify(memberOf(at, last)) === JSON.stringify(value)
        ? undefined
        : `the set has something else at ${path} than this overlay was made for`;
    default:
      return '"op" is add, remove, replace or test';
  }
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
