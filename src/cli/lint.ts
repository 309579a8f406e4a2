import { basename, join } from 'node:path';
import type { LintFinding } from '../author/finding.js';
import { lintMappings, lintPurposes } from '../author/lint.js';
import { githubLine, sarifOf } from '../author/lint-report.js';
import { packagedMappings } from '../convert.js';
import { UsageError } from './command.js';
import { place } from './complaints.js';
import { VERSION } from '../version.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn lint [DIR] [--format text|json|sarif|github]

Tells every mistake of a mapping set at once, with file, line and column, and warns of what is of no use: fragments, conditions,
ConceptMaps, word and code lists that nothing names, selectors of more than 200 characters, mappings without a test.
A folder named purposes (or --purposes) is linted as purposes.

Options
  --format FORMAT   text (default), json, sarif (code scanning), github (workflow commands); --json is --format json
  --purposes        the folder holds purposes
  --strict          warnings fail, too

Exit status: 0 no mistake, 1 otherwise.
`;

const FORMATS = ['text', 'json', 'sarif', 'github'];

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    format: { type: 'string' },
    json: { type: 'boolean' },
    purposes: { type: 'boolean' },
    strict: { type: 'boolean' },
  });
  const [folder = packagedMappings, ...others] = positionals;
  if (others.length > 0) throw new UsageError('lint takes one folder');
  const format = values.json === true ? 'json' : (values.format ?? 'text');
  if (!FORMATS.includes(format)) throw new UsageError(`--format is ${FORMATS.join(', ')}; not ${format}`);
  const ofPurposes = values.purposes === true || basename(folder) === 'purposes';
  const findings = ofPurposes ? lintPurposes(folder) : lintMappings(folder);
  await print(
    terminal.stdout,
    written(findings, format, (file) => join(folder, file)),
  );
  const failed = findings.some(({ severity }) => severity === 'error' || values.strict === true);
  return failed ? 1 : 0;
}

function written(findings: readonly LintFinding[], format: string, at: (file: string) => string): string {
  if (format === 'json') return `${JSON.stringify(findings, undefined, 2)}\n`;
  if (format === 'sarif') return `${JSON.stringify(sarifOf(findings, at, VERSION), undefined, 2)}\n`;
  if (format === 'github') return linesOf(findings.map((finding) => githubLine(finding, at)));
  const lines = findings.map(
    ({ rule, severity, file, line, column, message }) =>
      `${place(at(file), line, column)}: ${severity}: ${message}${rule === 'mistake' ? '' : ` (${rule})`}`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return linesOf([...lines, `${errors} mistakes, ${findings.length - errors} warnings`]);
}
