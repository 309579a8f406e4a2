import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { convertEach } from '../convert-each.js';
import { ownValue } from '../own-value.js';
import { OptionError } from '../option-error.js';
import { readJsonFile } from '../read-json-file.js';
import { readBundle } from '../record/read-bundle.js';
import type { RecordDocument } from '../record/person-record.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { loadConverter } from './document.js';
import { documentsBelow } from './inputs.js';
import { print, type Modules, type Terminal } from './terminal.js';

/** The options of every command that reads documents into a record. */
export const DOCUMENT_OPTIONS = {
  received: { type: 'string' },
  manifest: { type: 'string' },
  mappings: { type: 'string' },
  terms: { type: 'string' },
  pretty: { type: 'boolean' },
} as const;

export interface DocumentOptions {
  readonly mappings?: string | undefined;
  readonly terms?: string | undefined;
  /** File that tells when documents arrived: `{ "note.xml": { "received": "2023-01-18T15:00:00Z", "sender": "…" } }`. */
  readonly manifest?: string | undefined;
  /** When all of them arrived. */
  readonly received?: string | undefined;
  readonly trace?: boolean | undefined;
}

interface Told {
  readonly received?: string;
  readonly sender?: string;
  readonly member?: string;
}

/**
 * Reads the files, envelopes and folders that the arguments name: C-CDA documents are converted, FHIR Bundles in JSON
 * are taken as they are. A file that can't be read is reported on the standard error, and `failed` counts it.
 */
export async function readRecordDocuments(
  names: readonly string[],
  options: DocumentOptions,
  terminal: Terminal,
  modules: Modules,
): Promise<{ documents: RecordDocument[]; failed: number }> {
  if (names.length === 0) throw new UsageError('no document: name files or folders');
  const manifest = options.manifest === undefined ? {} : await readManifest(options.manifest);
  const converter = await loadConverter(modules, options);
  const documents: RecordDocument[] = [];
  let failed = 0;
  const fail = async (lines: readonly string[]): Promise<void> => {
    failed++;
    await print(terminal.stderr, lines.map((line) => `${line}\n`).join(''));
  };
  for (const { file, relative } of await filesOf(names)) {
    const told = { received: options.received, ...ownValue(manifest, relative), ...ownValue(manifest, basename(file)) };
    const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Told;
    try {
      const bytes = await readFile(file);
      const bundle = readBundle(bytes);
      if (bundle !== undefined) {
        documents.push({ bundle, name: file, ...known });
        continue;
      }
      const trace = options.trace ?? false;
      for await (const one of convertEach(converter, bytes, { trace }, { name: file })) {
        if (one.kind === 'problem') await fail([`${file}: ${one.text}`]);
        else if (one.kind === 'refused') await fail(complaintsOf(one.error, file));
        else {
          const { bundle: converted, trace: places } = one.conversion;
          documents.push({ bundle: converted, name: file, ...(trace ? { trace: places } : {}), ...known });
        }
      }
    } catch (error) {
      await fail(complaintsOf(error, file));
    }
  }
  return { documents, failed };
}

async function filesOf(names: readonly string[]): Promise<{ file: string; relative: string }[]> {
  const files: { file: string; relative: string }[] = [];
  for (const name of names) {
    if ((await stat(name)).isDirectory()) files.push(...(await documentsBelow(name)));
    else files.push({ file: name, relative: name });
  }
  return files;
}

async function readManifest(file: string): Promise<Record<string, Told>> {
  const value = await readJsonFile(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionError(`${file} has an object: { "note.xml": { "received": "2023-01-18T15:00:00Z" } }`);
  }
  return value as Record<string, Told>;
}
