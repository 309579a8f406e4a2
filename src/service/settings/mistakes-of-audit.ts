import { createSecureContext } from 'node:tls';
import { fileText, isWritableFile } from './files.js';
import type { Settings } from './schema.js';

/** Mistakes of the audit log. It needs a store, and a file that can be written. The syslog server need not answer yet. */
export function mistakesOfAudit({ audit, store }: Settings): string[] {
  const mistakes: string[] = [];
  const { file, syslog, syslogCaFile, syslogCertificateFile, syslogKeyFile } = audit;
  if (store === undefined && (file ?? syslog) !== undefined)
    mistakes.push('audit: there is no audit log without a store: set store (--store DIR)');
  if (file !== undefined && !isWritableFile(file))
    mistakes.push(`audit.file: ${file} cannot be written: name a file in a folder that exists and can be written`);
  const secure = { syslogCaFile, syslogCertificateFile, syslogKeyFile };
  const isTls = syslog?.startsWith('tls://') === true;
  const texts = Object.entries(secure).map(([name, path]) => {
    if (path === undefined) return undefined;
    if (!isTls) mistakes.push(`audit.${name}: is only for a server with a tls:// address`);
    return fileText(`audit.${name}`, path, mistakes);
  });
  if ((syslogCertificateFile === undefined) !== (syslogKeyFile === undefined))
    mistakes.push('audit.syslogCertificateFile: a certificate and its key (audit.syslogKeyFile) belong together');
  if (mistakes.length > 0) return mistakes;
  const [ca, cert, key] = texts;
  try {
    createSecureContext({ ca, cert, key });
  } catch {
    mistakes.push('audit: the PEM files for the syslog server are not certificates, or do not belong together');
  }
  return mistakes;
}
