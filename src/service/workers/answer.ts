/** A conversion as the bytes of the format that the client asked for. */
import type { Bundle, Parameters } from 'fhir/r4.js';
import { writeXml } from '../../bundle/write-xml.js';
import type { Conversion } from '../../conversion.js';
import type { Finding } from '../errors/outcome.js';
import { bundleJson, parametersJson } from './bundle-json.js';
import { encode } from './encode.js';
import type { Job } from './job.js';
import { ndjsonLines } from './ndjson.js';
import { parametersBeside, type LazyParameter } from './parameters.js';

export function answerBytes(
  conversion: Conversion,
  warnings: readonly Finding[],
  { format, include }: Job,
): Uint8Array {
  const { bundle } = conversion;
  if (format === 'ndjson') return encode(ndjsonLines(bundle));
  if (include.length === 0) return encode(format === 'xml' ? [writeXml(bundle)] : bundleJson(bundle));
  const others = parametersBeside(conversion, warnings, include);
  if (format === 'json') return encode(parametersJson(bundle, others));
  return encode([writeXml(parametersOf(bundle, others))]);
}

/** The Parameters of an answer in one piece, for formats that are not written piece by piece. */
export function parametersOf(bundle: Bundle, others: Iterable<LazyParameter>): Parameters {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'bundle', resource: bundle },
      ...[...others].map(({ part, ...head }) => (part === undefined ? head : { ...head, part: [...part] })),
    ],
  };
}
