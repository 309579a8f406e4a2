import { createHash } from 'node:crypto';
import type { Converter } from '../../src/conversion.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { forEachFact } from '../../src/provenance/facts.js';
import { xpathOf } from '../../src/xml/position.js';
import { readDocument } from '../../src/xml/read.js';
import type { Node } from '../../src/xml/tree.js';

/** A fact that was changed without a trace: the Bundle stayed as it was, and the ledger doesn't list the place. */
export interface Silence {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** Changes `count` facts of a document, one at a time, and answers those whose change shows nowhere. */
export function silences(converter: Converter, bytes: Uint8Array, count: number, random: () => number): Silence[] {
  const { tree } = readDocument(bytes, vocabulary);
  const facts: Node[] = [];
  forEachFact(tree, (fact) => facts.push(fact));
  const before = withoutHashes(writeJson(converter.convert(Buffer.from(tree.source)).bundle));
  const found: Silence[] = [];
  for (let i = 0; i < count; i++) {
    const fact = facts[Math.floor(random() * facts.length)]!;
    const from = tree.source.slice(tree.start[fact], tree.end[fact]);
    const to = changed(from, random);
    const mutant = tree.source.slice(0, tree.start[fact]) + to + tree.source.slice(tree.end[fact]);
    const { bundle, ledger } = converter.convert(Buffer.from(mutant));
    if (withoutHashes(writeJson(bundle)) !== before) continue;
    const path = xpathOf(tree, fact);
    if (!ledger.items.some((item) => item.path === path)) found.push({ path, from, to });
  }
  return found;
}

/** Another value of the same kind: a digit for a digit, `true` for `false`, a letter more for words. */
function changed(value: string, random: () => number): string {
  if (value === 'true' || value === 'false') return value === 'true' ? 'false' : 'true';
  const digits = [...value.matchAll(/\d/g)].map((match) => match.index);
  if (digits.length > 0 && random() < 0.7) {
    const at = digits[Math.floor(random() * digits.length)]!;
    const digit = String((Number(value[at]) + 1 + Math.floor(random() * 8)) % 10);
    return value.slice(0, at) + digit + value.slice(at + 1);
  }
  return `${value}X`;
}

/** The source's size and hashes change with every byte; they are not what is asked about. */
function withoutHashes(json: string): string {
  const text = json
    .replace(/"ni:\/\/\/sha-256;[\w-]+"/g, '""')
    .replace(/"hash":"[^"]+"/g, '""')
    .replace(/"size":\d+/g, '""');
  return createHash('sha1').update(text).digest('hex');
}
