import { createHash } from 'node:crypto';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';

/** The same bytes give the same id in every store, also after a backup was restored. */
const NAMESPACE = namespaceBytes('a1f6c9d2-3b57-5e0a-9c44-7d1f0e6b8a23');

/** @param hash of the document's bytes (hashOfDocument) */
export function documentIdOf(tenant: string, hash: Uint8Array): string {
  return uuidV5(NAMESPACE, `${tenant}\n${Buffer.from(hash).toString('hex')}`);
}

/** @param files the files beside it in its envelope: the same document beside another scan is another document */
export function hashOfDocument(
  bytes: Uint8Array,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [],
): Buffer {
  const hash = createHash('sha256').update(bytes).digest();
  if (files.length === 0) return hash;
  const all = createHash('sha256').update(hash);
  for (const { name, bytes: file } of files)
    all.update(`\n${name}\n`).update(createHash('sha256').update(file).digest());
  return all.digest();
}
