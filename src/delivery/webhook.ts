/**
 * Sends a POST for each document, signed as Standard Webhooks specifies: a short event, or an event with the Bundle in
 * it.
 */
import { createHash, createHmac } from 'node:crypto';
import type { HttpClient } from './http.js';
import type { Parcel, Receiver } from './receiver.js';
import { verdictOf, type Verdict } from './verdict.js';
import { deliverWhole, removeWhole } from './whole.js';

export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  /** The secret as Standard Webhooks writes it: `whsec_` and base64. */
  readonly secret: string;
  readonly payload: 'event' | 'bundle';
  readonly lanes: number;
  readonly deliverWithinHours: number;
}

export function createWebhookReceiver(settings: WebhookSettings, http: HttpClient): Receiver {
  const { name, url, payload, lanes, deliverWithinHours } = settings;
  const secret = secretOf(settings.secret);

  async function post(id: string, body: string, sent: Pick<Parcel, 'attempt' | 'failures'>): Promise<Verdict> {
    const now = Date.now();
    const timestamp = String(Math.floor(now / 1000));
    const answer = await http.send({
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(secret, id, timestamp, body),
      },
      body,
    });
    // 410: the endpoint is gone for good, and wants no more events.
    if (answer?.status === 410) return { kind: 'paused', why: 'gone', status: 410 };
    return verdictOf(answer, { attempt: sent.attempt, failures: sent.failures, now });
  }

  return {
    name,
    lanes,
    deliverWithinMilliseconds: deliverWithinHours * 3_600_000,
    deliver: (parcel) => deliverWhole(parcel, () => post(messageId(parcel), bodyOf(parcel, payload), parcel)),
    /** What was sent can't be taken back, so the endpoint is only told that the document was purged here. */
    remove: async (purged) => ({
      ...(await removeWhole(purged, (id) => post(`msg_${id.replaceAll('-', '')}_purged`, purgedBody(id), purged))),
      isOnlyTold: true,
    }),
    check: () => Promise.resolve(undefined),
    close: () => {
      http.close();
    },
  };
}

/** `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. */
export function signature(secret: Uint8Array, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/**
 * The bytes of a secret.
 * @throws Error if it is not the base64 of 24 to 64 bytes
 */
export function secretOf(text: string): Uint8Array {
  const bytes = Buffer.from(text.trim().replace(/^whsec_/, ''), 'base64');
  if (bytes.length < 24 || bytes.length > 64)
    throw new Error('a webhook secret is whsec_ and the base64 of 24 to 64 bytes');
  return bytes;
}

/** The same Bundle always has the same message id, so the endpoint can recognize it if it is sent again. */
function messageId({ document, bundle }: Parcel): string {
  return `msg_${document.id.replaceAll('-', '')}_${createHash('sha256').update(bundle).digest('hex').slice(0, 16)}`;
}

function bodyOf({ document, bundle }: Parcel, payload: WebhookSettings['payload']): string {
  const data = {
    document: document.id,
    patient: document.patient,
    kind: document.kind,
    sender: document.sender,
    url: `/documents/${document.id}/$bundle`,
  };
  const event = JSON.stringify({
    type: 'document.converted',
    timestamp: new Date(document.settled ?? 0).toISOString(),
    data,
  });
  return payload === 'event' ? event : `${event.slice(0, -2)},"bundle":${Buffer.from(bundle).toString('utf8')}}}`;
}

function purgedBody(document: string): string {
  return JSON.stringify({ type: 'document.purged', timestamp: new Date().toISOString(), data: { document } });
}
