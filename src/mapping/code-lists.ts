import type { MappingFile } from './mapping-file.js';
import { inside, mistake, unknownKeys, type Environment, type Scope } from './scope.js';

/** A code list as in `code-lists.json`. It is checked here, so every member may still be anything. */
interface CodeListSource {
  readonly title?: unknown;
  readonly codes?: unknown;
}

/**
 * Compiles `code-lists.json`. Selectors name its lists after `=`: `@code=one-of('problem-types')`.
 *
 *   { "lists": { "problem-types": { "title": "…", "codes": { "404684003": "Clinical finding", "ASSERTION": "Assertion" } } } }
 *
 * `codes` has each code, or the OID of each template, with its name. A sender's patch removes a code by `null`.
 */
export function compileCodeLists(file: MappingFile | undefined, environment: Environment): void {
  if (file === undefined) return;
  const { lists = {} } = (file.value ?? {}) as { lists?: Readonly<Record<string, CodeListSource>> };
  const top: Scope = { environment, file, pointer: '/lists', context: undefined };
  for (const [name, source] of Object.entries(lists)) {
    const scope = inside(top, name);
    if (!/^[a-z]+(-[a-z]+)*$/.test(name)) mistake(scope, 'a code list is named by words in lower case', 'key');
    const codes = codesOf(source, scope);
    // Of a list with a mistake, that is told; whoever names the list has made none.
    environment.codeLists.set(name, codes ?? []);
  }
}

function codesOf(source: CodeListSource | null, scope: Scope): readonly string[] | undefined {
  const { title, codes } = source ?? {};
  if (typeof title !== 'string' || typeof codes !== 'object' || codes === null || Array.isArray(codes)) {
    mistake(scope, 'a code list is { "title": what its codes mean, "codes": { "code": "its name" } }');
    return undefined;
  }
  unknownKeys(source as object, ['$comment', 'title', 'codes'], scope);
  const found = Object.entries(codes as Readonly<Record<string, unknown>>);
  for (const [code, named] of found)
    if (typeof named !== 'string' || named === '') mistake(inside(inside(scope, 'codes'), code), 'a code needs a name');
  if (found.length === 0) mistake(scope, 'a code list has a code');
  return found.map(([code]) => code);
}
