import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FhirResource } from 'fhir/r4.js';
import { answerPurpose } from '../../src/purpose/answer-purpose.js';
import { loadPurposes, type PurposeSet } from '../../src/purpose/load.js';
import type { PurposeAnswer } from '../../src/purpose/purpose-answer.js';
import { buildRecords } from '../../src/record/build-records.js';
import type { RecordDocument } from '../../src/record/person-record.js';
import { converter } from '../packaged-converter.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

let set: PurposeSet | undefined;

export function packagedPurposes(): PurposeSet {
  return (set ??= loadPurposes());
}

/** A document of the project's samples, or of the corpus beside it, converted. */
export function documentOf(file: string, more: Omit<RecordDocument, 'bundle'> = {}): RecordDocument {
  const { bundle, trace } = converter.convert(readFileSync(pathOf(file)), { trace: true });
  return { bundle, trace, name: file, ...more };
}

export function hasCorpus(): boolean {
  return existsSync(pathOf('corpus/HL7'));
}

function pathOf(file: string): string {
  return file.startsWith('corpus/') ? `${root}../shared/${file}` : `${root}${file}`;
}

/** Asks a packaged purpose of documents about one person. */
export function ask(
  purpose: string,
  documents: readonly (string | RecordDocument)[],
  parameters: Record<string, string>,
  purposes = packagedPurposes(),
): PurposeAnswer {
  const records = buildRecords(documents.map((one) => (typeof one === 'string' ? documentOf(one) : one)));
  if (records.length !== 1) throw new Error(`${records.length} people`);
  return answerPurpose(purposes, purpose, records[0]!, parameters);
}

export function item(answer: PurposeAnswer, id: string): PurposeAnswer['items'][number] {
  const found = answer.items.find((one) => one.item.id === id);
  if (found === undefined) throw new Error(`no item ${id}`);
  return found;
}

/** `{ problems: 10, allergies: 1 }` */
export function counts(answer: PurposeAnswer): Record<string, number> {
  return Object.fromEntries(answer.items.map(({ item: { id }, found }) => [id, found.length]));
}

interface Coded {
  readonly code?: { readonly coding?: readonly { readonly code?: string }[] };
}

/** The codes of a resource's code, joined. */
export function codesOf(resource: FhirResource): string {
  return ((resource as Coded).code?.coding ?? []).map(({ code }) => code ?? '').join(' ');
}
