import { createContext, Script, type Context } from 'node:vm';
import { LimitError } from './limit-error.js';
import { OptionError } from './option-error.js';

/** Made when they are first needed: a startup snapshot can't hold them. */
let script: Script | undefined;
let surroundings: Context | undefined;

/**
 * Does synchronous work and ends it from outside if it takes too long, wherever it is, even inside a regular
 * expression. If the work had to look at a clock, that would cost time at every node, and the one endless loop would be
 * the one that does not look. Node's watchdog costs a tenth of a millisecond for each call.
 *
 *   withinTime(30, () => convert(bytes))
 *
 * @throws LimitError
 */
export function withinTime<T>(seconds: number, work: () => T): T {
  if (!(seconds > 0)) throw new OptionError('the time limit must be a number of seconds above 0');
  const timeout = Math.ceil(seconds * 1000);
  // A timer can't be longer. `Infinity` means no limit.
  if (timeout > 0x7fffffff) return work();
  script ??= new Script('work()', { filename: 'deadline' });
  surroundings ??= createContext();
  surroundings.work = work;
  try {
    return script.runInContext(surroundings, { timeout, displayErrors: false }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new LimitError('time', `the conversion took longer than the time limit of ${seconds} s`);
  } finally {
    surroundings.work = undefined;
  }
}
