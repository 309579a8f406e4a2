/**
 * The receiver for FHIR servers. It sends what the server does not have yet, in transactions, and removes what no
 * current document says any more.
 */
import type { HttpAnswer, HttpClient } from './http.js';
import type { Login } from './login.js';
import { addressOf, entriesOf, idsByType, ofPatientAlone, type Entry } from './entries.js';
import { createLocks } from './locks.js';
import { planDelivery, type Plan } from './plan.js';
import { NO_COUNTS, NO_LEDGER_CHANGE, type Delivered, type Parcel, type Receiver } from './receiver.js';
import { outdatedOf, patientOf } from './outdated.js';
import { CycleTooLargeError, split } from './split.js';
import { removePurged } from './remove-purged.js';
import { deletionText, removalText, transactionText, type Upsert } from './transaction.js';
import { verdictOf, type Verdict } from './verdict.js';
import { step } from '../store/steps.js';

export interface FhirSettings {
  readonly name: string;
  /** `https://fhir.example.org/r4` */
  readonly url: string;
  readonly upsert: Upsert;
  readonly maxEntries: number;
  readonly maxMegabytes: number;
  /** What happens to a resource that the newer version of its document no longer has. */
  readonly removed: 'delete' | 'keep';
  readonly lanes: number;
  readonly deliverWithinHours: number;
}

const MEGABYTE = 1_000_000;
const FHIR_JSON = 'application/fhir+json';

