import type { Settings } from '../settings/schema.js';
import { fileSink } from './file.js';
import type { AuditSink } from './sink.js';
import { syslogSink } from './syslog.js';
import { syslogTlsOf } from './syslog-tls.js';

export function auditSinkNames({ audit }: Pick<Settings, 'audit'>): AuditSink['name'][] {
  return [
    ...(audit.file === undefined ? [] : ['file' as const]),
    ...(audit.syslog === undefined ? [] : ['syslog' as const]),
  ];
}

/** Where the settings want the audit besides the store. */
export function auditSinksOf({ audit }: Pick<Settings, 'audit'>): AuditSink[] {
  const { file, syslog } = audit;
  return [
    ...(file === undefined ? [] : [fileSink(file)]),
    ...(syslog === undefined ? [] : [syslogSink(syslog, syslogTlsOf(audit).tls)]),
  ];
}
