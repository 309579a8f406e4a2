/** What this service can do, in FHIR's own words (R4 CapabilityStatement, OperationDefinition). */
import type { CapabilityStatement, OperationDefinition, OperationDefinitionParameter } from 'fhir/r4.js';
import type { Settings } from '../settings/schema.js';
import { VERSION } from '../../version.js';

/** The statement has the date of the process, because a new version or a new setting needs a new process. */
const date = new Date().toISOString();

const convert: OperationDefinition = {
  resourceType: 'OperationDefinition',
  id: 'convert',
  name: 'Convert',
  title: 'Convert a C-CDA document',
  status: 'active',
  kind: 'operation',
  description:
    'Turns a C-CDA document into a US Core Bundle. The document is the body of the request itself, as XML; the other parameters are in the query. `/convert` is the same.',
  affectsState: false,
  code: 'convert',
  system: true,
  type: false,
  instance: false,
  parameter: [
    parameter('document', 'in', 1, 'base64Binary', 'The C-CDA document; the body of the request.'),
    parameter('bundle', 'in', 0, 'code', 'transaction, document or collection.'),
    parameter('sender', 'in', 0, 'string', 'Sender whose overlay applies.'),
    parameter('timeZone', 'in', 0, 'string', 'IANA time zone, or document.'),
    parameter('mappings', 'in', 0, 'string', 'Name of a mapping set.'),
    parameter('usCore', 'in', 0, 'string', 'The version of US Core that the Bundle follows.'),
    parameter('versionedProfiles', 'in', 0, 'boolean', 'Whether profiles of US Core are claimed with their version.'),
    parameter('keepRepeats', 'in', 0, 'boolean', 'Whether a repeated statement becomes two resources.'),
    parameter('units', 'in', 0, 'code', 'said, ucum or canonical.'),
    parameter('terms', 'in', 0, 'boolean', 'Whether the term pack of the service is used.'),
    parameter('include', 'in', 0, 'string', 'List of ledger, trace and issues.'),
    parameter('return', 'out', 1, 'Resource', 'The Bundle; with include, Parameters that hold it.'),
  ],
};

const convertData: OperationDefinition = {
  resourceType: 'OperationDefinition',
  id: 'convert-data',
  name: 'ConvertData',
  title: 'Convert data',
  status: 'active',
  kind: 'operation',
  description: 'The operation that FHIR services on Azure offer, for C-CDA documents.',
  affectsState: false,
  code: 'convert-data',
  system: true,
  type: false,
  instance: false,
  parameter: [
    parameter('inputData', 'in', 1, 'string', 'The C-CDA document.'),
    parameter('inputDataType', 'in', 1, 'string', 'Ccda.'),
    parameter(
      'templateCollectionReference',
      'in',
      1,
      'string',
      'microsofthealth/ccdatemplates:default, or the name of a mapping set.',
    ),
    parameter(
      'rootTemplate',
      'in',
      1,
      'string',
      'The kind of document: CCD, ProgressNote, … A wrong one is a warning.',
    ),
    parameter('return', 'out', 1, 'Bundle', 'The Bundle.'),
  ],
};

const answer: OperationDefinition = {
  resourceType: 'OperationDefinition',
  id: 'answer',
  name: 'Answer',
  title: 'Answer a data request from documents',
  status: 'active',
  kind: 'operation',
  description: 'Answers a CDex Task Data Request from documents: a pure function, nothing is stored.',
  affectsState: false,
  code: 'answer',
  resource: ['Task'],
  system: false,
  type: true,
  instance: false,
  parameter: [
    parameter('task', 'in', 1, 'Task', 'The Task, open.'),
    { ...parameter('document', 'in', 1, 'Resource', 'DocumentReference, Binary or Bundle.'), max: '*' },
    parameter('return', 'out', 1, 'Task', 'The Task, completed, rejected or failed.'),
  ],
};

export const operations: readonly OperationDefinition[] = [convert, convertData, answer];

/** CDex's own definition. */
const SUBMIT = 'http://hl7.org/fhir/us/davinci-cdex/OperationDefinition/submit-attachment';

function parameter(
  name: string,
  use: 'in' | 'out',
  min: number,
  type: OperationDefinitionParameter['type'],
  documentation: string,
): OperationDefinitionParameter {
  return { name, use, min, max: '1', documentation, ...(type === undefined ? {} : { type }) };
}

/**
 * `base` is the address by which the client reached the service, so that addresses in the statement lead back there.
 */
export function capabilityStatement(
  base: string,
  guarded: boolean,
  { limits, attachments }: Settings,
): CapabilityStatement {
  const own = (definition: OperationDefinition): { name: string; definition: string } => ({
    name: definition.code,
    definition: `${base}/OperationDefinition/${definition.code}`,
  });
  // CDex CONF-022 to CONF-024: the largest size, what to do beyond it, and whether Final is used.
  const submit = {
    name: 'submit-attachment',
    definition: SUBMIT,
    documentation:
      `The largest body is ${limits.bodyMegabytes} MB; a larger one is answered with 413. Send attachments beyond it one by one, ` +
      'with the same TrackingId and with Final false in all but the last: Final is used. Data must stand in the body; ' +
      `a url is not fetched (422). Signatures: ${attachments.signature}.`,
  };
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Cairn', version: VERSION },
    implementation: {
      description: 'Cairn: C-CDA documents in, provenance-tagged FHIR R4 US Core Bundles out',
      url: base,
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'application/fhir+ndjson'],
    rest: [
      {
        mode: 'server',
        documentation: 'Only operations: nothing is stored.',
        ...(guarded
          ? { security: { description: 'API key (X-API-Key) or bearer token as in SMART backend services.' } }
          : {}),
        resource: [
          { type: 'Claim', operation: [submit] },
          { type: 'Task', operation: [own(answer)] },
        ],
        operation: [...operations.filter(({ system }) => system).map(own), submit],
      },
    ],
  };
}
