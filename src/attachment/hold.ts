/**
 * What is done with one attached file or resource: C-CDA is converted, FHIR is taken as it is, any other file is kept.
 */
import { createHash } from 'node:crypto';
import type { Bundle, DocumentReference, FhirResource } from 'fhir/r4.js';
import type { Conversion, ConvertOptions, Converter } from '../conversion.js';
import { convertEach } from '../convert-each.js';
import { LimitError } from '../limit-error.js';
import { kindOf, looksLikeXml } from '../unwrap/kind.js';
import type { AttachedFile, Content } from './content.js';
import type { Told } from './told.js';
import type { Resource } from './read-resource.js';
import type { Submission, SubmittedAttachment } from './submission.js';
import { SubmissionError } from './submission-error.js';

export interface Held {
  readonly attachment: SubmittedAttachment;
  readonly bundle: Bundle;
  /** The DocumentReference (or other resource) that stands for it in the Task. */
  readonly stands: { readonly resourceType: string; readonly id: string };
  /** Whether its facts were read: it is a C-CDA document that was converted, or FHIR. */
  readonly converted: boolean;
  /** Of a C-CDA document. */
  readonly conversion?: Conversion;
  /** The submitted FHIR resource, whose signature can be checked. */
  readonly resource?: Resource;
}

interface HoldContext {
  readonly attachment: SubmittedAttachment;
  /** What the resources that are made should say about the attachment. */
  readonly submission: Pick<Submission, 'trackingId' | 'memberId'>;
  readonly index: number;
  readonly id: (name: string) => string;
  readonly told: Told[];
}

interface FileContext extends HoldContext {
  readonly converter: Converter;
  readonly convert: ConvertOptions;
}

/** The contents of an attachment: its one resource, or its files. */
export async function holdContent(content: Content, context: FileContext): Promise<Held[]> {
  if (content.kind === 'resources') return [holdResource(content.resource, context)];
  return Promise.all(content.files.map((file, place) => holdFile(file, content.reference, place, context)));
}

/** FHIR as it is: the resources of a Bundle, or the single resource. */
function holdResource(resource: Resource, { attachment, id, told }: HoldContext): Held {
  const own = { ...resource, id: typeof resource.id === 'string' ? resource.id : id('resource') };
  if (resource.resourceType === 'QuestionnaireResponse') {
    told.push({
      severity: 'information',
      code: 'informational',
      text: 'A QuestionnaireResponse is kept and not read.',
      at: attachment.at,
    });
  }
  const bundle = (resource.resourceType === 'Bundle'
    ? own
    : { resourceType: 'Bundle', type: 'collection', entry: [{ resource: own }] }) as unknown as Bundle;
  return { attachment, bundle, stands: own, converted: true, resource };
}

/**
 * A file. What is C-CDA by its content is converted, whatever its contentType says.
 *
 * @throws SubmissionError as `/convert` would answer to the document, with the place of the attachment
 */
async function holdFile(
  file: AttachedFile,
  reference: Resource | undefined,
  place: number,
  context: FileContext,
): Promise<Held> {
  const { attachment, told } = context;
  for (const text of file.warnings) told.push({ severity: 'warning', code: 'value', text, at: file.at });
  const { is } = kindOf(file.bytes);
  if (is === 'document' && looksLikeXml(file.bytes)) {
    const conversion = convertDocument(file, context);
    const { bundle } = conversion;
    return { attachment, bundle: related(bundle, context), stands: sourceOf(bundle), converted: true, conversion };
  }
  if (is === 'envelope') {
    const inner = await onlyDocument(file, context);
    if (inner !== undefined) {
      const bundle = related(inner.bundle, context);
      return { attachment, bundle, stands: sourceOf(bundle), converted: true, conversion: inner };
    }
  }
  told.push({
    severity: 'warning',
    code: 'not-supported',
    text: `Attachment ${context.index + 1} is kept as it is: no facts of it were read.`,
    at: file.at,
    kind: 'not-converted',
  });
  const kept = keptReference(file, reference, place, context);
  const bundle: Bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: kept }] };
  return { attachment, bundle, stands: kept, converted: false };
}

