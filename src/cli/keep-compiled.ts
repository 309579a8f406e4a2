import module from 'node:module';
import { join } from 'node:path';

/** Node 22 and later have it. */
interface Keeping {
  readonly enableCompileCache?: (folder?: string) => unknown;
}

/**
 * Lets Node keep what it compiles of Cairn's own code, so that the next start need not do it again. It is kept in the user's own
 * folder: what lies in the one for temporary files, where Node would put it, anybody on the machine can put there first.
 * `NODE_COMPILE_CACHE` names another, `NODE_DISABLE_COMPILE_CACHE=1` keeps nothing; where nothing can be written nothing is.
 */
export function keepCompiled(): void {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const cache = XDG_CACHE_HOME ?? LOCALAPPDATA ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  if (NODE_COMPILE_CACHE !== undefined || cache === undefined) return;
  (module as Keeping).enableCompileCache?.(join(cache, 'cairn'));
}
