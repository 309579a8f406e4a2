import type { Attachment } from 'mailparser';
import { whenNeeded } from '../when-needed.js';
import type { Budget } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import type { Inner } from './part.js';
import { documentsOfSoap, filesInSoap, isSoap } from './soap.js';

/** Most feeds send no MIME. */
const mailparser = whenNeeded('mailparser') as () => typeof import('mailparser');

/**
 * Opens a MIME message: an e-mail that Direct delivered and that is already decrypted, the parts of an X12 attachment,
 * or SOAP with its documents beside it (MTOM and XOP, as XDR and XCA send them).
 *
 * @param mediaType of the body, with its boundary, if the body has no header of its own (HTTP)
 */
export async function* openMime(bytes: Uint8Array, budget: Budget, mediaType = ''): AsyncGenerator<Inner | Unopened> {
  const { attachments, text } = await parse(bytes, mediaType);
  const soap = attachments.find(({ content }) => isSoap(content));
  const message = soap === undefined ? undefined : documentsOfSoap(soap.content);
  let number = 0;
  for (const attachment of attachments) {
    number++;
    if (attachment === soap) continue;
    const uniqueId = attachment.cid === undefined ? undefined : message?.uniqueIds.get(attachment.cid);
    budget.takeFile(attachment.content.length);
    yield {
      bytes: attachment.content,
      step: { kind: 'mime', place: `part ${number}` },
      name: attachment.filename ?? '',
      facts: uniqueId === undefined ? {} : { uniqueId },
      // A message also has pictures of a handwritten signature and certificates. Only a part that says it is XML has to
      // be a document.
      maybe: !/xml|cda|zip|json|hl7|edi/i.test(`${attachment.contentType} ${attachment.filename ?? ''}`),
      beside: (name) =>
        Promise.resolve(
          attachments.find(({ filename, cid }) => filename === name || `cid:${cid ?? ''}` === name)?.content,
        ),
    };
  }
  if (message !== undefined) yield* filesInSoap(message.inline, budget);
  if (/^\s*(?:<[?A-Za-z]|PD94bWwg)/.test(text)) {
    const content = Buffer.from(text, 'utf8');
    budget.takeFile(content.length);
    yield { bytes: content, step: { kind: 'mime', place: 'text' }, name: '', facts: {}, maybe: false };
  }
}

async function parse(bytes: Uint8Array, mediaType: string): Promise<{ attachments: Attachment[]; text: string }> {
  const { simpleParser } = mailparser();
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = Buffer.concat([Buffer.from(headerFor(given, mediaType), 'latin1'), given]);
  try {
    const { attachments, text } = await simpleParser(message, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
    });
    return { attachments, text: text ?? '' };
  } catch {
    throw new EnvelopeError('structure', 'the MIME message cannot be read');
  }
}

/**
 * The header that the body lacks. Over HTTP the boundary stands in the request. For a file that begins with a
 * boundary, the header is made from its first line.
 */
function headerFor(bytes: Buffer, mediaType: string): string {
  if (/^multipart\//i.test(mediaType)) return `MIME-Version: 1.0\r\nContent-Type: ${mediaType}\r\n\r\n`;
  const boundary = /^\s*--([^\r\n]{1,200}?)\s*\r?\n/.exec(bytes.toString('latin1', 0, 512))?.[1];
  if (boundary === undefined) return '';
  return `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
}
