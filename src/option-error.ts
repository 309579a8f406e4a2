/**
 * The options ask for something that is not there for any document: no such sender, no such time zone. The message is
 * one line.
 */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}
