import type { XMLBuilder } from 'fast-xml-parser';
import { EXACT, type WithExactDecimals } from '../fhir/decimal.js';
import { elementOf, elementsOf, isPrimitive, isResource, type ElementDefinition } from '../fhir/elements.js';
import { whenNeeded } from '../when-needed.js';
import { ownValue } from '../own-value.js';

const xmlParser = whenNeeded('fast-xml-parser') as () => typeof import('fast-xml-parser');

/**
 * A resource as FHIR XML (FHIR R4 2.6.1): elements in the order of their definitions, decimals in the digits that the
 * source gave them. `pretty` indents by two spaces.
 *
 *   writeXml({ resourceType: 'Patient', active: true })
 *   // <?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>
 *
 * @throws Error where an element is not one of FHIR R4.
 */
export function writeXml(resource: object, pretty = false): string {
  const { resourceType } = resource as { resourceType: string };
  return builder(pretty)
    .build({
      '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
      [resourceType]: { '@_xmlns': 'http://hl7.org/fhir', ...element(resource, resourceType) },
    })
    .trimEnd();
}

const options = {
  ignoreAttributes: false,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  // Done here: the builder's own leaves line feeds in attributes as they are, and a reader makes spaces of them.
  processEntities: false,
  // A resource nests as deep as its document, whose depth was limited where it was read.
  maxNestedTags: Infinity,
};
const builders = new Map<boolean, XMLBuilder>();

function builder(pretty: boolean): XMLBuilder {
  let made = builders.get(pretty);
  if (made === undefined) {
    const { XMLBuilder } = xmlParser();
    builders.set(pretty, (made = new XMLBuilder(pretty ? { ...options, format: true } : options)));
  }
  return made;
}

/** An element as the builder takes it: `@_x` is the attribute x, `#text` what stands in it, the rest its children. */
interface XmlElement {
  [name: string]: string | XmlElement | XmlElement[];
}

function element(value: object, typePath: string): XmlElement {
  const source = value as Record<string, unknown>;
  const written = new Map<string, XmlElement[string]>();
  for (const name of namesInOrder(source, typePath)) {
    const { definition, attribute } = placeOf(typePath, name);
    const digits = ownValue((source as WithExactDecimals)[EXACT] ?? {}, name);
    if (attribute) written.set(`@_${name}`, escape(String(source[name])));
    else if (definition.types[0] === 'xhtml') written.set('#text', String(source[name]));
    else if (isPrimitive(definition.types[0] ?? ''))
      written.set(name, primitives(source[name], source[`_${name}`], digits));
    else
      written.set(
        name,
        asArray(source[name]).map((item) => complex(item as object, definition, typePath)),
      );
  }
  return Object.fromEntries(written);
}

/** A resource inside another stands in an element of its own type: `<contained><Patient>` (FHIR R4 2.6.1.2). */
function complex(value: object, definition: ElementDefinition, typePath: string): XmlElement {
  const { resourceType } = value as { resourceType?: string };
  if (resourceType !== undefined) return { [resourceType]: element(value, resourceType) };
  return element(value, definition.path ?? definition.types[0] ?? typePath);
}

/** Value and extensions of a primitive are apart in JSON, `given` and `_given`, and together in XML. */
function primitives(value: unknown, extra: unknown, digits: string | undefined): XmlElement[] {
  const values = asArray(value);
  const extras = asArray(extra);
  return Array.from({ length: Math.max(values.length, extras.length) }, (_, index) => {
    const item = values[index];
    // The number may have been set anew without its digits.
    const text = digits !== undefined && Number(digits) === item ? digits : String(item);
    return {
      ...(item === undefined || item === null ? {} : { '@_value': escape(text) }),
      ...element(extras[index] ?? {}, 'Element'),
    };
  });
}

/** The names of what the object has, `_given` counting as `given`, in the order of the type's definition. */
function namesInOrder(source: object, typePath: string): string[] {
  const names = new Set<string>();
  for (const key of Object.keys(source)) {
    if (key !== 'resourceType') names.add(key.startsWith('_') ? key.slice(1) : key);
  }
  return [...names].sort((one, other) => placeOf(typePath, one).order - placeOf(typePath, other).order);
}

interface Place {
  readonly definition: ElementDefinition;
  readonly order: number;
  readonly attribute: boolean;
}

const places = new Map<string, Map<string, Place>>();

function placeOf(typePath: string, name: string): Place {
  let ofType = places.get(typePath);
  if (ofType === undefined) places.set(typePath, (ofType = new Map<string, Place>()));
  let place = ofType.get(name);
  if (place === undefined) ofType.set(name, (place = findPlace(typePath, name)));
  return place;
}

function findPlace(typePath: string, name: string): Place {
  const definition = elementOf(typePath, name);
  if (definition === undefined) throw new Error(`${typePath} has no element ${name}`);
  // An element's id and an extension's url are attributes; a resource's id is an element (FHIR R4 2.6.1.1).
  const attribute = (name === 'id' && !isResource(typePath)) || (name === 'url' && typePath === 'Extension');
  const order = elementsOf(typePath).findIndex((other) => other.name === (definition.base ?? definition.name));
  return { definition, order: attribute ? -1 : order, attribute };
}

function asArray(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

function escape(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => escapes.get(character) ?? character);
}
