import { placeOfJsonMistake } from '../json-place.js';
import { decodeBase64 } from './base64.js';
import type { Budget } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import { fhirFromXml } from './fhir-xml.js';
import type { EnvelopeFacts, Inner } from './part.js';

type Resource = Readonly<Record<string, unknown>>;

/**
 * Opens FHIR resources that carry documents: DocumentReference, Binary, Communication (CDex), Parameters (`$docref`,
 * `$submit-attachment`), and Bundles of these (ITI-65, search results). The input is one JSON text, or NDJSON with one
 * resource a line.
 */
export function* openJson(bytes: Uint8Array, budget: Budget): Generator<Inner | Unopened> {
  const written = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const text = written.trim();
  const whole = parsed(text);
  if (whole !== undefined) {
    for (const [index, one] of list(whole).entries()) {
      yield* charged(openResource(one, Array.isArray(whole) ? `item ${index + 1}` : ''), budget);
    }
    return;
  }
  const lines = text.split(/\r?\n/);
  if (lines.length === 1 || parsed(lines[0]!.trim()) === undefined) {
    const { line, column } = placeOfJsonMistake(written);
    throw new EnvelopeError('structure', 'it is not well-formed JSON', line, column);
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const resource = parsed(line.trim());
    const place = `line ${index + 1}`;
    if (resource === undefined) yield { error: new EnvelopeError('structure', 'it is not well-formed JSON'), place };
    else yield* charged(openResource(resource, place), budget);
  }
}

