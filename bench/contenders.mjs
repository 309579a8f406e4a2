import { XMLParser } from 'fast-xml-parser';
import { cairn } from './cairn.mjs';

// It asks for a newer Node than ours, of which converting needs no more than that this name exists.
globalThis.WebSocket ??= class {};
const { convertCcdaToFhir, convertXmlToCcda } = await import('@medplum/ccda');

const { createConverter, writeJson } = await cairn();
const converter = createConverter({});
const parser = new XMLParser({ ignoreAttributes: false });
const decoder = new TextDecoder();

/** Each function takes the bytes of a document and does what its name says. */
export const contenders = {
  'Cairn: Bundle and ledger': (bytes) => {
    const { bundle, ledger } = converter.convert(bytes);
    return [bundle, ledger.totals];
  },
  'Cairn: the same, to JSON text': (bytes) => {
    const { bundle, ledger } = converter.convert(bytes);
    return [writeJson(bundle), ledger.totals];
  },
  // Without the option it refuses half of the corpus.
  '@medplum/ccda: Bundle': (bytes) =>
    convertCcdaToFhir(convertXmlToCcda(decoder.decode(bytes)), { ignoreUnsupportedSections: true }),
  'fast-xml-parser: only parsed': (bytes) => parser.parse(decoder.decode(bytes)),
};