export function createFhirReceiver(settings: FhirSettings, http: HttpClient, login: Login | undefined): Receiver {
  const { name, upsert, lanes, deliverWithinHours } = settings;
  const base = settings.url.replace(/\/$/, '');
  const locks = createLocks();
  // An answer 413 lowers these to what the server really accepts.
  const limits = { maxEntries: settings.maxEntries, maxBytes: settings.maxMegabytes * MEGABYTE };

  async function send(text: string, parcel: Pick<Parcel, 'attempt' | 'failures'>): Promise<Verdict> {
    const { attempt, failures } = parcel;
    const judge = (answer: HttpAnswer | undefined): Verdict =>
      verdictOf(answer, { attempt, failures, now: Date.now() });
    step('before-send');
    for (let round = 0; ; round++) {
      const authorization = login === undefined ? undefined : await login.header();
      if (login !== undefined && authorization === undefined) return judge(undefined);
      const answer = await http.send({
        method: 'POST',
        url: `${base}/`,
        headers: {
          'Content-Type': FHIR_JSON,
          Accept: FHIR_JSON,
          Prefer: 'return=minimal',
          ...(authorization === undefined ? {} : { Authorization: authorization }),
        },
        body: text,
      });
      step('after-send');
      // The token may have ended early, so a new one is tried once. A second refusal is final.
      if (answer?.status === 401 && login !== undefined && round === 0) {
        login.forget();
        continue;
      }
      return judge(answer);
    }
  }

  /**
   * Plans with what other deliveries have sent meanwhile. Resources that other patients' documents may also have are
   * locked until they are sent.
   */
  async function deliver(parcel: Parcel): Promise<Delivered> {
    const entries = entriesOf(parcel.bundle);
    const shared = sharedOf(entries);
    let taken: readonly string[] = [];
    for (;;) {
      const release = await locks.take(taken);
      const drop = taken.length === 0 ? undefined : await parcel.take?.(taken);
      try {
        const ledger = await parcel.deliveryLedgerOf(idsByType(entries));
        const plan = planDelivery(entries, ledger, parcel.document.orderKey ?? '');
        // What is only confirmed is locked too. Otherwise another delivery with an older version could write its row
        // into the ledger after this one.
        const needed = [...plan.send, ...plan.confirmed].map(addressOf).filter((address) => shared.has(address));
        if (needed.every((address) => taken.includes(address))) {
          const delivered = await sendPlan(parcel, plan);
          // Written down before the lock is released.
          if (taken.length > 0) await parcel.note(delivered.change);
          return delivered;
        }
        taken = needed;
      } finally {
        await drop?.().catch(() => undefined);
        release();
      }
    }
  }

  async function sendPlan(parcel: Parcel, { send: wanted, confirmed, same, older }: Plan): Promise<Delivered> {
    const orderKey = parcel.document.orderKey ?? '';
    let sent = 0;
    let last: Verdict = { kind: 'done' };
    const counts = () => ({ ...NO_COUNTS, sent, same, older });
    let rest = [...wanted];
    while (rest.length > 0) {
      let parts: Entry[][];
      try {
        parts = split(rest, limits);
      } catch (error) {
        if (!(error instanceof CycleTooLargeError)) throw error;
        return { verdict: { kind: 'refused', why: 'cycle-too-large' }, change: NO_LEDGER_CHANGE, counts: counts() };
      }
      const part = parts[0]!;
      const verdict = await send(transactionText(part, upsert), parcel);
      if (verdict.kind === 'smaller' && part.length > 1) {
        limits.maxEntries = Math.max(1, Math.floor(Math.min(limits.maxEntries, part.length) / 2));
        continue;
      }
      if (verdict.kind === 'smaller')
        return { verdict: { ...verdict, kind: 'refused' }, change: NO_LEDGER_CHANGE, counts: counts() };
      if (verdict.kind !== 'done') return { verdict, change: NO_LEDGER_CHANGE, counts: counts() };
      last = verdict;
      const put = part.map(({ type, id, hash }) => ({ type, id, hash, orderKey }));
      sent += part.length;
      const gone = new Set(part.map(addressOf));
      rest = rest.filter((entry) => !gone.has(addressOf(entry)));
      if (rest.length === 0) return await remove(parcel, last, { put: [...put, ...confirmed], gone: [] }, counts());
      await parcel.note({ put, gone: [] });
    }
    return await remove(parcel, last, { put: confirmed, gone: [] }, counts());
  }

  /** Removes in a request of its own, after the rest was sent. So a refused removal does not hold back what is new. */
  async function remove(
    parcel: Parcel,
    sent: Verdict,
    change: Delivered['change'],
    counts: Delivered['counts'],
  ): Promise<Delivered> {
    const done = { verdict: sent, change, counts };
    if (settings.removed === 'keep') return done;
    const outdated = await outdatedOf(parcel);
    if (outdated.gone.length === 0 && outdated.superseded.length === 0) return done;
    // What was sent is written down first. If the removal fails, only the removal is repeated.
    await parcel.note(change);
    const verdict = await send(removalText(outdated, upsert), parcel);
    const kept =
      verdict.kind === 'refused' || (verdict.kind === 'again' && verdict.why === 'conflict' && parcel.attempt >= 3);
    if (kept) {
      // Another resource on the server still refers to it.
      await parcel.tell('not-removed');
      return { ...done, change: NO_LEDGER_CHANGE };
    }
    if (verdict.kind !== 'done') return { verdict, change: NO_LEDGER_CHANGE, counts };
    const put = outdated.superseded.map(({ type, id, hash, orderKey }) => ({ type, id, hash, orderKey }));
    return {
      verdict,
      change: { put, gone: outdated.gone },
      counts: { ...counts, removed: outdated.gone.length },
    };
  }

  return {
    name,
    lanes,
    deliverWithinMilliseconds: deliverWithinHours * 3_600_000,
    deliver,
    remove: (purged) =>
      removePurged(purged, { limits, locks, send: (gone) => send(deletionText(gone, upsert), purged) }),
    check: async () => {
      const authorization = await login?.header();
      const answer = await http.send({
        method: 'GET',
        url: `${base}/metadata`,
        headers: { Accept: FHIR_JSON, ...(authorization === undefined ? {} : { Authorization: authorization }) },
      });
      // A server that is down or asks for a login can still be configured correctly.
      if (answer === undefined || answer.status >= 500 || answer.status === 401 || answer.status === 403)
        return undefined;
      return answer.status === 200 && /"resourceType"\s*:\s*"CapabilityStatement"/.test(answer.body)
        ? undefined
        : `${base} is no FHIR server: ${base}/metadata answers ${answer.status} and no CapabilityStatement; url must be the base of its FHIR R4 API`;
    },
    close: () => {
      http.close();
    },
  };
}

/** The resources that other patients' documents may have too. */
function sharedOf(entries: readonly Entry[]): Set<string> {
  const own = ofPatientAlone(entries, patientOf(entries));
  return new Set(entries.map(addressOf).filter((address) => !own.has(address)));
}
