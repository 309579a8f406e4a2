import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Issue } from '../xml/issue.js';
import { countOf } from '../xml/issue-groups.js';
import type { Conversion, Converter } from '../conversion.js';
import { isEnvelope } from '../unwrap/kind.js';
import { UsageError, type ConvertCommand, type DocumentSettings } from './command.js';
import { complaintsOf, place } from './complaints.js';
import { convertEnvelope } from './convert-envelope.js';
import {
  conversionOptions,
  convertDocument,
  loadConverter,
  writeConversion,
  type WrittenDocument,
} from './document.js';
import { optimizeForShortRuns } from './short-runs.js';
import { linesOf, print, type Modules, type Terminal } from './terminal.js';
import { removePartsWhenStopped, writeWhole } from './write-file.js';

/** Converts one document to the standard output. Returns the exit code. */
export async function convertOne(
  file: string,
  options: ConvertCommand,
  terminal: Terminal,
  modules: Modules,
): Promise<number> {
  optimizeForShortRuns();
  const name = file === '-' ? 'stdin' : file;
  let written: WrittenDocument;
  const forget = removePartsWhenStopped([options.ledger, options.trace].filter((path) => typeof path === 'string'));
  try {
    const bytes = file === '-' ? await buffer(terminal.stdin) : await readFile(file);
    const converter = await loadConverter(modules, options);
    if (isEnvelope(bytes)) return await convertEnvelopeOut(converter, bytes, name, options, terminal);
    written = convertDocument(converter, bytes, settingsOf(options));
    if (typeof options.ledger === 'string') await writeWhole(options.ledger, written.ledger ?? '');
    if (typeof options.trace === 'string') await writeWhole(options.trace, written.trace ?? '');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    await print(terminal.stderr, linesOf(complaintsOf(error, name)));
    return 1;
  } finally {
    forget();
  }
  await print(terminal.stderr, linesOf(warningsOf(written.issues, name)));
  try {
    await print(terminal.stdout, written.bundle);
    return 0;
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, 'stdout')));
    return 1;
  }
}

/**
 * If an envelope has one document, its Bundle is written as that of a bare document. If it has several, each Bundle is
 * a line (NDJSON), written as soon as it is ready.
 */
async function convertEnvelopeOut(
  converter: Converter,
  bytes: Uint8Array,
  name: string,
  options: ConvertCommand,
  terminal: Terminal,
): Promise<number> {
  const settings = settingsOf(options);
  // One line for each Bundle, if there are several.
  const printLine = (conversion: Conversion): Promise<void> =>
    print(terminal.stdout, writeConversion(conversion, { ...settings, pretty: false }).bundle);
  let failed = 0;
  let sole: Conversion | undefined;
  let several = false;
  for await (const part of convertEnvelope(converter, bytes, name, settings)) {
    if (part.kind === 'failed') {
      failed++;
      await print(terminal.stderr, linesOf([part.complaint]));
      continue;
    }
    await print(terminal.stderr, linesOf(warningsOf(part.conversion.issues, name)));
    if (sole === undefined && !several) {
      sole = part.conversion;
      continue;
    }
    if (typeof options.ledger === 'string' || typeof options.trace === 'string' || options.format === 'xml') {
      throw new UsageError(`${name} holds several documents: that needs --out DIR`);
    }
    several = true;
    if (sole !== undefined) await printLine(sole);
    sole = undefined;
    await printLine(part.conversion);
  }
  if (sole !== undefined) {
    const written = writeConversion(sole, settings);
    if (typeof options.ledger === 'string') await writeWhole(options.ledger, written.ledger ?? '');
    if (typeof options.trace === 'string') await writeWhole(options.trace, written.trace ?? '');
    await print(terminal.stdout, written.bundle);
  }
  return failed === 0 ? 0 : 1;
}

/** Only what a conversion needs: it also travels to the workers. */
export function settingsOf(options: ConvertCommand): DocumentSettings {
  const { format, pretty, ledger, trace, traceAll } = options;
  const traced = traceAll === true ? 'all' : trace !== undefined;
  return { ...conversionOptions(options), format, pretty, ledger: ledger !== undefined, trace: traced };
}

/**
 * One line for each kind of warning, the most severe first, with its first place: a document may have the same warning
 * a thousand times.
 */
function warningsOf(issues: readonly Issue[], name: string): string[] {
  const kinds = new Map<string, { first: Issue; count: number }>();
  for (const issue of issues) {
    if (issue.severity !== 'warning') continue;
    const kind = kinds.get(issue.code);
    if (kind === undefined) kinds.set(issue.code, { first: issue, count: countOf(issue) });
    else kind.count += countOf(issue);
  }
  return [...kinds.values()].map(({ first, count }) => {
    const more = count === 1 ? '' : ` (${String(count - 1)} more of this kind)`;
    return `${place(name, first.line, first.column)}: warning: ${first.text}${otherPlaces(first)}${more}`;
  });
}

/** ` (see also 12:5)`: the other places that the issue is about. */
function otherPlaces({ also = [] }: Issue): string {
  return also.length === 0
    ? ''
    : ` (see also ${also.map(({ line, column }) => `${String(line)}:${String(column)}`).join(', ')})`;
}
