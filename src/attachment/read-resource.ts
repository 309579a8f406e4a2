import { elementOf, isPrimitive, type ElementDefinition } from '../fhir/elements.js';
import { checkShape, isObject, ShapeError } from '../fhir/shape.js';
import { fhirFromXml } from '../unwrap/fhir-xml.js';
import { looksLikeXml } from '../unwrap/kind.js';
import { SubmissionError } from './submission-error.js';

export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

/**
 * A FHIR resource from its bytes, JSON or XML, in the shape of its JSON.
 *
 * @throws SubmissionError 400 where it is neither, or has not the shape of FHIR R4
 */
export function readResource(bytes: Uint8Array): Resource {
  const value = looksLikeXml(bytes) ? fromXml(bytes) : fromJson(bytes);
  if (!isObject(value) || typeof value.resourceType !== 'string')
    throw new SubmissionError(400, 'structure', 'The body is no FHIR resource.');
  try {
    checkShape(value);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new SubmissionError(400, 'structure', error.message, error.expression);
  }
  return value as Resource;
}

function fromJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new SubmissionError(400, 'structure', 'The body is not well-formed JSON in UTF-8.');
  }
}

function fromXml(bytes: Uint8Array): unknown {
  const narratives: string[] = [];
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = fhirFromXml(Buffer.from(setAside(text, narratives), 'utf8'));
  } catch {
    throw new SubmissionError(400, 'structure', 'The body is not well-formed XML.');
  }
  return asJson(value, isObject(value) ? String(value.resourceType) : '', narratives);
}

/** Stands for a narrative while the rest is read: XHTML is a text in JSON, and no tree (FHIR R4 2.6.2.3). */
const NARRATIVE = 'narrativeDiv';

function setAside(xml: string, narratives: string[]): string {
  let out = '';
  let from = 0;
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of xml.matchAll(/<div(?=[\s/>])[^>]*>|<\/div\s*>/g)) {
    const closes = tag.startsWith('</');
    if (!closes && depth === 0) start = index;
    if (!tag.endsWith('/>')) depth += closes ? -1 : 1;
    if (depth > 0 || start < from) continue;
    out += `${xml.slice(from, start)}<${NARRATIVE} value="${narratives.length}"/>`;
    from = index + tag.length;
    narratives.push(xml.slice(start, from));
  }
  return out + xml.slice(from);
}

/** XML does not say what repeats, and writes numbers as any other text: FHIR's definitions do (FHIR R4 2.1.4, 2.6.2). */
function asJson(value: unknown, type: string, narratives: readonly string[]): unknown {
  if (!isObject(value)) return value;
  const path = typeof value.resourceType === 'string' ? value.resourceType : type;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === NARRATIVE) return ['div', narratives[Number(inner)]];
      const element = elementOf(path, key);
      if (element === undefined) return [key, inner];
      const items = (Array.isArray(inner) ? inner : [inner]).map((one: unknown) => valueOf(one, element, narratives));
      return [key, element.array ? items : items[0]];
    }),
  );
}

function valueOf(value: unknown, element: ElementDefinition, narratives: readonly string[]): unknown {
  const [type = ''] = element.types;
  if (typeof value !== 'string') return asJson(value, element.path ?? type, narratives);
  if (!isPrimitive(type)) return value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  const number = /^(decimal|integer|positiveInt|unsignedInt)$/.test(type) ? Number(value) : NaN;
  return Number.isNaN(number) ? value : number;
}
