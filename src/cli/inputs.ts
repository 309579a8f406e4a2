import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { UsageError } from './command.js';

export interface Input {
  /** As it is opened and as it is named in messages; `-` is the standard input. */
  readonly file: string;
  /** Where it lies under the folder that was given; the bare name of a file that was given itself. */
  readonly relative: string;
}

const documentName = /\.(xml|cda|ccda|ccd|zip|gz|hl7|x12|275|edi|eml|ndjson)$/i;

/**
 * The documents that the arguments name, folders searched to the bottom in the order of their names. What lies in `out` is
 * an earlier run's result, not a document.
 *
 * @throws UsageError where a folder has none or two documents would be written to one file; the system's error where
 * something can't be read.
 */
export async function findInputs(names: readonly string[], out: string | undefined): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const name of names) {
    if (name === '-') {
      inputs.push({ file: '-', relative: 'stdin' });
    } else if (!(await stat(name)).isDirectory()) {
      inputs.push({ file: name, relative: basename(name) });
    } else {
      if (out === undefined) throw new UsageError(`${name} is a folder: that needs --out DIR`);
      const found = await documentsIn(name, resolve(out));
      if (found.length === 0) throw new UsageError(`${name} has no document (.xml, .zip, .hl7, .x12 …)`);
      inputs.push(...found.map((file) => ({ file, relative: relative(name, file) })));
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

async function documentsIn(folder: string, out: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || !documentName.test(entry.name)) continue;
    if (resolve(file).startsWith(out + sep)) continue;
    found.push(file);
  }
  return found.sort();
}
