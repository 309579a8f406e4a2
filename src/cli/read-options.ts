import { parseArgs } from 'node:util';
import { UsageError } from './command.js';

/** Like parseArgs, but with a usage error of one line. */
export function readCommandOptions<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options'] & object>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0]! : 'bad arguments');
  }
}
