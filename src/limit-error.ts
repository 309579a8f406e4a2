/**
 * A conversion was stopped at a limit of its own: it took too long, or its result would be too large. The message is one
 * line that says which limit; the same document fails again unless the limit is raised.
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

/** Seconds that one conversion may take where nobody says otherwise: twenty times what the largest real document takes. */
export const DEFAULT_TIME_LIMIT_SECONDS = 30;
