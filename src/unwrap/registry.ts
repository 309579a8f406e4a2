import type { XMLParser } from 'fast-xml-parser';
import { whenNeeded } from '../when-needed.js';
import { EnvelopeError } from './envelope-error.js';

/** What ebXML registry metadata says of one document (IHE ITI TF-3, 4.2.3): XDM's METADATA.XML, the SOAP part of XDR and XCA. */
export interface RegisteredDocument {
  /** Id within the message: `Document01`. */
  readonly id: string;
  /** Name of the file in an XDM package. */
  readonly uri?: string;
  readonly uniqueId?: string;
}

type Element = Readonly<Record<string, unknown>>;

/** XDSDocumentEntry.uniqueId. */
const UNIQUE_ID = 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab';

const library = whenNeeded('fast-xml-parser') as () => typeof import('fast-xml-parser');

let parser: XMLParser | undefined;

function theParser(): XMLParser {
  return (parser ??= new (library().XMLParser)({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
  }));
}

/**
 * Parses the XML of an envelope; prefixes of namespaces are left out of the names.
 * @param what names the text in the error message: `the SOAP message`
 * @throws EnvelopeError if it can't be read
 */
export function readEnvelopeXml(bytes: Uint8Array, what: string): Element {
  const text = Buffer.from(bytes).toString('utf8');
  // An envelope needs no document type declaration, and XML attacks begin with entities that one declares.
  if (/<!DOCTYPE/i.test(text)) throw new EnvelopeError('not-supported', `${what} has a document type declaration`);
  try {
    return theParser().parse(text) as Element;
  } catch {
    throw new EnvelopeError('structure', `${what} is not well-formed XML`);
  }
}

/**
 * Reads METADATA.XML.
 * @throws EnvelopeError if it is not well-formed XML
 */
export function readRegistry(bytes: Uint8Array): RegisteredDocument[] {
  return registeredIn(readEnvelopeXml(bytes, 'the XDS metadata'));
}

/** The ExtrinsicObjects of parsed metadata, wherever they stand in it. */
export function registeredIn(parsed: unknown): RegisteredDocument[] {
  return elementsNamed(parsed, 'ExtrinsicObject').map((object) => {
    const uri = slot(object, 'URI');
    const external = list(object.ExternalIdentifier).find((one) => one['@identificationScheme'] === UNIQUE_ID);
    const uniqueId = external?.['@value'];
    return {
      id: typeof object['@id'] === 'string' ? object['@id'] : '',
      // The metadata cuts a long URI into numbered pieces: `1|http://…`.
      ...(uri.length === 0 ? {} : { uri: uri.map((piece) => piece.replace(/^\d+\|/, '')).join('') }),
      ...(typeof uniqueId === 'string' ? { uniqueId } : {}),
    };
  });
}

/** All elements of that name, at any depth, in document order. */
export function elementsNamed(parsed: unknown, name: string): Element[] {
  const found: Element[] = [];
  const pending: unknown[] = [parsed];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      pending.push(...(value as unknown[]).toReversed());
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      if (key === name) found.push(...list(child));
      else pending.push(child);
    }
  }
  return found;
}

function slot(object: Element, name: string): string[] {
  const found = list(object.Slot).find((one) => one['@name'] === name);
  return elementsNamed(found, 'Value').map(elementText);
}

/** The text of an element. fast-xml-parser gives a plain string for an element without attributes. */
export function elementText(element: unknown): string {
  if (typeof element === 'string') return element;
  const text = typeof element === 'object' && element !== null ? (element as Element)['#text'] : undefined;
  return typeof text === 'string' ? text : '';
}

function list(value: unknown): Element[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Element[];
}