/** The same in FHIR's XML form. */
export function* openFhirXml(bytes: Uint8Array, budget: Budget): Generator<Inner | Unopened> {
  yield* charged(openResource(fhirFromXml(bytes), ''), budget);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function* charged(files: Iterable<Inner | Unopened>, budget: Budget): Generator<Inner | Unopened> {
  for (const file of files) {
    if ('bytes' in file) budget.takeFile(file.bytes.length);
    yield file;
  }
}

/** How many levels of resources inside resources are searched. */
const DEEPEST = 8;

function* openResource(value: unknown, place: string, depth = 0): Generator<Inner | Unopened> {
  if (!isObject(value) || depth > DEEPEST) return;
  const binaries = binariesOf(value);
  const pointed = new Set<Resource>();
  yield* filesOf(value, place, binaries, pointed, depth);
  for (const entry of list(value.entry)) {
    const binary = isObject(entry) ? entry.resource : undefined;
    if (!isObject(binary) || binary.resourceType !== 'Binary' || pointed.has(binary)) continue;
    yield* fileOf(binary.data, join(place, `Binary ${text(binary.id)}`.trim()), {});
  }
}

function* filesOf(
  resource: Resource,
  place: string,
  binaries: ReadonlyMap<string, Resource>,
  pointed: Set<Resource>,
  depth: number,
): Generator<Inner | Unopened> {
  switch (resource.resourceType) {
    case 'Bundle':
      for (const [index, entry] of list(resource.entry).entries()) {
        const inner = isObject(entry) ? entry.resource : undefined;
        // A Binary is read where another resource points at it. Binaries that nothing points at are read last.
        if (!isObject(inner) || inner.resourceType === 'Binary') continue;
        const at = join(place, `entry ${index + 1}`);
        if (inner.resourceType === 'Bundle' || inner.resourceType === 'Parameters')
          yield* openResource(inner, at, depth + 1);
        else yield* filesOf(inner, at, binaries, pointed, depth + 1);
      }
      return;
    case 'Parameters':
      yield* filesOfParameters(resource, place, binaries, pointed, depth);
      return;
    case 'DocumentReference':
      yield* filesOfReference(resource, place, binaries, pointed);
      return;
    case 'Communication':
      for (const [index, payload] of list(resource.payload).entries()) {
        const attachment = isObject(payload) ? payload.contentAttachment : undefined;
        if (isObject(attachment))
          yield* attached(attachment, join(place, `payload ${index + 1}`), {}, binaries, pointed);
      }
      return;
    case 'Binary':
      yield* fileOf(resource.data, place, {});
      return;
    default:
  }
}

function* filesOfParameters(
  holder: Resource,
  place: string,
  binaries: ReadonlyMap<string, Resource>,
  pointed: Set<Resource>,
  depth: number,
): Generator<Inner | Unopened> {
  if (depth > DEEPEST) return;
  for (const [index, parameter] of list(holder.parameter ?? holder.part).entries()) {
    if (!isObject(parameter)) continue;
    const at = join(place, `parameter ${index + 1}`);
    if (isObject(parameter.resource)) yield* openResource(parameter.resource, at, depth + 1);
    if (isObject(parameter.valueAttachment)) yield* attached(parameter.valueAttachment, at, {}, binaries, pointed);
    if (typeof parameter.valueString === 'string' && /^\s*</.test(parameter.valueString)) {
      yield inner(Buffer.from(parameter.valueString, 'utf8'), at, {});
    }
    yield* filesOfParameters({ part: parameter.part }, at, binaries, pointed, depth + 1);
  }
}

/**
 * Senders often give the same document twice, as CDA and as PDF. So if a reference has several contents, one that is no
 * CDA document is not told as a problem.
 */
function* filesOfReference(
  reference: Resource,
  place: string,
  binaries: ReadonlyMap<string, Resource>,
  pointed: Set<Resource>,
): Generator<Inner | Unopened> {
  const master = isObject(reference.masterIdentifier) ? text(reference.masterIdentifier.value) : '';
  const facts: EnvelopeFacts = master === '' ? {} : { uniqueId: master };
  const contents = list(reference.content).filter(isObject);
  for (const [index, content] of contents.entries()) {
    if (!isObject(content.attachment)) continue;
    const at = contents.length === 1 ? place : join(place, `content ${index + 1}`);
    for (const file of attached(content.attachment, at, facts, binaries, pointed)) {
      yield 'bytes' in file && contents.length > 1 && !saysXml(content.attachment) ? { ...file, maybe: true } : file;
    }
  }
}

function saysXml({ contentType }: Resource): boolean {
  return contentType === undefined || /xml|cda/i.test(text(contentType));
}

function* attached(
  attachment: Resource,
  place: string,
  facts: EnvelopeFacts,
  binaries: ReadonlyMap<string, Resource>,
  pointed: Set<Resource>,
): Generator<Inner | Unopened> {
  if (attachment.data !== undefined) {
    yield* fileOf(attachment.data, place, facts);
    return;
  }
  const url = text(attachment.url);
  if (url === '') return;
  const binary = binaries.get(url) ?? binaries.get(url.replace(/^.*\/(Binary\/[^/]+)(?:\/_history\/.*)?$/, '$1'));
  if (binary === undefined) {
    yield {
      error: new EnvelopeError('not-supported', 'its attachment is a URL of something that was not sent with it'),
      place,
    };
    return;
  }
  pointed.add(binary);
  yield* fileOf(binary.data, place, facts);
}

function* fileOf(data: unknown, place: string, facts: EnvelopeFacts): Generator<Inner | Unopened> {
  try {
    if (typeof data !== 'string') throw new EnvelopeError('structure', 'it has no data');
    yield inner(decodeBase64(data, 'the data'), place, facts);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    yield { error, place };
  }
}

function inner(bytes: Uint8Array, place: string, facts: EnvelopeFacts): Inner {
  return { bytes, step: { kind: 'fhir', place }, name: '', facts, maybe: false };
}

/**
 * The Binaries of a Bundle, and those contained in its resources, by each address that can point at them: fullUrl,
 * `Binary/id`, `#id`.
 */
function binariesOf(root: Resource): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  const enter = (resource: unknown, fullUrl: unknown): void => {
    if (!isObject(resource)) return;
    if (resource.resourceType === 'Binary') {
      if (typeof fullUrl === 'string') found.set(fullUrl, resource);
      if (typeof resource.id === 'string') found.set(`Binary/${resource.id}`, resource);
    }
    for (const contained of list(resource.contained)) {
      if (isObject(contained) && contained.resourceType === 'Binary') found.set(`#${text(contained.id)}`, contained);
    }
  };
  enter(root, undefined);
  for (const entry of list(root.entry)) if (isObject(entry)) enter(entry.resource, entry.fullUrl);
  return found;
}

function join(outer: string, innerPlace: string): string {
  return outer === '' ? innerPlace : `${outer}, ${innerPlace}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}
