import { convertCcdaToFhir, convertXmlToCcda } from '@medplum/ccda';
import { XMLParser } from 'fast-xml-parser';
import { cairn } from './cairn.mjs';

const { createConverter, writeJson } = await cairn();
const converter = createConverter({});
const parser = new XMLParser({ ignoreAttributes: false });
const decoder = new TextDecoder();

/** Each takes the bytes of a document and does the whole of what its name says. */
export const contenders = {
  'Cairn: Bundle and ledger': (bytes) => {
    const { bundle, ledger } = converter.convert(bytes);
    return [bundle, ledger.totals];
  },
  'Cairn: the same, to JSON text': (bytes) => {
    const { bundle, ledger } = converter.convert(bytes);
    return [writeJson(bundle), ledger.totals];
  },
  '@medplum/ccda: Bundle': (bytes) => convertCcdaToFhir(convertXmlToCcda(decoder.decode(bytes))),
  'fast-xml-parser: only parsed': (bytes) => parser.parse(decoder.decode(bytes)),
};
