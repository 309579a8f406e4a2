import { operationOutcome } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import { fileOfForm } from '../limits/multipart.js';
import { documentTypes, FORM } from '../routes/convert.js';
import { optionsFrom } from '../routes/options.js';
import type { Failure, ConversionOptions } from '../workers/job.js';
import type { Message } from './message.js';

/**
 * A document from a message. It is the same as a request to `/documents`: the message's value is the body, its headers
 * are the headers.
 */
export interface DocumentOfMessage {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly options: ConversionOptions;
}

export interface MessageRules {
  /** The sender of all documents of these topics. */
  readonly sender: string | undefined;
  readonly maxMegabytes: number;
  /** The names of the mapping sets. */
  readonly sets: () => readonly string[];
}

const MEGABYTE = 1_000_000;

/** The type for a message without a content type. What the value really is, is seen in the value. */
const ANY_TYPE = 'application/octet-stream';

/** @throws ServiceError if the message is refused, whatever is in it */
export async function documentOfMessage(message: Message, rules: MessageRules): Promise<DocumentOfMessage> {
  const { value, headers } = message;
  if (value === undefined || value.length === 0)
    throw new ServiceError(400, 'required', 'The message is empty; its value must be a document.');
  if (value.length > rules.maxMegabytes * MEGABYTE)
    throw new ServiceError(413, 'too-long', `The message is longer than ${rules.maxMegabytes} megabytes.`);
  const client = rules.sender === undefined ? undefined : { sender: rules.sender };
  const options = optionsFrom((header) => headers.get(header.toLowerCase()), client, rules.sets());
  const said = headers.get('content-type') ?? ANY_TYPE;
  const type = said.split(';')[0]!.trim().toLowerCase();
  if (type === FORM) return { bytes: await fileOfForm(said, value), mediaType: ANY_TYPE, options };
  // Some producers label every message as JSON or text. So a type that is not one of documents is ignored.
  return { bytes: value, mediaType: documentTypes.includes(type) ? said : ANY_TYPE, options };
}

/** The OperationOutcome, as JSON, for a message or a document that is refused. */
export function outcomeOfRefusal(error: ServiceError | Failure): string {
  const { code, message } = error;
  const place = error instanceof ServiceError ? {} : { line: error.line, column: error.column };
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text: message, ...place }]));
}
