import { isResource } from '../fhir/elements.js';
import { unfilled } from '../mapping/required-elements.js';
import { loadMappings } from '../mapping/load.js';
import { MappingError } from '../mapping/mapping-error.js';
import { baseName, escapePointer, locate, type MappingFile } from '../mapping/mapping-file.js';
import { readMappingFiles, type MappingFiles } from '../mapping/read-files.js';
import { allFiles } from '../mapping/rule-place.js';
import { syntaxOf } from '../mapping/checked-set.js';
import { loadPurposes } from '../purpose/load.js';
import { PurposeError } from '../purpose/purpose-error.js';
import { readTests } from './mapping-test.js';

export type LintRule =
  | 'mistake'
  | 'unused-fragment'
  | 'unused-condition'
  | 'unused-word-list'
  | 'unused-code-list'
  | 'unused-concept-map'
  | 'long-selector'
  | 'unfilled-element'
  | 'untested-mapping'
  | 'missing-value-set';

/** What each kind of finding means, for SARIF and the documentation. */
export const lintRules: ReadonlyMap<LintRule, string> = new Map([
  ['mistake', 'The set is refused when it is loaded.'],
  ['unused-fragment', 'No mapping and no fragment uses this fragment.'],
  ['unused-condition', 'No selector asks for this condition.'],
  ['unused-word-list', 'No selector and no column names this word list.'],
  ['unused-code-list', 'No selector names this list of codes.'],
  ['unused-concept-map', 'No directive translates by this ConceptMap.'],
  ['long-selector', 'A selector of more than 200 characters: name its parts in conditions.json, or with "let".'],
  ['unfilled-element', 'FHIR requires this element, and nothing fills it: each resource would say that it is unknown.'],
  ['untested-mapping', 'No test stands beside this mapping.'],
  ['missing-value-set', 'A purpose asks for a ValueSet that is not there.'],
]);

export interface Finding {
  readonly rule: LintRule;
  readonly severity: 'error' | 'warning';
  /** Path inside the set. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const LONGEST = 200;

/** All mistakes of a mapping set at once, and what stands in it and is of no use, sorted by place. */
export function lintMappings(folder: string): Finding[] {
  const findings: Finding[] = [];
  const selectors = new Set<string>();
  try {
    loadMappings(folder, {
      parse: (text) => {
        selectors.add(text);
        return syntaxOf(text);
      },
    });
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    findings.push(...error.mistakes.map((at): Finding => ({ rule: 'mistake', severity: 'error', ...at })));
  }
  const files = readMappingFiles(folder, []);
  const texts = allFiles(files).flatMap((file) => textsIn(file));
  findings.push(
    ...longSelectors(texts, selectors),
    ...unusedParts(files, texts),
    ...unfilledElements(files),
    ...untested(files, folder),
  );
  return sorted(findings);
}

/** The mistakes of a folder of purposes, and the ValueSets that they want and that are not there. */
export function lintPurposes(folder: string): Finding[] {
  try {
    const { warnings } = loadPurposes({ purposes: [folder] });
    return sorted(warnings.map((at): Finding => ({ rule: 'missing-value-set', severity: 'warning', ...at })));
  } catch (error) {
    if (!(error instanceof PurposeError)) throw error;
    return sorted(error.mistakes.map((at): Finding => ({ rule: 'mistake', severity: 'error', ...at })));
  }
}

function sorted(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
}

/** A text of a file, value or key, with its place. */
interface Text {
  readonly file: MappingFile;
  readonly pointer: string;
  readonly text: string;
  readonly part: 'key' | 'value';
}

function textsIn(file: MappingFile): Text[] {
  const texts: Text[] = [];
  const walk = (value: unknown, pointer: string): void => {
    if (typeof value === 'string') texts.push({ file, pointer, text: value, part: 'value' });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const at = `${pointer}/${escapePointer(key)}`;
      if (!Array.isArray(value)) texts.push({ file, pointer: at, text: key, part: 'key' });
      walk(inner, at);
    }
  };
  walk(file.value, '');
  return texts;
}

function findingAt(
  rule: LintRule,
  file: MappingFile,
  pointer: string,
  message: string,
  part: 'key' | 'value' = 'key',
): Finding {
  return { rule, severity: 'warning', file: file.path, ...locate(file, pointer, part), message };
}

