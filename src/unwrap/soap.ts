import { decodeBase64 } from './base64.js';
import type { Budget } from './budget.js';
import type { Unopened } from './envelope-error.js';
import { EnvelopeError } from './envelope-error.js';
import { hasRoot } from './kind.js';
import type { Inner } from './part.js';
import { elementsNamed, readEnvelopeXml, registeredIn, elementText } from './registry.js';

export function isSoap(bytes: Uint8Array): boolean {
  return hasRoot(bytes, 'Envelope');
}

interface SoapDocuments {
  /** The documents that stand in the message itself. */
  readonly inline: readonly { content: Buffer; uniqueId?: string; place: string }[];
  /** The XDS uniqueId of each document beside the message, by the Content-ID of its MIME part (XOP). */
  readonly uniqueIds: ReadonlyMap<string, string>;
}

/**
 * Reads a SOAP message: an ITI-41 request (Provide and Register: metadata, and for each entry a `Document` with the id
 * of that entry), or the answer of ITI-39 and ITI-43 (Retrieve: `DocumentResponse` with DocumentUniqueId).
 *
 * @throws EnvelopeError if it can't be read
 */
export function documentsOfSoap(bytes: Uint8Array): SoapDocuments {
  const parsed = readEnvelopeXml(bytes, 'the SOAP message');
  const byEntry = new Map(registeredIn(parsed).map(({ id, uniqueId }) => [id, uniqueId]));
  const documents = [
    ...elementsNamed(parsed, 'ProvideAndRegisterDocumentSetRequest').flatMap((request) =>
      elementsNamed(request, 'Document').map((document) => {
        const id = document['@id'];
        return { document, uniqueId: typeof id === 'string' ? byEntry.get(id) : undefined };
      }),
    ),
    ...elementsNamed(parsed, 'DocumentResponse').flatMap((response) =>
      elementsNamed(response, 'Document').map((document) => ({
        document,
        uniqueId: elementText(response.DocumentUniqueId) === '' ? undefined : elementText(response.DocumentUniqueId),
      })),
    ),
  ];
  const uniqueIds = new Map<string, string>();
  const inline: SoapDocuments['inline'][number][] = [];
  for (const [index, { document, uniqueId }] of documents.entries()) {
    const include = elementsNamed(document, 'Include')[0]?.['@href'];
    if (typeof include === 'string') {
      // RFC 2392: the Content-ID in a cid: address is percent-encoded.
      if (uniqueId !== undefined) uniqueIds.set(decodedCid(include.replace(/^cid:/i, '')), uniqueId);
      continue;
    }
    const content = decodeBase64(elementText(document), 'the document in the SOAP message');
    inline.push({ content, place: `document ${index + 1}`, ...(uniqueId === undefined ? {} : { uniqueId }) });
  }
  return { inline, uniqueIds };
}

/** Gives the documents that stand in the message itself. */
export function* filesInSoap(inline: SoapDocuments['inline'], budget: Budget): Generator<Inner> {
  for (const { content, uniqueId, place } of inline) {
    budget.takeFile(content.length);
    yield {
      bytes: content,
      step: { kind: 'soap', place },
      name: '',
      facts: uniqueId === undefined ? {} : { uniqueId },
      maybe: false,
    };
  }
}

/** Opens a SOAP message that has no MIME parts beside it. */
export function* openSoap(bytes: Uint8Array, budget: Budget): Generator<Inner | Unopened> {
  const { inline, uniqueIds } = documentsOfSoap(bytes);
  yield* filesInSoap(inline, budget);
  if (inline.length === 0 && uniqueIds.size > 0) {
    const text = 'the SOAP message names parts beside it (XOP); send the whole MIME message';
    throw new EnvelopeError('structure', text);
  }
}

function decodedCid(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}
