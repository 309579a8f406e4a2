/**
 * Cairn as a library: C-CDA documents in, FHIR R4 Bundles out.
 *
 *   const converter = createConverter({});
 *   const { bundle, ledger } = converter.convert(await readFile('note.xml'), { bundle: 'document' });
 *   console.log(writeJson(bundle));
 */
export { createConverter } from './convert.js';
export { convertEach, type Converted } from './convert-each.js';
export { isEnvelope, unwrap, type UnwrapOptions } from './unwrap/unwrap.js';
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
  TraceEntry,
} from './conversion.js';
export type { IssueCode } from './xml/issue-codes.js';
export type { Issue, IssuePlace } from './xml/issue.js';
