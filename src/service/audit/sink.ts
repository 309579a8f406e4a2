/** Where the audit goes besides the store. */
export interface AuditSink {
  readonly name: 'file' | 'syslog';
  /** Resolves when the sink has the records, as far as it can know. @throws Error; then all of them are sent again */
  send(records: readonly AuditRecord[]): Promise<void>;
  close(): void;
}

/** One row of the audit, as it goes out. */
export interface AuditRecord {
  /** JSON in one line. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly isRefused: boolean;
}
