import type { NewDocument } from '../../store/records.js';
import { isEnvelope } from '../../unwrap/unwrap.js';

/** What the store takes in: a document as it is, or an envelope that is opened behind the answer. */
export function newDocument(document: Omit<NewDocument, 'isEnvelope'>): NewDocument {
  return { ...document, isEnvelope: isEnvelope(document.bytes, document.mediaType) };
}
