/**
 * A conversion was stopped at one of its own limits: it took too long, or its result would be too large. The message
 * says in one line which limit it was. The same document fails again unless the limit is raised.
 */
export class LimitError extends Error {
  override readonly name = 'LimitError';

  constructor(
    readonly limit: 'time' | 'output',
    message: string,
  ) {
    super(message);
  }
}

/** The seconds that one conversion may take by default: twenty times what the largest real document takes. */
export const DEFAULT_TIME_LIMIT_SECONDS = 30;
