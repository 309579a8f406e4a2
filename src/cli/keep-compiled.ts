import module from 'node:module';
import { join } from 'node:path';

/** Node 22 and later have it. */
interface Keeping {
  readonly enableCompileCache?: (folder?: string) => unknown;
}

/**
 * Lets Node keep the compiled form of Cairn's own code, so that the next start is faster. It is kept in the user's own
 * folder. Node would use the folder for temporary files, where anybody on the machine could put a forged file first.
 * `NODE_COMPILE_CACHE` names another folder; `NODE_DISABLE_COMPILE_CACHE=1` keeps nothing. If nothing can be written,
 * nothing is kept.
 */
export function keepCompiled(): void {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const cache = XDG_CACHE_HOME ?? LOCALAPPDATA ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  if (NODE_COMPILE_CACHE !== undefined || cache === undefined) return;
  (module as Keeping).enableCompileCache?.(join(cache, 'cairn'));
}
