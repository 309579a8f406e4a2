import { readFileSync, statSync } from 'node:fs';
import { readPack } from '../../mapping/packed-set.js';
import type { Assignment } from './job.js';

/**
 * Mapping sets under their names in the settings, and packs also under name and version: `?mappings=acme@1.2.0` asks
 * for exactly that version.
 */
export function withPackNames(sets: Assignment['sets']): Assignment['sets'] {
  const names = Object.values(sets).flatMap((path) => {
    const name = path === null ? undefined : packName(path);
    return name === undefined ? [] : [[name, path] as const];
  });
  return { ...Object.fromEntries(names), ...sets };
}

/** `acme@1.2.0`; undefined if the path is not a pack. A pack that can't be read is reported when the set is loaded. */
function packName(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const pack = readPack(readFileSync(path, 'utf8'));
    return pack === undefined ? undefined : `${pack.name}@${pack.version}`;
  } catch {
    return undefined;
  }
}
