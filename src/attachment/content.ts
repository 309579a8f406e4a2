/** What an attachment holds: files in a DocumentReference or a Binary, or FHIR resources as they are. */
import { createHash } from 'node:crypto';
import { isObject } from '../fhir/shape.js';
import type { Resource } from './read-resource.js';
import type { SubmittedAttachment } from './submission.js';
import { SubmissionError } from './submission-error.js';

export interface AttachedFile {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly title: string | undefined;
  /** What the sender should know of the attachment, although it is no error. */
  readonly warnings: readonly string[];
  readonly at: string;
}

export type Content =
  | { readonly kind: 'files'; readonly files: readonly AttachedFile[]; readonly reference: Resource | undefined }
  | { readonly kind: 'resources'; readonly resource: Resource };

/** @throws SubmissionError 400 where data are not what they claim to be, 422 for what is only pointed at */
export function submittedContent({ content, at }: SubmittedAttachment): Content {
  const place = `${at}.part.where(name='Content').resource`;
  switch (content.resourceType) {
    case 'DocumentReference':
      return { kind: 'files', files: filesOf(content, place), reference: content };
    case 'Binary': {
      const { contentType } = content;
      const bytes = dataOf(content.data, `${place}.data`);
      const type = typeof contentType === 'string' ? contentType : undefined;
      return {
        kind: 'files',
        files: [{ bytes, contentType: type, title: undefined, warnings: [], at: place }],
        reference: undefined,
      };
    }
    default:
      return { kind: 'resources', resource: content };
  }
}

function filesOf({ content }: Resource, place: string): AttachedFile[] {
  const contents = Array.isArray(content) ? (content as unknown[]) : [];
  if (contents.length === 0) {
    throw new SubmissionError(400, 'required', 'A DocumentReference must have a content.', `${place}.content`);
  }
  return contents.map((one, index) => {
    const at = `${place}.content[${index}].attachment`;
    const attachment = isObject(one) && isObject(one.attachment) ? one.attachment : {};
    const { data, url, hash, size, contentType, title } = attachment;
    if (data === undefined && url !== undefined) {
      throw new SubmissionError(
        422,
        'not-supported',
        'An attachment must bring its data: addresses are never fetched here.',
        `${at}.url`,
      );
    }
    const bytes = dataOf(data, `${at}.data`);
    return {
      bytes,
      contentType: typeof contentType === 'string' ? contentType : undefined,
      title: typeof title === 'string' ? title : undefined,
      warnings: [...checkHash(hash, bytes, `${at}.hash`), ...checkSize(size, bytes)],
      at,
    };
  });
}

function dataOf(data: unknown, at: string): Buffer {
  if (typeof data !== 'string' || data === '') {
    throw new SubmissionError(400, 'required', 'An attachment must bring its data.', at);
  }
  const packed = data.replace(/\s+/g, '');
  if (packed === '' || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new SubmissionError(400, 'value', 'The data of an attachment is not base64.', at);
  }
  return Buffer.from(packed, 'base64');
}

/** Base64 of the SHA-1 (FHIR R4, Attachment.hash); the example of CDex 2.1 has 40 hexadecimal digits instead. */
function checkHash(hash: unknown, bytes: Uint8Array, at: string): string[] {
  if (typeof hash !== 'string') return [];
  const digest = createHash('sha1').update(bytes).digest();
  if (hash === digest.toString('base64')) return [];
  const asHex = [hash, Buffer.from(hash, 'base64').toString('latin1')].some(
    (text) => text.toLowerCase() === digest.toString('hex'),
  );
  if (asHex) return ['The hash is hexadecimal; FHIR wants base64 of the SHA-1.'];
  throw new SubmissionError(400, 'value', 'The hash of an attachment is not that of its data.', at);
}

function checkSize(size: unknown, bytes: Uint8Array): string[] {
  return typeof size === 'number' && size !== bytes.length ? ['The size that is told is not that of the data.'] : [];
}
