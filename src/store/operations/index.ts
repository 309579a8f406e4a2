/**
 * The operations of the store, by name. The database runs in a thread of its own, and only names and plain data are
 * sent to it.
 */
import { accept, acceptParts } from './accept.js';
import { audit, auditsOf } from './audit.js';
import { chainAudit, verifyAudit } from './audit-chain.js';
import { auditSent, auditToSend, auditWaiting } from './audit-sinks.js';
import { check } from './check.js';
import { claimDeliveries, claimRemovals } from './claim-deliveries.js';
import { claim, recover, renew } from './claims.js';
import { finishConversion } from './conversions.js';
import {
  deadLetters,
  deliveriesOf,
  finishDelivery,
  giveUpDelivery,
  postponeDelivery,
  redeliver,
} from './deliveries.js';
import { cancel, convertAgain, deliverAgain, releaseHeld } from './document-actions.js';
import { finishUnwrap, partsOf } from './envelopes.js';
import { eventsOf, tell } from './events.js';
import {
  beginJob,
  cancelJob,
  dropExports,
  finishJob,
  jobDocuments,
  jobOf,
  jobProblems,
  jobProgress,
  noteJobProblem,
} from './jobs.js';
import { heldOf, hold, legalHolds, liftHold } from './legal-holds.js';
import { deliveryLedgerOf, noteDelivered } from './ledger.js';
import { leftOver } from './left-over.js';
import { numbers, numbersOf, storedBytes, waiting } from './numbers.js';
import { toldByOtherTenants } from './other-tenants.js';
import { documentsOfPatient, purge } from './purge.js';
import { bodyOf, bundleOf, documentOf, exportPage, filesOf, list } from './read.js';
import { backlogOf, receiverOf, receiverState, setReceiver } from './receivers.js';
import { finishRemoval, postponeRemoval, removalOf, removalsOf, retryRemovals } from './removals.js';
import { resultsOf, toldElsewhere } from './plan-removals.js';
import { expiredExports, letGo } from './retention.js';
import { dropAddresses, takeAddresses } from './sending.js';
import { tenants } from './tenants.js';
import { failAttempt, finishRefusal, refuse, release } from './tasks.js';

/** Operations for one tenant. Each of their statements names the tenant, so that nothing of another tenant is seen. */
export const ofTenants = {
  accept,
  acceptParts,
  audit,
  auditsOf,
  backlogOf,
  beginJob,
  bodyOf,
  bundleOf,
  cancel,
  cancelJob,
  convertAgain,
  deadLetters,
  deliverAgain,
  deliveriesOf,
  documentOf,
  documentsOfPatient,
  dropAddresses,
  dropExports,
  eventsOf,
  exportPage,
  failAttempt,
  filesOf,
  finishConversion,
  finishDelivery,
  finishJob,
  finishRefusal,
  finishRemoval,
  finishUnwrap,
  giveUpDelivery,
  heldOf,
  hold,
  jobDocuments,
  jobOf,
  jobProblems,
  jobProgress,
  deliveryLedgerOf,
  leftOver,
  legalHolds,
  liftHold,
  list,
  noteDelivered,
  noteJobProblem,
  numbersOf,
  partsOf,
  postponeDelivery,
  postponeRemoval,
  purge,
  redeliver,
  refuse,
  release,
  releaseHeld,
  removalOf,
  removalsOf,
  resultsOf,
  toldElsewhere,
  retryRemovals,
  storedBytes,
  takeAddresses,
  tell,
} as const;

/** Operations for all tenants, which the service itself needs. No words of a client's request come here. */
export const ofAll = {
  auditSent,
  auditToSend,
  auditWaiting,
  chainAudit,
  check,
  claim,
  claimDeliveries,
  claimRemovals,
  expiredExports,
  letGo,
  numbers,
  receiverOf,
  receiverState,
  recover,
  renew,
  setReceiver,
  tenants,
  toldByOtherTenants,
  verifyAudit,
  waiting,
} as const;

/** Operations that only read, so they need no transaction. */
export const reading: ReadonlySet<string> = new Set<OperationName>([
  'auditWaiting',
  'auditsOf',
  'backlogOf',
  'bodyOf',
  'bundleOf',
  'check',
  'deadLetters',
  'deliveriesOf',
  'documentOf',
  'documentsOfPatient',
  'eventsOf',
  'exportPage',
  'filesOf',
  'heldOf',
  'jobDocuments',
  'jobOf',
  'jobProblems',
  'jobProgress',
  'deliveryLedgerOf',
  'leftOver',
  'legalHolds',
  'list',
  'numbers',
  'numbersOf',
  'partsOf',
  'receiverOf',
  'receiverState',
  'removalOf',
  'removalsOf',
  'resultsOf',
  'storedBytes',
  'tenants',
  'toldByOtherTenants',
  'toldElsewhere',
  'verifyAudit',
  'waiting',
]);

type Operations = typeof ofTenants & typeof ofAll;
export type NameOfTenants = keyof typeof ofTenants;
export type NameOfAll = keyof typeof ofAll;
export type OperationName = NameOfTenants | NameOfAll;

/** The arguments of an operation after the database. */
export type ArgumentsOf<N extends OperationName> = Operations[N] extends (
  database: never,
  ...rest: infer Rest
) => unknown
  ? Rest
  : never;
export type ResultOf<N extends OperationName> = Awaited<ReturnType<Operations[N]>>;
