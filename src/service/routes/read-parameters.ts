/** Reads a request that is a FHIR Parameters resource: names with texts or booleans. */
import type { Request, Response } from 'express';
import { placeOfJsonMistake } from '../../json-place.js';
import { ServiceError } from '../errors/service-error.js';
import { readBody } from '../limits/body.js';
import { checkType } from './negotiation.js';
import type { Service } from './route.js';

const parametersTypes = ['application/fhir+json', 'application/json'];

/** The request body of an operation that takes Parameters, for the description of the API. */
export const parametersBody = {
  required: true,
  content: Object.fromEntries(parametersTypes.map((type) => [type, { schema: { type: 'object' } }])),
};

export type Given = readonly { readonly name: string; readonly value: string | boolean }[];

/** @throws ServiceError 400, 415 */
export async function readParameters(service: Service, request: Request, response: Response): Promise<Given> {
  checkType(request, parametersTypes);
  const body = await readBody(request, response, service.settings.limits, service.budget);
  try {
    return given(body.bytes);
  } finally {
    body.release();
  }
}

/** @throws ServiceError 400 */
function given(bytes: Uint8Array): Given {
  let value: unknown;
  const text = Buffer.from(bytes).toString('utf8');
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError(400, 'structure', 'The body is not JSON.', placeOfJsonMistake(text));
  }
  const { resourceType, parameter = [] } = (value ?? {}) as { resourceType?: unknown; parameter?: unknown };
  if (resourceType !== 'Parameters' || !Array.isArray(parameter))
    throw new ServiceError(400, 'structure', 'The body must be a FHIR Parameters resource.');
  return (parameter as Record<string, unknown>[]).map((one) => {
    const found = Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];
    if (typeof one.name !== 'string' || (typeof found !== 'string' && typeof found !== 'boolean'))
      throw new ServiceError(400, 'structure', 'Each parameter needs a name and a text or a boolean.');
    return { name: one.name, value: found };
  });
}

export function parameterTexts(all: Given, wanted: string): string[] {
  return all.flatMap(({ name, value }) => (name === wanted ? [String(value)] : []));
}

export function parameterText(all: Given, wanted: string): string | undefined {
  return parameterTexts(all, wanted)[0];
}
