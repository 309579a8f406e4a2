import type { NewDocument } from '../../store/records.js';
import { isEnvelope } from '../../unwrap/kind.js';

/**
 * A new document for the store: one that is converted as it is, or an envelope that is opened after the answer was
 * sent.
 */
export function newDocument(document: Omit<NewDocument, 'isEnvelope'>): NewDocument {
  return { ...document, isEnvelope: isEnvelope(document.bytes, document.mediaType) };
}
