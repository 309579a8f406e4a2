import { DocumentError } from '../xml/document-error.js';

/** An envelope, or a part of it, that can't be opened. The message is one line and quotes nothing of the content. */
export class EnvelopeError extends DocumentError {}

/** Given in the place of a part that can't be opened. The parts after it are still opened. */
export interface Unopened {
  readonly error: EnvelopeError;
  readonly place: string;
}
