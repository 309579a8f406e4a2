/** @medplum/ccda behind a bare route, as its users would write it first. */
import express from 'express';

// It asks for a newer Node than ours, of which converting needs no more than that this name exists.
globalThis.WebSocket ??= class {};
const { convertCcdaToFhir, convertXmlToCcda } = await import('@medplum/ccda');

const app = express();
app.post('/convert', express.text({ type: '*/*', limit: '50mb' }), (request, response) => {
  // Without the option it refuses half of the corpus.
  response.json(convertCcdaToFhir(convertXmlToCcda(request.body), { ignoreUnsupportedSections: true }));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ address: `http://127.0.0.1:${server.address().port}` }));
});
process.once('SIGTERM', () => process.exit(0));
