/** Each document of a folder once by @medplum/ccda, as JSON in the memory: `node one-pass.mjs FOLDER`. */
import { documents } from './documents.mjs';

globalThis.WebSocket ??= class {};
const { convertCcdaToFhir, convertXmlToCcda } = await import('@medplum/ccda');
const decoder = new TextDecoder();
// It reports what it can't read on the console.
console.log = console.warn = console.error = () => {};
for (const { bytes } of documents(process.argv[2])) {
  try {
    JSON.stringify(convertCcdaToFhir(convertXmlToCcda(decoder.decode(bytes)), { ignoreUnsupportedSections: true }));
  } catch {
    // It does not know half of the sections of some documents.
  }
}
