import { escapePointer, locate, type MappingFile } from '../mapping/mapping-file.js';

export type LintRule =
  | 'mistake'
  | 'unused-fragment'
  | 'unused-condition'
  | 'unused-word-list'
  | 'unused-code-list'
  | 'unused-concept-map'
  | 'long-selector'
  | 'untested-mapping'
  | 'test-mistake'
  | 'unknown-template'
  | 'impossible-literal'
  | 'literal-selector'
  | 'value-as-time'
  | 'odd-literal'
  | 'odd-url'
  | 'code-without-map'
  | 'never-asked'
  | 'sender'
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
  ['untested-mapping', 'No test stands beside this mapping.'],
  [
    'test-mistake',
    'A test asks for something that there is not, so it could hold whatever comes out, or it cannot be read.',
  ],
  ['unknown-template', 'No standard has a template of this OID: it has an arc too many or too few, or a wrong one.'],
  ['impossible-literal', 'A date or time of the mapping is not written as FHIR writes it.'],
  ['literal-selector', 'A text that stands in every resource reads like a selector without "= ".'],
  ['value-as-time', 'A time is taken from value, which may have any type.'],
  [
    'odd-literal',
    'A constant that no document has, or that FHIR does not take: the name of a system, a bare OID, an empty reason.',
  ],
  ['odd-url', 'A URL is one or two letters away from one that is known: an extension, a profile, a code system.'],
  [
    'code-without-map',
    'What a document says becomes a code of FHIR without "$map", although the two have different codes.',
  ],
  ['never-asked', 'An alternative or a condition is never asked, because of what stands before or after it.'],
  ['sender', 'Something in sender.json has no effect, or is true of many senders.'],
  ['missing-value-set', 'A purpose asks for a ValueSet that is not there.'],
]);

export interface LintFinding {
  readonly rule: LintRule;
  readonly severity: 'error' | 'warning';
  /** Path inside the set. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A text of a file, value or key, with its place. */
export interface Text {
  readonly file: MappingFile;
  readonly pointer: string;
  readonly text: string;
  readonly part: 'key' | 'value';
}

/** All texts of a file, keys among them. */
export function textsIn(file: MappingFile): Text[] {
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

/** A warning at a place of a file. */
export function findingAt(
  rule: LintRule,
  file: MappingFile,
  pointer: string,
  message: string,
  part: 'key' | 'value' = 'key',
): LintFinding {
  return { rule, severity: 'warning', file: file.path, ...locate(file, pointer, part), message };
}
