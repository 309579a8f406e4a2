import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { OperationOutcome } from 'fhir/r4.js';
import { writeJson } from '../bundle/write-json.js';
import type { BundleType, Converter } from '../conversion.js';
import { LimitError } from '../limit-error.js';
import { OptionError } from '../option-error.js';
import { isEnvelope } from '../unwrap/kind.js';
import { DocumentError } from '../xml/document-error.js';
import { UsageError } from './command.js';
import { loadConverter } from './document.js';
import { readCommandOptions } from './read-options.js';
import { signatureRuleOf } from './signatures.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn convert --ndjson [--bundle TYPE] [--time-zone ZONE] [--mappings DIR] [--terms FILE] [--signatures HOW --signature-anchors FILE] < documents.ndjson > bundles.ndjson

A step of a map: a line in, a line out, in their order, and nothing kept between them. A line in is {"id": …, "content": "<ClinicalDocument…"},
or with "base64" or "path" in the place of "content", and "sender" where wanted; or the text of the document as a JSON string. A line out is
{"id": …, "bundle": {…}}, or {"id": …, "outcome": {OperationOutcome}} where the document can't be converted.

Exit status: 0 every line has its answer, 1 where the mappings can't be loaded or the input can't be read.
`;

const bundleTypes: readonly BundleType[] = ['transaction', 'document', 'collection'];

interface Line {
  readonly id?: unknown;
  readonly content?: unknown;
  readonly base64?: unknown;
  readonly path?: unknown;
  readonly sender?: unknown;
}

/** `cairn convert --ndjson`, under Spark's pipe, Beam, xargs */
export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    ndjson: { type: 'boolean' },
    bundle: { type: 'string' },
    'time-zone': { type: 'string' },
    mappings: { type: 'string' },
    terms: { type: 'string' },
    signatures: { type: 'string' },
    'signature-anchors': { type: 'string' },
    'signature-time': { type: 'string' },
  });
  if (positionals.some((name) => name !== '-')) throw new UsageError('--ndjson reads the standard input, and no file');
  const bundle = bundleTypes.find((type) => type === values.bundle);
  if (values.bundle !== undefined && bundle === undefined)
    throw new UsageError(`--bundle must be one of ${bundleTypes.join(', ')}`);
  const converter = await loadConverter(modules, {
    mappings: values.mappings,
    terms: values.terms,
    signatures: signatureRuleOf(values.signatures, values['signature-anchors'], values['signature-time']),
  });
  const timeZone = values['time-zone'];
  const options = { ...(bundle === undefined ? {} : { bundle }), ...(timeZone === undefined ? {} : { timeZone }) };
  const lines = createInterface({ input: terminal.stdin, crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() !== '') await print(terminal.stdout, `${await answerTo(line, converter, options)}\n`);
  }
  return 0;
}

async function answerTo(
  text: string,
  converter: Converter,
  options: { bundle?: BundleType; timeZone?: string },
): Promise<string> {
  let id: unknown;
  try {
    const line = lineOf(text);
    ({ id } = line);
    const bytes = await bytesOf(line);
    if (isEnvelope(bytes))
      throw new DocumentError('not-supported', 'It is an envelope; unwrap it first (cairn unwrap).', 0, 0);
    const sender = typeof line.sender === 'string' ? { sender: line.sender } : {};
    const { bundle } = converter.convert(bytes, { ...options, ...sender });
    return id === undefined
      ? `{"bundle":${writeJson(bundle)}}`
      : `{"id":${JSON.stringify(id)},"bundle":${writeJson(bundle)}}`;
  } catch (error) {
    return JSON.stringify({ ...(id === undefined ? {} : { id }), outcome: outcomeOf(error) });
  }
}

function lineOf(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DocumentError('structure', 'The line is no JSON.', 0, 0);
  }
  if (typeof value === 'string') return { content: value };
  if (typeof value !== 'object' || value === null)
    throw new DocumentError('structure', 'The line is no JSON object.', 0, 0);
  return value;
}

async function bytesOf({ content, base64, path }: Line): Promise<Uint8Array> {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  if (typeof path === 'string') {
    try {
      return await readFile(path);
    } catch {
      throw new DocumentError('structure', 'The file of the line cannot be read.', 0, 0);
    }
  }
  throw new DocumentError('structure', 'The line has no content, base64 or path.', 0, 0);
}

/** The message of an unexpected error may quote the document, so it is not told. */
function outcomeOf(error: unknown): OperationOutcome {
  const isKnown = error instanceof DocumentError || error instanceof LimitError || error instanceof OptionError;
  const place =
    error instanceof DocumentError && error.line > 0 ? `line ${error.line}, column ${error.column}` : undefined;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: error instanceof DocumentError ? error.code : isKnown ? 'value' : 'exception',
        details: { text: isKnown ? error.message : 'The conversion failed.' },
        ...(place === undefined ? {} : { diagnostics: place }),
      },
    ],
  };
}