function convertDocument(file: AttachedFile, { converter, convert, index }: FileContext): Conversion {
  try {
    return converter.convert(file.bytes, convert);
  } catch (error) {
    throw refusal(error, index, file.at);
  }
}

/** An archive or message with one document is opened. If it has several, nobody knows which one is meant. */
async function onlyDocument(file: AttachedFile, { converter, convert }: FileContext): Promise<Conversion | undefined> {
  const found: Conversion[] = [];
  for await (const one of convertEach(converter, file.bytes, convert)) {
    if (one.kind === 'converted') found.push(one.conversion);
    // With another limit the document could be converted, so the refusal is not final.
    if (one.kind === 'refused' && one.error instanceof LimitError) throw one.error;
  }
  return found.length === 1 ? found[0] : undefined;
}

function refusal(error: unknown, index: number, at: string): unknown {
  if (!(error instanceof Error) || error.name !== 'DocumentError') return error;
  const { code, message, line, column } = error as Error & {
    readonly code: 'structure' | 'too-costly' | 'not-supported';
    readonly line: number;
    readonly column: number;
  };
  const text = `Attachment ${index + 1}: ${message}`;
  return new SubmissionError(code === 'structure' ? 400 : 422, code, text, at, { line, column });
}

function sourceOf({ entry = [] }: Bundle): DocumentReference & { id: string } {
  const found = entry.map(({ resource }) => resource).find((one) => isSource(one as FhirResource | undefined));
  return found as DocumentReference & { id: string };
}

/** The document itself, not a document that it mentions: its address is its hash. */
function isSource(resource: FhirResource | undefined): resource is DocumentReference {
  return (
    resource?.resourceType === 'DocumentReference' &&
    resource.content.some(({ attachment }) => attachment.url?.startsWith('ni:///') ?? false)
  );
}

/** The DocumentReference of the source says which claim or request it is for. */
function related(bundle: Bundle, { submission }: HoldContext): Bundle {
  const { trackingId } = submission;
  if (trackingId.value === undefined) return bundle;
  return {
    ...bundle,
    entry: (bundle.entry ?? []).map((entry) => {
      const resource = entry.resource as FhirResource | undefined;
      if (!isSource(resource)) return entry;
      const { context = {} } = resource;
      return {
        ...entry,
        resource: {
          ...resource,
          context: { ...context, related: [...(context.related ?? []), { type: 'Claim', identifier: trackingId }] },
        },
      };
    }),
  };
}

/** What the sender said about the file, and the file itself. */
function keptReference(
  { bytes, contentType, title }: AttachedFile,
  reference: Resource | undefined,
  place: number,
  { attachment, submission, id }: HoldContext,
): DocumentReference & { id: string } {
  const { type, category, date, author } = (reference ?? {}) as Partial<DocumentReference>;
  const own = type ?? attachment.code;
  return {
    resourceType: 'DocumentReference',
    id: id(`file ${place} ${createHash('sha256').update(bytes).digest('hex')}`),
    status: 'current',
    ...(own === undefined ? {} : { type: own }),
    ...(category === undefined ? {} : { category }),
    subject: { type: 'Patient', identifier: submission.memberId },
    ...(date === undefined ? {} : { date }),
    ...(author === undefined ? {} : { author: author.filter(({ reference: to }) => to === undefined) }),
    content: [
      {
        attachment: {
          ...(contentType === undefined ? {} : { contentType }),
          data: Buffer.from(bytes).toString('base64'),
          size: bytes.length,
          hash: createHash('sha1').update(bytes).digest('base64'),
          ...(title === undefined ? {} : { title }),
        },
      },
    ],
    context: { related: [{ type: 'Claim', identifier: submission.trackingId }] },
  };
}
