/** What can be asked of the store, by name: the owner of the database runs in a thread of its own, and names cross to it. */
import { accept } from './accept.js';
import { eventsOf } from './events.js';
import { bodyOf, documentOf, documentOfTask, list, numbers } from './read.js';
import { claim, failAttempt, finishConversion, recover, refuse, release } from './tasks.js';

export const operations = {
  accept,
  eventsOf,
  bodyOf,
  documentOf,
  documentOfTask,
  list,
  numbers,
  claim,
  failAttempt,
  finishConversion,
  recover,
  refuse,
  release,
} as const;

type Operations = typeof operations;
export type OperationName = keyof Operations;

/** The arguments of an operation behind the database. */
export type ArgumentsOf<N extends OperationName> = Operations[N] extends (
  database: never,
  ...rest: infer Rest
) => unknown
  ? Rest
  : never;
export type ResultOf<N extends OperationName> = Awaited<ReturnType<Operations[N]>>;
