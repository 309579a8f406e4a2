import { DocumentError } from '../xml/document-error.js';

/** An envelope, or a part of it, that can't be opened. The message is one line and quotes nothing of the content. */
export class EnvelopeError extends DocumentError {}

/** What stands in for a part that can't be opened, so that those behind it can be. */
export interface Unopened {
  readonly error: EnvelopeError;
  readonly place: string;
}
