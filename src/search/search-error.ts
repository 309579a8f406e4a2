/** A search that can't be understood; `offset` is where in its text. The message is one line and holds no patient's data. */
export class SearchError extends Error {
  override readonly name = 'SearchError';

  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}
