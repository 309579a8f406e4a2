/**
 * The options of a conversion, from the query, or from headers if a client can't change the address. The query wins.
 */
import type { Request } from 'express';
import type { BundleType, Units } from '../../conversion.js';
import type { Client } from '../context.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET, type ConversionOptions, type AnswerPart } from '../workers/job.js';
import type { Parameter } from './route.js';
import { queryValue, refuseOthers } from './query.js';
import { ownValue } from '../../own-value.js';

const bundleTypes: readonly BundleType[] = ['transaction', 'document', 'collection'];
const includeParts: readonly AnswerPart[] = ['ledger', 'trace', 'issues'];
const usCorePattern = '^\\d{1,3}(?:\\.\\d{1,3}){2}(?:-[a-z]{1,20})?$';
const unitForms: readonly Units[] = ['said', 'ucum', 'canonical'];
const senderPattern = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$';

const named = [
  {
    name: 'bundle',
    header: 'Cairn-Bundle',
    description: 'Type of the Bundle; `transaction` (PUT by id, so that loading is an upsert) where absent.',
    schema: { type: 'string', enum: bundleTypes },
  },
  {
    name: 'sender',
    header: 'Cairn-Sender',
    description: 'Sender whose overlay applies. By default, the custodian or author of the document shows the sender.',
    schema: { type: 'string', pattern: senderPattern },
  },
  {
    name: 'timeZone',
    header: 'Cairn-Time-Zone',
    description:
      'IANA zone of times without an offset, or `document`: the offset of the header. By default, such times keep only their date.',
    schema: { type: 'string', minLength: 1, maxLength: 64 },
  },
  {
    name: 'mappings',
    header: 'Cairn-Mappings',
    description: 'Name of a mapping set of this service. By default: `default`.',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
  {
    name: 'usCore',
    header: 'Cairn-US-Core',
    description:
      'The version of US Core that the Bundle follows, such as 8.0.1, or 6.1.0-ecr with the profiles of the eCR guide. By default: that of the sender, of the settings or of the mapping set.',
    schema: { type: 'string', pattern: usCorePattern },
  },
  {
    name: 'versionedProfiles',
    header: 'Cairn-Versioned-Profiles',
    description: 'Whether profiles of US Core are claimed with their version.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  {
    name: 'keepRepeats',
    header: 'Cairn-Keep-Repeats',
    description: 'Whether a statement that the document repeats becomes two resources. By default it becomes one.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  {
    name: 'units',
    header: 'Cairn-Units',
    description:
      'How units are written: `said`, as in the document; `ucum`, with the standard UCUM form in the code; `canonical`, values of measurements in the unit of their LOINC code, with the original value beside it. By default as in the settings.',
    schema: { type: 'string', enum: unitForms },
  },
  {
    name: 'terms',
    header: 'Cairn-Terms',
    description: '`false`: without the term pack of the service.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
] as const;

export const optionParameters: readonly Parameter[] = [
  ...named.map(({ name, description, schema }): Parameter => ({ name, in: 'query', description, schema })),
  ...named.map(({ name, header, schema }): Parameter => ({
    name: header,
    in: 'header',
    description: `The same as \`${name}\`; the query wins.`,
    schema,
  })),
];

export const includeParameter: Parameter = {
  name: 'include',
  in: 'query',
  description: 'What the answer has in addition to the Bundle. The answer is then a Parameters resource.',
  style: 'form',
  explode: false,
  schema: { type: 'array', items: { type: 'string', enum: includeParts } },
};

/**
 * Reads the options of a request.
 * @throws ServiceError 400 for an invalid value, 403 for another sender than that of the key
 */
export function readOptions(request: Request, client: Client | undefined, sets: readonly string[]): ConversionOptions {
  return optionsFrom((header, name) => queryValue(request, name) ?? request.get(header), client, sets);
}

/**
 * Reads options that came with a document as names and values.
 *
 * @param valueOf gives a value by the name of the header and that of the query
 * @param client the client, which may be bound to a sender
 * @throws ServiceError as readOptions
 */
export function optionsFrom(
  valueOf: (header: string, name: string) => string | undefined,
  client: Pick<Client, 'sender'> | undefined,
  sets: readonly string[],
): ConversionOptions {
  const [bundle, sender, timeZone, mappings, usCore, versionedProfiles, keepRepeats, units, terms] = named.map(
    ({ name, header }) => valueOf(header, name),
  );
  if (bundle !== undefined && !bundleTypes.includes(bundle as BundleType)) {
    throw invalid(`bundle must be one of ${bundleTypes.join(', ')}.`);
  }
  if (sender !== undefined && !new RegExp(senderPattern).test(sender)) {
    throw invalid('sender must be the name of a sender of the mapping set.');
  }
  if (client?.sender !== undefined && sender !== undefined && sender !== client.sender) {
    throw new ServiceError(403, 'forbidden', 'This key is bound to another sender.');
  }
  if (timeZone !== undefined && !isZone(timeZone)) {
    throw invalid('timeZone must be an IANA time zone such as America/New_York, or document.');
  }
  if (mappings !== undefined && !sets.includes(mappings)) {
    throw invalid('mappings names no mapping set of this service.');
  }
  if (usCore !== undefined && !new RegExp(usCorePattern).test(usCore)) {
    throw invalid('usCore must be a version of US Core such as 6.1.0.');
  }
  if (versionedProfiles !== undefined && !['true', 'false'].includes(versionedProfiles)) {
    throw invalid('versionedProfiles must be true or false.');
  }
  if (units !== undefined && !unitForms.includes(units as Units)) {
    throw invalid(`units must be one of ${unitForms.join(', ')}.`);
  }
  if (terms !== undefined && !['true', 'false'].includes(terms)) throw invalid('terms must be true or false.');
  if (keepRepeats !== undefined && !['true', 'false'].includes(keepRepeats)) {
    throw invalid('keepRepeats must be true or false.');
  }
  const chosen = client?.sender ?? sender;
  return {
    set: mappings ?? DEFAULT_SET,
    ...(bundle === undefined ? {} : { bundle: bundle as BundleType }),
    ...(chosen === undefined ? {} : { sender: chosen }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(usCore === undefined ? {} : { usCore }),
    ...(versionedProfiles === 'true' ? { versionedProfiles } : {}),
    ...(keepRepeats === 'true' ? { keepRepeats } : {}),
    ...(units === undefined ? {} : { units: units as Units }),
    ...(terms === 'false' ? { terms } : {}),
  };
}

/** The headers that give these options; `optionsFrom` reads them back. */
export function headersOfOptions(options: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    named.flatMap(({ name, header }) => {
      const value = name === 'mappings' ? ownValue(options, 'set') : ownValue(options, name);
      return value === undefined || (name === 'mappings' && value === DEFAULT_SET) ? [] : [[header, value]];
    }),
  );
}

/** @throws ServiceError 400 */
export function readInclude(request: Request): AnswerPart[] {
  const text = queryValue(request, 'include') ?? '';
  const parts = text.split(',').filter((part) => part !== '');
  if (!parts.every((part): part is AnswerPart => includeParts.includes(part as AnswerPart))) {
    throw invalid(`include must be a list of ${includeParts.join(', ')}.`);
  }
  return [...new Set(parts)] as AnswerPart[];
}

/** @throws ServiceError 400 */
export function checkQuery(request: Request, others: readonly string[] = []): void {
  refuseOthers(request, [...named.map(({ name }) => name as string), 'include', ...others]);
}

function isZone(name: string): boolean {
  if (name === 'document') return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function invalid(text: string): ServiceError {
  return new ServiceError(400, 'value', text);
}
