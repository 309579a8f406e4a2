import { elementOf, isPrimitive, type ElementDefinition } from '../fhir/elements.js';
import { fhirFromXml } from '../unwrap/fhir-xml.js';
import { looksLikeXml } from '../unwrap/kind.js';
import { SubmissionError } from './submission-error.js';

export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

/**
 * A FHIR resource from its bytes, JSON or XML, in the shape of its JSON.
 *
 * @throws SubmissionError 400 where it is neither
 */
export function readResource(bytes: Uint8Array): Resource {
  const value = looksLikeXml(bytes) ? fromXml(bytes) : fromJson(bytes);
  if (isObject(value) && typeof value.resourceType === 'string') return value as Resource;
  throw new SubmissionError(400, 'structure', 'The body is no FHIR resource.');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new SubmissionError(400, 'structure', 'The body is not well-formed JSON in UTF-8.');
  }
}

function fromXml(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = fhirFromXml(bytes);
  } catch {
    throw new SubmissionError(400, 'structure', 'The body is not well-formed XML.');
  }
  return asJson(value, isObject(value) ? String(value.resourceType) : '');
}

/** XML does not say what repeats, and writes numbers as any other text: FHIR's definitions do (FHIR R4 2.1.4, 2.6.2). */
function asJson(value: unknown, type: string): unknown {
  if (!isObject(value)) return value;
  const path = typeof value.resourceType === 'string' ? value.resourceType : type;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const element = elementOf(path, key);
      if (element === undefined) return [key, inner];
      const items = (Array.isArray(inner) ? inner : [inner]).map((one: unknown) => valueOf(one, element));
      return [key, element.array ? items : items[0]];
    }),
  );
}

function valueOf(value: unknown, element: ElementDefinition): unknown {
  const [type = ''] = element.types;
  if (typeof value !== 'string') return asJson(value, element.path ?? type);
  if (!isPrimitive(type)) return value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  const number = /^(decimal|integer|positiveInt|unsignedInt)$/.test(type) ? Number(value) : NaN;
  return Number.isNaN(number) ? value : number;
}
