import { MappingError } from '../mapping/mapping-error.js';
import { ShapeError } from '../fhir/shape.js';
import { LimitError } from '../limit-error.js';
import { OptionError } from '../option-error.js';
import { TermsError } from '../terms/pack/terms-error.js';
import { PurposeError } from '../purpose/purpose-error.js';
import { DocumentError } from '../xml/document-error.js';
import { ServiceAnswerError } from './service-client.js';
import { ownValue } from '../own-value.js';

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'no space left',
  EROFS: 'read-only',
  EMFILE: 'too many open files',
  EEXIST: 'is a file, not a folder',
  ERR_FS_FILE_TOO_LARGE: 'too large',
  ERR_WORKER_OUT_OF_MEMORY: 'not enough memory',
};

/**
 * What went wrong with a file, as lines `file:line:column: what`. No stack is told. The message of an unexpected error
 * is not told either, because it may quote patient data.
 */
export function complaintsOf(error: unknown, file: string): string[] {
  if (error instanceof ServiceAnswerError) return [error.message];
  if (error instanceof DocumentError) return [`${place(file, error.line, error.column)}: ${oneLine(error.message)}`];
  if (error instanceof LimitError) return [`${file}: ${error.message}`];
  if (error instanceof OptionError) return [`cairn: ${oneLine(error.message)}`];
  if (error instanceof ShapeError) return [`${file}: ${error.message}`];
  if (error instanceof TermsError) return [oneLine(error.message)];
  if (!(error instanceof Error)) return [`${file}: internal error`];
  if (error instanceof MappingError || error instanceof PurposeError) {
    return error.mistakes.map((at) => `${place(at.file, at.line, at.column)}: ${oneLine(at.message)}`);
  }
  const code = (error as NodeJS.ErrnoException).code;
  const known = code === undefined ? undefined : ownValue(systemErrors, code);
  if (known !== undefined) return [`${(error as NodeJS.ErrnoException).path ?? file}: ${known}`];
  return [`${file}: internal error (${code ?? error.name}${whereIn(error)}); please report it`];
}

/** `file:line:column`, or only `file` if the error has no place in it. */
export function place(file: string, line: number, column: number): string {
  return line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
}

/** ` in mapping/run.js:12`: enough for a bug report, and nothing of the document. */
function whereIn(error: Error): string {
  const found = /\/(?:src|dist)\/([\w./-]+:\d+):\d+/.exec(error.stack ?? '');
  return found?.[1] === undefined ? '' : ` in ${found[1]}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
