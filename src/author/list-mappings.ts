/** `cairn mappings`: the mappings of a set, the pages that they follow, and the tests that prove them. */
import { isDropRule } from '../mapping/drop-rule.js';
import { baseName } from '../mapping/mapping-file.js';
import type { MappingFiles } from '../mapping/read-files.js';
import type { TestFile } from './read-tests.js';

export interface ListedMapping {
  readonly id: string;
  readonly file: string;
  readonly title: string;
  readonly basis: string;
  /** The resource that it makes; empty where it drops statements. */
  readonly resource: string;
  readonly on: readonly string[];
  /** OIDs of the templates that it asks for. */
  readonly templates: readonly string[];
  readonly tests: number;
  /** Rows of HL7's tables that its tests prove. */
  readonly rows: readonly string[];
  /** Where the mapping departs from a row of HL7: the path of the element, and the `$comment` that names the row. */
  readonly remarks: readonly { readonly element: string; readonly text: string }[];
  /** Senders that change it. */
  readonly overlays: readonly string[];
}

export function listMappings(files: MappingFiles, tests: readonly TestFile[]): ListedMapping[] {
  const byPath = new Map(tests.map((file) => [file.path, file.tests]));
  const fragments = new Map(files.fragments.map((file) => [baseName(file), (file.value ?? {}) as { value?: unknown }]));
  return files.mappings.map((file) => {
    const source = (file.value ?? {}) as Readonly<Record<string, unknown>>;
    const own = byPath.get(file.path.replace(/\.json$/, '.test.json')) ?? [];
    const resource = source.resource as { resourceType?: unknown; $use?: unknown } | undefined;
    const names = [resource?.$use ?? []].flat().filter((name) => typeof name === 'string');
    const used = names.map((name) => fragments.get(name)?.value);
    const id = textOf(source.id);
    return {
      id,
      file: file.path,
      title: textOf(source.title),
      basis: textOf(source.basis),
      resource: isDropRule(file) ? '' : textOf(resource?.resourceType),
      on: Array.isArray(source.on) ? source.on.map(String) : [],
      templates: [...new Set(templatesIn(source.match))],
      tests: own.length,
      rows: [...new Set(own.flatMap(({ rows = [] }) => rows))].sort(byNumber),
      remarks: [resource, ...used].flatMap((value) => remarksIn(value, '')),
      overlays: [...files.senders].flatMap(([sender, { patches }]) =>
        patches.some(({ path }) => path.endsWith(`/${id}.json`)) ? [sender] : [],
      ),
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function templatesIn(match: unknown): string[] {
  if (Array.isArray(match)) return match.flatMap(templatesIn);
  if (typeof match !== 'object' || match === null) return [];
  const { template, any } = match as { template?: unknown; any?: unknown };
  return [...[template ?? []].flat().map(String), ...templatesIn(any)];
}

/** A row as coverage names it: `problems-04`, `csv-allergy-19`. */
const ROW = /\b(?:csv-)?[a-z]+-\d\d\b/;

/** The comments that name a row, by the element that they stand in. */
function remarksIn(value: unknown, element: string): ListedMapping['remarks'] {
  if (Array.isArray(value)) return value.flatMap((item) => remarksIn(item, element));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === '$comment') return typeof inner === 'string' && ROW.test(inner) ? [{ element, text: inner }] : [];
    return remarksIn(inner, key.startsWith('$') ? element : element === '' ? key : `${element}.${key}`);
  });
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
