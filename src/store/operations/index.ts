/** What can be asked of the store, by name: the owner of the database runs in a thread of its own, and names cross to it. */
import { accept, acceptParts } from './accept.js';
import { audit, auditsOf, chainAudit, verifyAudit } from './audit.js';
import { check } from './check.js';
import { finishConversion } from './conversions.js';
import {
  claimDeliveries,
  deadLetters,
  deliveriesOf,
  finishDelivery,
  giveUpDelivery,
  ledgerOf,
  leftOver,
  noteDelivered,
  postponeDelivery,
  redeliver,
} from './deliveries.js';
import { cancel, convertAgain, deliverAgain, releaseHeld } from './document-actions.js';
import { finishUnwrap, partsOf } from './envelopes.js';
import { eventsOf, tell } from './events.js';
import {
  beginJob,
  cancelJob,
  expiredExports,
  finishJob,
  jobDocuments,
  jobOf,
  jobProblems,
  jobProgress,
  noteJobProblem,
} from './jobs.js';
import { documentsOfPatient, purge } from './purge.js';
import { bodyOf, bundleOf, documentOf, documentOfTask, exportPage, filesOf, list, numbers, waiting } from './read.js';
import { receiverOf, receiverState, setReceiver } from './receivers.js';
import { dropAddresses, takeAddresses } from './sending.js';
import { letGo } from './retention.js';
import { claim, failAttempt, recover, refuse, release, renew } from './tasks.js';

export const operations = {
  accept,
  acceptParts,
  audit,
  auditsOf,
  beginJob,
  bodyOf,
  bundleOf,
  cancel,
  cancelJob,
  chainAudit,
  check,
  claim,
  claimDeliveries,
  convertAgain,
  deadLetters,
  deliverAgain,
  deliveriesOf,
  documentOf,
  documentOfTask,
  documentsOfPatient,
  dropAddresses,
  eventsOf,
  expiredExports,
  exportPage,
  failAttempt,
  filesOf,
  finishConversion,
  finishDelivery,
  finishJob,
  finishUnwrap,
  giveUpDelivery,
  jobDocuments,
  jobOf,
  jobProblems,
  jobProgress,
  ledgerOf,
  leftOver,
  letGo,
  list,
  noteDelivered,
  noteJobProblem,
  numbers,
  partsOf,
  postponeDelivery,
  purge,
  receiverOf,
  receiverState,
  recover,
  redeliver,
  refuse,
  release,
  releaseHeld,
  renew,
  setReceiver,
  takeAddresses,
  tell,
  verifyAudit,
  waiting,
} as const;

/** Those that only look: they need no transaction. */
export const reading: ReadonlySet<string> = new Set<OperationName>([
  'auditsOf',
  'bodyOf',
  'bundleOf',
  'check',
  'deadLetters',
  'deliveriesOf',
  'documentOf',
  'documentOfTask',
  'documentsOfPatient',
  'eventsOf',
  'exportPage',
  'filesOf',
  'jobDocuments',
  'jobOf',
  'jobProblems',
  'jobProgress',
  'ledgerOf',
  'leftOver',
  'list',
  'numbers',
  'partsOf',
  'receiverOf',
  'receiverState',
  'verifyAudit',
  'waiting',
]);

type Operations = typeof operations;
export type OperationName = keyof Operations;

/** The arguments of an operation behind the database. */
export type ArgumentsOf<N extends OperationName> = Operations[N] extends (
  database: never,
  ...rest: infer Rest
) => unknown
  ? Rest
  : never;
export type ResultOf<N extends OperationName> = Awaited<ReturnType<Operations[N]>>;
