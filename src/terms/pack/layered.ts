import { fileURLToPath } from 'node:url';
import type { PackSource } from './form.js';
import { openTermPack, type TermPack } from './term-pack.js';

/** The pack that comes with Cairn: HL7's own tables, made by scripts/generate-free-pack.ts. */
export const freePack = fileURLToPath(new URL('../free.terms', import.meta.url));

/** The value of `--terms` that means only the pack that comes with Cairn. */
export const FREE = 'free';

/**
 * The pack of a file, and behind it the free one: what the first has of a system or a code counts. `free` is the free one alone.
 * @throws TermsError where the file is no whole term pack; the system's error where it can't be read
 */
export function openTerms(path: string): TermPack {
  const free = openTermPack(freePack);
  const { sources, sha256 } = free.manifest;
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const statements = sources.reduce((sum, source) => sum + source.statements, 0);
  // A pack lists its sources; the hundreds of tables in the free pack are listed as one.
  const version = sha256.slice(0, 12);
  const whole = { kind: 'free', title: 'HL7 tables of Cairn', version, file: 'free.terms', bytes, sha256, statements };
  const second = { ...free, manifest: { ...free.manifest, sources: [whole] } };
  return path === FREE ? second : layered(openTermPack(path), second);
}

function layered(first: TermPack, second: TermPack): TermPack {
  const ownerOf = (system: string): TermPack => (first.sourceOf(system) === undefined ? second : first);
  return {
    path: first.path,
    manifest: {
      ...first.manifest,
      sources: [...first.manifest.sources, ...second.manifest.sources],
      notices: [...first.manifest.notices, ...second.manifest.notices],
    },
    mapped: new Map([...second.mapped, ...first.mapped]),
    concept: (system, code) => first.concept(system, code) ?? second.concept(system, code),
    translate: (from, code, to) => first.translate(from, code, to) ?? second.translate(from, code, to),
    codesNamed: (system, name) => ownerOf(system).codesNamed(system, name),
    isComplete: (system) => ownerOf(system).isComplete(system),
    isMapped: (system) => first.isMapped(system) || second.isMapped(system),
    sourceOf: (system): PackSource | undefined => ownerOf(system).sourceOf(system),
    close() {
      first.close();
      second.close();
    },
  };
}
