import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { UsageError } from './command.js';

export interface InputDocument {
  /** The path by which it is opened, and by which messages name it; `-` is the standard input. */
  readonly file: string;
  /** Its path inside the folder that was given; the bare name of a file that was given itself. */
  readonly relative: string;
}

/** Checked before anything is converted, because every document would fail on it. */
async function checkFolder(out: string): Promise<void> {
  try {
    if (!(await stat(out)).isDirectory()) throw new UsageError(`--out names a folder; ${out} is a file`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const documentName = /\.(xml|cda|ccda|ccd|zip|gz|hl7|x12|275|edi|eml|ndjson)$/i;

/**
 * The documents that the arguments name, folders searched to the bottom in the order of their names. What lies in `out` is
 * an earlier run's result, not a document.
 *
 * @throws UsageError where a folder has none or two documents would be written to one file; the system's error where
 * something can't be read.
 */
export async function findInputs(names: readonly string[], out: string | undefined): Promise<InputDocument[]> {
  if (out !== undefined) await checkFolder(out);
  const inputs: InputDocument[] = [];
  for (const name of names) {
    if (name === '-') {
      inputs.push({ file: '-', relative: 'stdin' });
    } else if (!(await stat(name)).isDirectory()) {
      inputs.push({ file: name, relative: basename(name) });
    } else {
      if (out === undefined) throw new UsageError(`${name} is a folder: that needs --out DIR`);
      inputs.push(...(await inputsBelow(name, resolve(out))));
    }
  }
  const taken = new Map<string, string>();
  for (const input of inputs) {
    const other = taken.get(input.relative);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${input.file} would be written to one file; name the folder above them instead`,
      );
    }
    taken.set(input.relative, input.file);
  }
  return inputs;
}

const NOWHERE = '\0';

/** The documents of a folder, searched to the bottom; nothing is written anywhere. @throws UsageError where it has none */
export function documentsBelow(folder: string): Promise<InputDocument[]> {
  return inputsBelow(folder, NOWHERE);
}

async function inputsBelow(folder: string, out: string): Promise<InputDocument[]> {
  const found = await documentsIn(folder, out);
  if (found.length === 0) throw new UsageError(`${folder} has no document (.xml, .zip, .hl7, .x12 …)`);
  return found.map((file) => ({ file, relative: relative(folder, file) }));
}

/** The files that arguments name, folders searched to the bottom; nothing is written anywhere. */
export async function documentFiles(names: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const name of names) {
    if (!(await stat(name)).isDirectory()) files.push(name);
    else files.push(...(await documentsIn(name, NOWHERE)).filter((file) => /\.(xml|cda|ccda|ccd)$/i.test(file)));
  }
  if (files.length === 0)
    throw new UsageError('there is no document (.xml, .cda, .ccda, .ccd); cairn unwrap writes those of an envelope');
  return files;
}

/** Whether a link leads to a file. A broken link stays in the list, so that it is reported. */
async function isFile(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch {
    return true;
  }
}

async function documentsIn(folder: string, out: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || !documentName.test(entry.name)) continue;
    // Reading a pipe that nobody writes to would never end.
    if (!entry.isFile() && !(entry.isSymbolicLink() && (await isFile(file)))) continue;
    if (resolve(file).startsWith(out + sep)) continue;
    found.push(file);
  }
  return found.sort();
}
