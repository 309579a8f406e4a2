import { open } from 'node:fs/promises';
import type { AuditSink } from './sink.js';

/**
 * Appends lines to a file. The file is opened each time, so that the system may rename it at any time (logrotate without
 * copytruncate, and without a signal): the next lines begin a new file.
 */
export function fileSink(path: string): AuditSink {
  return {
    name: 'file',
    async send(records) {
      const file = await open(path, 'a', 0o600);
      try {
        await file.writeFile(records.map(({ text }) => `${text}\n`).join(''));
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    close: () => undefined,
  };
}
