import { operationOutcome } from '../errors/outcome.js';
import { ServiceError } from '../errors/service-error.js';
import { fileOfForm } from '../limits/multipart.js';
import { documentTypes, FORM } from '../routes/convert.js';
import { optionsFrom } from '../routes/options.js';
import type { Failure, ConversionOptions } from '../workers/job.js';
import type { Message } from './message.js';

/** A message is what a request to `/documents` is: the value its body, the headers its headers. */
export interface DocumentOfMessage {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly options: ConversionOptions;
}

export interface MessageRules {
  /** Of all documents of the topics. */
  readonly sender: string | undefined;
  readonly maxMegabytes: number;
  /** The names of the mapping sets. */
  readonly sets: () => readonly string[];
}

const MEGABYTE = 1_000_000;

/** What is in a body is seen in the body itself; this is what it is sent as where nothing is said. */
const ANY_TYPE = 'application/octet-stream';

/** @throws ServiceError for what is refused whatever is in it */
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
  // Whoever puts messages there may say of all of them that they are JSON, or text.
  return { bytes: value, mediaType: documentTypes.includes(type) ? said : ANY_TYPE, options };
}

/** What is said of a message, or of a document in it, that is refused. */
export function outcomeOfRefusal(error: ServiceError | Failure): string {
  const { code, message } = error;
  const place = error instanceof ServiceError ? {} : { line: error.line, column: error.column };
  return JSON.stringify(operationOutcome([{ severity: 'error', code, text: message, ...place }]));
}
