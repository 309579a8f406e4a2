/**
 * The request of Azure's `$convert-data`: a Parameters resource with the document as text. Reading it is work for a
 * worker, because parsing the JSON of a large document takes long. Names and refusals are those of Azure's operation, so that
 * a pipeline which handles them there handles them here.
 */
import { placeOfJsonMistake } from '../../json-place.js';
import { ServiceError } from '../errors/service-error.js';
import { DEFAULT_SET } from './job.js';

export interface ConvertData {
  readonly document: Uint8Array;
  readonly set: string;
  readonly rootTemplate: string;
}

const names = ['inputData', 'inputDataType', 'templateCollectionReference', 'rootTemplate'] as const;

/** The names of Azure's own collections. Each means the default set of this service. */
const defaultCollection = /^microsofthealth\/(ccdatemplates|fhirconverter):default$/i;

/** @throws ServiceError 400 where Azure's operation answers 400. */
export function readConvertData(body: Uint8Array, sets: readonly string[]): ConvertData {
  const values = valuesOf(body);
  const inputData = values.get('inputData')!;
  if (values.get('inputDataType')!.toLowerCase() !== 'ccda') {
    throw new ServiceError(
      400,
      'not-supported',
      'inputDataType must be Ccda: this service converts no other kind of data.',
    );
  }
  const reference = values.get('templateCollectionReference')!;
  const set = defaultCollection.test(reference) ? DEFAULT_SET : sets.find((name) => name === reference);
  if (set === undefined) {
    throw new ServiceError(
      400,
      'value',
      'templateCollectionReference names neither the default templates nor a mapping set of this service.',
    );
  }
  return { document: documentBytes(inputData), set, rootTemplate: values.get('rootTemplate')! };
}

function valuesOf(body: Uint8Array): Map<string, string> {
  let resource: unknown;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    resource = JSON.parse(text);
  } catch {
    const bad = text === '' && body.length > 0;
    const place = bad ? {} : placeOfJsonMistake(text);
    throw new ServiceError(400, 'structure', bad ? 'The body is not UTF-8.' : 'The body is not JSON.', place);
  }
  const { resourceType, parameter } = (resource ?? {}) as { resourceType?: unknown; parameter?: unknown };
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) {
    throw new ServiceError(400, 'structure', 'The body must be a Parameters resource with a list of parameters.');
  }
  const values = new Map<string, string>();
  for (const item of parameter as unknown[]) {
    const { name, valueString } = (item ?? {}) as { name?: unknown; valueString?: unknown };
    const known = names.find((candidate) => candidate === name);
    if (known === undefined)
      throw new ServiceError(400, 'not-supported', `Unknown parameter: only ${names.join(', ')} are allowed.`);
    if (typeof valueString === 'string') values.set(known, valueString);
  }
  for (const name of names) {
    if ((values.get(name) ?? '') === '')
      throw new ServiceError(400, 'required', `The parameter ${name} must have a valueString.`);
  }
  // A decoder would silently put a replacement character there.
  if (/\p{Surrogate}/u.test(values.get('inputData')!)) {
    throw new ServiceError(400, 'structure', 'inputData holds half of a character (a lone surrogate).');
  }
  return values;
}

/**
 * The text is Unicode already, whatever encoding its declaration still names; a byte order mark says so, and stands
 * above the declaration (XML 1.0, appendix F).
 */
function documentBytes(text: string): Uint8Array {
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text.slice(0, 200))?.[1];
  const marked = declared !== undefined && !/^utf-?8$/i.test(declared) && !text.startsWith('\uFEFF');
  return new TextEncoder().encode(marked ? `\uFEFF${text}` : text);
}
