import { readEnvelopeXml } from './registry.js';

type Element = Readonly<Record<string, unknown>>;

/**
 * Reads a resource in FHIR's XML form. The result is close enough to the JSON form to find attachments in it, but not
 * the same: an element that occurs once is a single value here, where JSON would have a list of one.
 *
 * @throws EnvelopeError if the bytes are not well-formed XML
 */
export function fhirFromXml(bytes: Uint8Array): unknown {
  const [name, root] =
    Object.entries(readEnvelopeXml(bytes, 'the FHIR resource')).find(([key]) => !key.startsWith('?')) ?? [];
  return name === undefined ? undefined : resourceFrom(name, root);
}

function resourceFrom(resourceType: string, element: unknown): Element {
  const content = valueFrom(element);
  return { resourceType, ...(typeof content === 'object' ? content : {}) };
}

function valueFrom(element: unknown): Element | string {
  if (typeof element !== 'object' || element === null) return {};
  const { '@value': primitive, ...children } = element as Element;
  if (typeof primitive === 'string') return primitive;
  return Object.fromEntries(
    Object.entries(children)
      .filter(([key]) => !key.startsWith('@') && key !== '#text' && key !== 'div')
      .map(([key, child]) => [
        key,
        Array.isArray(child) ? child.map((one) => childFrom(key, one)) : childFrom(key, child),
      ]),
  );
}

/**
 * `resource` and `contained` are wrappers: their one child element is the resource, and its name is the resource's
 * type.
 */
function childFrom(key: string, child: unknown): unknown {
  if (key !== 'resource' && key !== 'contained') return valueFrom(child);
  if (typeof child !== 'object' || child === null) return {};
  const [type, resource] = Object.entries(child).find(([name]) => !name.startsWith('@') && name !== '#text') ?? [];
  return type === undefined ? {} : resourceFrom(type, resource);
}
