import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { whenNeeded } from '../when-needed.js';
import type { Budget } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import type { EnvelopeFacts, Inner } from './part.js';
import { readRegistry, type RegisteredDocument } from './registry.js';

const yauzl = whenNeeded('yauzl') as () => typeof import('yauzl');

/** A file with one of these names should be a document. A file with another name is opened to see what it is. */
const DOCUMENT = /\.(?:xml|cda|ccda|ccd|json|ndjson|hl7|edi|x12|275|eml|zip|gz)$/i;

/** A file with one of these names is never a document, so it is not opened. */
const OTHER =
  /\.(?:xslt?|css|js|html?|pdf|png|jpe?g|gif|tiff?|bmp|svg|rtf|docx?|dcm|sha1|sha256|md5|ds_store|csv|tsv|ini|exe|sig)$/i;

/** The index of an IHE XDM package. It says which files are documents, and gives their ids. */
const METADATA = /(?:^|\/)METADATA\.XML$/i;

interface Listed {
  readonly entry: Entry;
  readonly name: string;
}

/**
 * Opens a ZIP archive: documents, a folder of an EHI export, or an IHE XDM package (ITI TF-2, 3.32). In an XDM package
 * only the files that METADATA.XML names are documents; in other archives every file that may be one is read.
 */
export async function* openZip(bytes: Uint8Array, budget: Budget): AsyncGenerator<Inner | Unopened> {
  const zip = await openArchive(bytes);
  const { files, refused } = await list(zip, budget);
  yield* refused;
  const registered = new Map<string, RegisteredDocument>();
  for (const file of files.filter(({ name }) => METADATA.test(name))) {
    const folder = file.name.slice(0, file.name.lastIndexOf('/') + 1);
    for (const one of readRegistry(await read(zip, file, budget))) {
      if (one.uri !== undefined) registered.set(folder + one.uri, one);
    }
  }
  for (const file of files) {
    const metadata = registered.get(file.name);
    if (METADATA.test(file.name) || (metadata === undefined && (registered.size > 0 || OTHER.test(file.name))))
      continue;
    try {
      yield {
        bytes: await read(zip, file, budget),
        step: { kind: registered.size > 0 ? 'xdm' : 'zip', place: printable(file.name) },
        name: file.name,
        facts: factsOf(metadata),
        maybe: metadata === undefined && !DOCUMENT.test(file.name),
        beside: besideOf(zip, files, file.name, budget),
      };
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      yield { error, place: printable(file.name) };
      if (error.code === 'too-costly') return;
    }
  }
  const names = new Set(files.map(({ name }) => name));
  for (const name of registered.keys()) {
    if (names.has(name)) continue;
    yield {
      error: new EnvelopeError('structure', 'METADATA.XML names this file, but the archive does not have it'),
      place: name,
    };
  }
}

async function openArchive(bytes: Uint8Array): Promise<ZipFile> {
  try {
    // File names are decoded one by one in `list`, so that one bad name does not stop the others.
    return await yauzl().fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
      lazyEntries: true,
      decodeStrings: false,
    });
  } catch {
    throw new EnvelopeError('structure', 'the ZIP archive is damaged or not whole');
  }
}

async function list(zip: ZipFile, budget: Budget): Promise<{ files: Listed[]; refused: Unopened[] }> {
  if (zip.entryCount > budget.limits.files) {
    throw new EnvelopeError(
      'too-costly',
      `the ZIP archive has ${zip.entryCount} files, more than ${budget.limits.files}`,
    );
  }
  const files: Listed[] = [];
  const refused: Unopened[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = yauzl().getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      );
      if (name.endsWith('/')) continue;
      const why = reasonAgainst(entry, name);
      if (why === undefined) files.push({ entry, name });
      else refused.push({ error: new EnvelopeError('not-supported', why), place: printable(name) });
    }
  } catch {
    throw new EnvelopeError('structure', 'the list of files in the ZIP archive is damaged');
  }
  return { files, refused };
}

function reasonAgainst(entry: Entry, name: string): string | undefined {
  if (yauzl().validateFileName(name) !== null) return 'its name leads out of the archive';
  // The upper half holds the file mode of Unix; 0o120000 is a symbolic link.
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) return 'it is a symbolic link';
  if (entry.isEncrypted()) return 'it is encrypted';
  return undefined;
}

async function read(zip: ZipFile, { entry }: Listed, budget: Budget): Promise<Buffer> {
  // The size that the archive claims. yauzl refuses to inflate more than that.
  budget.takeFile(entry.uncompressedSize);
  try {
    return await buffer(await zip.openReadStreamPromise(entry));
  } catch {
    throw new EnvelopeError('structure', 'it cannot be inflated: the archive is damaged');
  }
}

function besideOf(zip: ZipFile, files: readonly Listed[], name: string, budget: Budget): Required<Inner>['beside'] {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return async (other) => {
    const wanted = folder + other.replace(/^\.\//, '');
    const file = wanted === name ? undefined : files.find((one) => one.name === wanted);
    return file === undefined ? undefined : await read(zip, file, budget);
  };
}

function factsOf(metadata: RegisteredDocument | undefined): EnvelopeFacts {
  return metadata?.uniqueId === undefined ? {} : { uniqueId: metadata.uniqueId };
}

/** The name without control characters, for a message. */
function printable(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
