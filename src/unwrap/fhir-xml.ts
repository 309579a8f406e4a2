import { readEnvelopeXml } from './registry.js';

type Element = Readonly<Record<string, unknown>>;

/**
 * A resource in FHIR's XML form, as much like its JSON form as finding attachments needs: an element that stands once is
 * no list here.
 *
 * @throws EnvelopeError where it is no XML
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

/** `resource` and `contained` hold the resource in an element that bears its type. */
function childFrom(key: string, child: unknown): unknown {
  if (key !== 'resource' && key !== 'contained') return valueFrom(child);
  if (typeof child !== 'object' || child === null) return {};
  const [type, resource] = Object.entries(child).find(([name]) => !name.startsWith('@') && name !== '#text') ?? [];
  return type === undefined ? {} : resourceFrom(type, resource);
}
