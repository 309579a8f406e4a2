import type { Logger } from 'pino';
import type { Quotas } from '../quotas.js';
import type { ReplayOptions } from './replay-job.js';

/** What a job needs to do its work, whatever its kind. */
export interface JobOptions extends ReplayOptions {
  /** The folder for exports; absent if there is none. */
  readonly folder: string | undefined;
  /** The tenant of the job. */
  readonly tenant: string;
  readonly quotas: Quotas;
  readonly importFolders: readonly string[];
  readonly maxMegabytes: number;
  readonly wake: () => void;
  readonly log: Logger;
}
