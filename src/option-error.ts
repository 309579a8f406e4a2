/** What was asked for can't be done with any document: no such sender, no such zone. The message is one line. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}
