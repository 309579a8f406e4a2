import { syslogTlsOf } from '../audit/syslog-tls.js';
import { isWritableFile } from './files.js';
import type { Settings } from './schema.js';

/** Mistakes of the audit log. It needs a store, and a file that can be written. The syslog server need not answer yet. */
export function mistakesOfAudit({ audit, store }: Settings): string[] {
  const mistakes: string[] = [];
  const { file, syslog } = audit;
  if (store === undefined && (file ?? syslog) !== undefined)
    mistakes.push('audit: there is no audit log without a store: set store (--store DIR)');
  if (file !== undefined && !isWritableFile(file))
    mistakes.push(`audit.file: ${file} cannot be written: name a file in a folder that exists and can be written`);
  return [...mistakes, ...syslogTlsOf(audit).mistakes];
}
