import { unwrap, type UnwrapOptions } from '../../src/unwrap/unwrap.js';
import { wayOf, type Part, type UnwrappedDocument, type UnwrapProblem } from '../../src/unwrap/part.js';

export async function partsOf(bytes: string | Uint8Array, options: UnwrapOptions = {}): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of unwrap(Buffer.from(bytes as string), options)) parts.push(part);
  return parts;
}

export async function documentsIn(bytes: string | Uint8Array, options?: UnwrapOptions): Promise<UnwrappedDocument[]> {
  return (await partsOf(bytes, options)).filter((part) => part.kind === 'document');
}

export async function problemsIn(bytes: string | Uint8Array, options?: UnwrapOptions): Promise<UnwrapProblem[]> {
  return (await partsOf(bytes, options)).filter((part) => part.kind === 'problem');
}

/** Which documents came, by the extension of their id, with their way. */
export async function idsIn(bytes: string | Uint8Array, options?: UnwrapOptions): Promise<string[]> {
  return (await documentsIn(bytes, options)).map(
    (one) => /extension="([^"]*)"/.exec(Buffer.from(one.bytes).toString('utf8'))?.[1] ?? 'no id',
  );
}

export function told(parts: readonly Part[]): string[] {
  return parts.map((part) =>
    part.kind === 'document' ? `document: ${wayOf(part.steps)}` : `${part.code}: ${wayOf(part.steps)}: ${part.text}`,
  );
}
