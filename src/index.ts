/**
 * Cairn as a library: C-CDA documents in, FHIR R4 Bundles out.
 *
 *   const converter = createConverter({});
 *   const { bundle, ledger } = converter.convert(await readFile('note.xml'), { bundle: 'document' });
 *   console.log(writeJson(bundle));
 */
export { createConverter } from './convert.js';
export { convertEach, type Converted } from './convert-each.js';
export { isEnvelope } from './unwrap/kind.js';
export { unwrap, type UnwrapOptions } from './unwrap/unwrap.js';
export { wayOf } from './unwrap/part.js';
export type { EnvelopeFacts, Part, Step, UnwrappedDocument, UnwrapProblem } from './unwrap/part.js';
export { writeJson } from './bundle/write-json.js';
export { writeXml } from './bundle/write-xml.js';
export { DocumentError } from './xml/document-error.js';
export { LimitError } from './limit-error.js';
export { OptionError } from './option-error.js';
export { MappingError } from './mapping/mapping-error.js';
export type {
  BundleType,
  Conversion,
  ConvertOptions,
  Converter,
  ConverterOptions,
  Envelope,
  FactStatus,
  Ledger,
  LedgerItem,
  SameAs,
  TermsInUse,
  Units,
  TraceEntry,
  TracePlace,
  TraceReason,
} from './conversion.js';
export type { IssueCode } from './xml/issue-codes.js';
export type { Issue, IssuePlace } from './xml/issue.js';

// The questions that payers ask of converted documents: docs/purposes.md.
export { answerPurpose, purposeOf } from './purpose/answer-purpose.js';
export { answerBundle, answerParametersOf, type AnswerForm } from './purpose/answers/parameters.js';
export { loadPurposes, type LoadedPurpose, type PurposeOptions, type PurposeSet } from './purpose/load.js';
export { PurposeError } from './purpose/purpose-error.js';
export type { ItemAnswer, PurposeAnswer } from './purpose/purpose-answer.js';
export type { Purpose, PurposeItem } from './purpose/purpose-file.js';
export type { Missing, MissingReason, NearMiss } from './purpose/missing.js';
export { buildRecords, type RecordOptions } from './record/build-records.js';
export {
  changes,
  recordBefore,
  type CategoryChange,
  type Change,
  type ChangesOptions,
  type RecordChanges,
} from './record/changes.js';
export { changesParameters, recordBundle } from './record/record-bundle.js';
export { submitAttachments, submissionParameters, type Submitted, type SubmitOptions } from './attachment/submit.js';
export { answerTask } from './attachment/answer-task.js';
export { readResource } from './attachment/read-resource.js';
export { SubmissionError } from './attachment/submission-error.js';
export { readBundle } from './record/read-bundle.js';
export type { Conflict, PersonRecord, RecordDocument, Withdrawn } from './record/person-record.js';
export type { Assembler, SourceKind } from './record/source-kind.js';
export { readCategoryTables, type CategoryTable, type CategoryTables } from './category/category-table.js';
export { readQuery, type Query } from './search/query.js';
export { resourceIndex, type ResourceIndex } from './search/resource-index.js';
export { search, type SearchResult } from './search/search.js';
export { SearchError } from './search/search-error.js';
export { valueSetIndex, type ValueSetIndex } from './search/value-set.js';
