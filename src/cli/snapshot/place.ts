import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';

/** The startup snapshot of one Node: a file that only Node reads, and a text that says what it was made by and of. */
export interface SnapshotPlace {
  readonly folder: string;
  readonly blob: string;
  readonly label: string;
}

/** `dist/cli.js`, wherever this module was put by the build. */
const command = new URL('../../cli.js', import.meta.url);

/** `dist/snapshots/v24.21.0-linux-x64.blob`: each Node has its own, since none takes that of another. */
export function snapshotPlace(): SnapshotPlace {
  const folder = fileURLToPath(new URL('snapshots', command));
  const name = `${folder}/${process.version}-${process.platform}-${process.arch}`;
  return { folder, blob: `${name}.blob`, label: `${name}.txt` };
}

/**
 * What a snapshot fits: this very Node and V8, this processor, and the package in this folder. A package that was moved
 * or copied elsewhere has paths in its snapshot that lead to the old place.
 */
export function snapshotLabel(): string {
  return `${process.version} ${process.arch} ${String(cachedDataVersionTag())} ${fileURLToPath(command)}\n`;
}

/** Whether there is a snapshot that fits. */
export function hasSnapshot({ blob, label }: SnapshotPlace): boolean {
  try {
    return readFileSync(label, 'utf8') === snapshotLabel() && existsSync(blob);
  } catch {
    return false;
  }
}