function longSelectors(texts: readonly Text[], selectors: ReadonlySet<string>): Finding[] {
  const long = new Set([...selectors].map((text) => text.trim()).filter(({ length }) => length > LONGEST));
  if (long.size === 0) return [];
  return texts.flatMap(({ file, pointer, text, part }) => {
    const selector = text.replace(/^=/, '').trim();
    if (!long.has(selector)) return [];
    const message = `this selector has ${selector.length} characters; name its parts in conditions.json, or with "let"`;
    return [findingAt('long-selector', file, pointer, message, part)];
  });
}

/** Elements that FHIR requires of a resource and that neither the mapping nor a fragment that it takes elements of fills. */
function unfilledElements({ mappings, fragments }: MappingFiles): Finding[] {
  const byName = new Map(fragments.map((file) => [baseName(file), file.value as Json]));
  return mappings.flatMap((file) => {
    const { resource } = (file.value ?? {}) as { resource?: Json };
    if (typeof resource?.resourceType !== 'string' || !isResource(resource.resourceType)) return [];
    const names = [resource.$use ?? []].flat() as string[];
    const used = names.map((name) => (byName.get(name)?.value ?? {}) as Json);
    const filled = new Set([resource, ...used].flatMap((object) => Object.keys(object)));
    return unfilled(resource.resourceType, filled).map((name) => {
      const message = `nothing fills "${name}", which FHIR requires of every ${String(resource.resourceType)}`;
      return findingAt('unfilled-element', file, '/resource', message);
    });
  });
}

type Json = Readonly<Record<string, unknown>>;

/** What is defined and nothing names. Words of a definition don't use what it defines. */
function unusedParts(files: MappingFiles, texts: readonly Text[]): Finding[] {
  const unnamed = (
    rule: LintRule,
    kind: string,
    file: MappingFile,
    pointer: string,
    name: string,
    isUse: (text: Text) => boolean,
  ) =>
    texts.some(
      (text) =>
        !(
          text.file === file &&
          (pointer === '' || text.pointer.startsWith(`${pointer}/`) || text.pointer === pointer)
        ) && isUse(text),
    )
      ? []
      : [findingAt(rule, file, pointer, `nothing uses the ${kind} "${name}"`)];
  const quoted =
    (name: string) =>
    ({ text }: Text) =>
      text.includes(`'${name}'`);
  const said =
    (name: string, ...keys: string[]) =>
    ({ text, pointer }: Text) =>
      text === name && keys.some((key) => new RegExp(`/\\${key}(/\\d+)?$`).test(pointer));
  return [
    ...files.fragments.flatMap((file) => {
      const name = baseName(file);
      return unnamed('unused-fragment', 'fragment', file, '', name, said(name, '$use'));
    }),
    ...files.conceptMaps.flatMap((file) => {
      const name = baseName(file);
      return unnamed('unused-concept-map', 'ConceptMap', file, '', name, said(name, '$map'));
    }),
    ...files.words.flatMap((file) => {
      const name = baseName(file);
      const inColumns = ({ file: at, text }: Text) => at === files.columns && text === name;
      return unnamed('unused-word-list', 'word list', file, '', name, (text) => quoted(name)(text) || inColumns(text));
    }),
    ...members(files.conditions, 'conditions').flatMap(({ file, pointer, name }) => {
      const call = new RegExp(`(^|[^\\w-])${name}\\(\\)`);
      return unnamed('unused-condition', 'condition', file, pointer, name, ({ text }) => call.test(text));
    }),
    ...Object.keys(files.codeLists?.value ?? {})
      .filter((key) => !key.startsWith('$'))
      .flatMap((key) => members(files.codeLists, key))
      .flatMap(({ file, pointer, name }) =>
        unnamed('unused-code-list', 'list of codes', file, pointer, name, quoted(name)),
      ),
  ];
}

function members(file: MappingFile | undefined, key: string): { file: MappingFile; pointer: string; name: string }[] {
  const within = (file?.value as Readonly<Record<string, unknown>> | undefined)?.[key];
  if (file === undefined || typeof within !== 'object' || within === null || Array.isArray(within)) return [];
  return Object.keys(within).map((name) => ({ file, pointer: `/${key}/${escapePointer(name)}`, name }));
}

function untested({ mappings }: MappingFiles, folder: string): Finding[] {
  const tested = new Set(readTests(folder).map(({ path }) => path.replace(/\.test\.json$/, '.json')));
  return mappings
    .filter(({ path, value }) => value !== undefined && !tested.has(path))
    .map((file) =>
      findingAt(
        'untested-mapping',
        file,
        '',
        `no test stands beside it: ${file.path.replace(/\.json$/, '.test.json')}`,
      ),
    );
}
