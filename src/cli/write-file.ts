import { rmSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that whoever reads it sees the whole of it or nothing: under another name first, then renamed. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // A pipe or a device is written to, not replaced.
  if (await isSpecial(file)) return writeFile(file, text);
  const part = partOf(file);
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Removes what a writer that was stopped in the middle left behind. */
export function removePart(file: string): void {
  rmSync(partOf(file), { force: true });
}

async function isSpecial(file: string): Promise<boolean> {
  try {
    return !(await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Workers share the process id, so that the one who started them can clear up after them. */
function partOf(file: string): string {
  return `${file}.${String(process.pid)}.part`;
}
