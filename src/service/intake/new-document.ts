import type { NewDocument } from '../../store/records.js';
import { isEnvelope } from '../../unwrap/unwrap.js';

/** Until tenants are told apart, everybody who may ask sees what was sent here. */
export const TENANT = '';

/** What the store takes in: a document as it is, or an envelope that is opened behind the answer. */
export function newDocument(document: Omit<NewDocument, 'tenant' | 'isEnvelope'>): NewDocument {
  return { ...document, tenant: TENANT, isEnvelope: isEnvelope(document.bytes, document.mediaType) };
}
