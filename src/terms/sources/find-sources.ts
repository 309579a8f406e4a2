import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { openPromise, type ZipFile } from 'yauzl';
import { TermsError } from '../pack/terms-error.js';
import type { SourceFile } from './source-file.js';

/**
 * The files of what was named: a file, a folder with all below it, or a ZIP archive as NLM, Regenstrief and CMS hand them
 * out. In the order of their names, so that the same sources give the same pack.
 *
 * @throws TermsError where there is no such file, or it is no ZIP archive
 */
export async function findFiles(path: string): Promise<SourceFile[]> {
  if (!existsSync(path)) throw new TermsError(`${path}: there is no such file or folder`);
  if (statSync(path).isDirectory()) {
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
    const found: SourceFile[] = [];
    for (const name of names) {
      const inner = join(path, name);
      if (statSync(inner).isFile()) found.push(...(await findFiles(inner)));
    }
    return found;
  }
  if (/\.zip$/i.test(path)) return await filesInZip(path);
  return [{ path, name: basename(path), open: () => Promise.resolve(createReadStream(path)) }];
}

async function filesInZip(path: string): Promise<SourceFile[]> {
  const names: string[] = [];
  const archive = await openZip(path);
  for await (const { fileName } of archive.eachEntry()) if (!fileName.endsWith('/')) names.push(fileName);
  return names.sort().map((name) => ({
    path: `${path}/${name}`,
    name: basename(name),
    open: () => openInZip(path, name),
  }));
}

/** Each file by an archive of its own, so that none is left open. */
async function openInZip(path: string, name: string): Promise<Readable> {
  const archive = await openZip(path);
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName !== name) continue;
    const stream = await archive.openReadStreamPromise(entry);
    stream.once('close', () => archive.close());
    return stream;
  }
  throw new TermsError(`${path}: the archive changed while it was read`);
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch {
    throw new TermsError(`${path}: this is no ZIP archive`);
  }
}
