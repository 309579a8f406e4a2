import { elementOf, isResource } from '../fhir/elements.js';
import { suggestion } from '../xpath/nearest.js';
import type { Column } from '../cda/column.js';
import type { WordList } from '../xpath/word-list.js';
import type { MappingFile } from './mapping-file.js';
import { inside, mistake, textList, type Environment, type Scope } from './scope.js';

/**
 * Compiles `columns.json`: `{ "columns": { "Condition.code": "column-problem", "*.note": "column-comment" } }`. It is
 * for elements whose words are a reference to a whole row of the narrative. Then only the cell in that column counts.
 * With `{ "column": "column-drug", "not": ["column-sig"] }`, a cell under such a heading has no words for the element
 * either.
 */
export function compileColumns(file: MappingFile | undefined, environment: Environment): void {
  if (file === undefined) return;
  const source = (file.value ?? {}) as { columns?: Readonly<Record<string, unknown>> };
  const top: Scope = { environment, file, pointer: '/columns', context: undefined };
  for (const [path, entry] of Object.entries(source.columns ?? {})) {
    const scope = inside(top, path);
    if (!path.startsWith('*.') && !isElementPath(path))
      mistake(scope, `"${path}" is no path of an element, as Condition.code, Observation.value[x] or *.note`, 'key');
    const { column, not = [] } =
      typeof entry === 'object' && entry !== null ? (entry as ColumnSource) : { column: entry };
    const words = listNamed(column, scope);
    const others = textList(not, inside(scope, 'not'), '"not" names word lists').flatMap(
      (name) => listNamed(name, inside(scope, 'not')) ?? [],
    );
    if (words !== undefined) environment.columns.set(path, { words, others });
  }
}

/** An entry as an object. */
interface ColumnSource {
  readonly column?: unknown;
  readonly not?: unknown;
}

function listNamed(named: unknown, scope: Scope): WordList | undefined {
  const { lists } = scope.environment;
  const name = String(named);
  const list = lists.get(name);
  if (list === undefined) mistake(scope, `there is no word list "${name}" in words/${suggestion(name, lists.keys())}`);
  return list;
}

function isElementPath(path: string): boolean {
  const [resource = '', ...names] = path.split('.');
  if (!isResource(resource)) return false;
  let type = resource;
  for (const name of names) {
    const element = elementOf(type, name);
    if (element === undefined) return false;
    type = element.path ?? element.types[0] ?? 'Element';
  }
  return names.length > 0;
}

/** The scope inside an element: with its own column, or else that of the element around it. */
export function inElement(scope: Scope, name: string): Scope {
  if (scope.element === undefined) return scope;
  const element = `${scope.element}.${name}`;
  return { ...scope, element, column: columnAt(scope.environment, element) ?? scope.column };
}

function columnAt({ columns }: Environment, element: string): Column | undefined {
  return columns.get(element) ?? columns.get(element.replace(/^\w+/, '*'));
}

/** A key for what is compiled once for several elements: the columns of the element and of those inside it. */
export function columnsKey({ environment, element, column }: Scope): string {
  if (element === undefined) return '';
  const { above, names } = namesIn(environment);
  const below = above.has(element) || above.has(element.replace(/^\w+/, '*')) ? element : '';
  return `${column === undefined ? '' : (names.get(column.words) ?? '')} ${below}`;
}

interface ColumnNames {
  /** The paths of all elements around one that has a column. */
  readonly above: ReadonlySet<string>;
  readonly names: ReadonlyMap<WordList, string>;
}

const namesOf = new WeakMap<Environment, ColumnNames>();

function namesIn(environment: Environment): ColumnNames {
  let known = namesOf.get(environment);
  if (known === undefined) {
    const above = new Set<string>();
    for (const path of environment.columns.keys())
      for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) above.add(path.slice(0, at));
    known = { above, names: new Map([...environment.lists].map(([name, list]) => [list, name])) };
    namesOf.set(environment, known);
  }
  return known;
}
