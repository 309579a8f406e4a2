import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { fileText } from '../settings/files.js';
import type { Settings } from '../settings/schema.js';
import type { SyslogTls } from './syslog.js';

type AuditSettings = Settings['audit'];

interface ReadFiles {
  readonly tls: SyslogTls;
  readonly mistakes: readonly string[];
}

/** What was read for these settings: the check of the settings reads the files, and the sink takes what was checked. */
const known = new WeakMap<AuditSettings, ReadFiles>();

/** The PEM files for the syslog server, and what is wrong with them. They are read once. */
export function syslogTlsOf(audit: AuditSettings): ReadFiles {
  let files = known.get(audit);
  if (files === undefined) known.set(audit, (files = readFiles(audit)));
  return files;
}

function readFiles({ syslog, syslogCaFile, syslogCertificateFile, syslogKeyFile }: AuditSettings): ReadFiles {
  const mistakes: string[] = [];
  const isTls = syslog?.startsWith('tls://') === true;
  const textOf = (setting: string, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    if (!isTls) mistakes.push(`audit.${setting}: is only for a server with a tls:// address`);
    return fileText(`audit.${setting}`, path, mistakes);
  };
  const tls: SyslogTls = {
    ca: textOf('syslogCaFile', syslogCaFile),
    cert: textOf('syslogCertificateFile', syslogCertificateFile),
    key: textOf('syslogKeyFile', syslogKeyFile),
  };
  if ((syslogCertificateFile === undefined) !== (syslogKeyFile === undefined))
    mistakes.push('audit.syslogCertificateFile: a certificate and its key (audit.syslogKeyFile) belong together');
  if (mistakes.length === 0 && !fitTogether(tls))
    mistakes.push('audit: the PEM files for the syslog server are not certificates, or do not belong together');
  return { tls, mistakes };
}

function fitTogether(tls: SyslogTls): boolean {
  try {
    // createSecureContext says nothing of authorities that it can't read.
    if (tls.ca !== undefined) new X509Certificate(tls.ca);
    createSecureContext(tls);
    return true;
  } catch {
    return false;
  }
}
