import { createRequire } from 'node:module';

/**
 * Loads a library when it is first used. Each of these libraries takes a tenth or more of the time in which all other
 * modules are loaded, and most conversions need none of them.
 *
 *   const luxon = whenNeeded('luxon') as () => typeof import('luxon');
 *   luxon().IANAZone.isValidZone('America/New_York')
 */
export function whenNeeded(name: string): () => unknown {
  let loaded: unknown;
  return () => (loaded ??= createRequire(import.meta.url)(name) as unknown);
}
