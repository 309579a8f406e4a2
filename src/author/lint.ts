import { loadMappings } from '../mapping/load.js';
import { MappingError } from '../mapping/mapping-error.js';
import { readMappingFiles, type MappingFiles } from '../mapping/read-files.js';
import { allFiles } from '../mapping/rule-place.js';
import { syntaxOf } from '../mapping/checked-set.js';
import { loadPurposes } from '../purpose/load.js';
import { PurposeError } from '../purpose/purpose-error.js';
import { findingAt, textsIn, type LintFinding, type Text } from './finding.js';
import { oddLiterals } from './odd-literals.js';
import { oddRules } from './odd-rules.js';
import { oddUrls } from './odd-urls.js';
import { oddSenders } from './odd-senders.js';
import { unknownTemplates } from './unknown-templates.js';
import { unusedParts } from './unused-parts.js';
import { readTests, type TestFile } from './read-tests.js';

const LONGEST = 200;

/** All mistakes of a mapping set, and the parts of it that nothing uses, sorted by place. */
export function lintMappings(folder: string): LintFinding[] {
  const findings: LintFinding[] = [];
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
    findings.push(...error.mistakes.map((at): LintFinding => ({ rule: 'mistake', severity: 'error', ...at })));
  }
  const files = readMappingFiles(folder, []);
  const tests = readTests(folder);
  const texts = allFiles(files).flatMap((file) => textsIn(file));
  findings.push(
    ...longSelectors(texts, selectors),
    ...unusedParts(files, texts),
    ...unknownTemplates(files, texts),
    ...oddLiterals(files),
    ...oddRules(files),
    ...oddUrls(texts),
    ...oddSenders(files),
    ...untested(files, tests),
    ...mistakesInTests(tests),
  );
  return sorted(findings);
}

/** The mistakes of a folder of purposes, and the ValueSets that the purposes name and that are missing. */
export function lintPurposes(folder: string): LintFinding[] {
  try {
    const { warnings } = loadPurposes({ purposes: [folder] });
    return sorted(warnings.map((at): LintFinding => ({ rule: 'missing-value-set', severity: 'warning', ...at })));
  } catch (error) {
    if (!(error instanceof PurposeError)) throw error;
    return sorted(error.mistakes.map((at): LintFinding => ({ rule: 'mistake', severity: 'error', ...at })));
  }
}

function sorted(findings: LintFinding[]): LintFinding[] {
  return findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
}

function longSelectors(texts: readonly Text[], selectors: ReadonlySet<string>): LintFinding[] {
  const long = new Set([...selectors].map((text) => text.trim()).filter(({ length }) => length > LONGEST));
  if (long.size === 0) return [];
  return texts.flatMap(({ file, pointer, text, part }) => {
    const selector = text.replace(/^=/, '').trim();
    if (!long.has(selector)) return [];
    const message = `this selector has ${selector.length} characters; name its parts in conditions.json, or with "let"`;
    return [findingAt('long-selector', file, pointer, message, part)];
  });
}

function mistakesInTests(tests: readonly TestFile[]): LintFinding[] {
  return tests.flatMap(({ mistakes = [] }) =>
    mistakes.map(({ file, line, column, message }): LintFinding => {
      return { rule: 'test-mistake', severity: 'error', file, line, column, message };
    }),
  );
}

function untested({ mappings }: MappingFiles, tests: readonly TestFile[]): LintFinding[] {
  const tested = new Set(tests.map(({ path }) => path.replace(/\.test\.json$/, '.json')));
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
