/** Prometheus metrics. Every label has few values: a text that clients can choose never becomes one. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Intake } from '../intake/intake.js';
import type { Member } from '../kafka/member.js';
import type { Pool } from '../workers/pool.js';
import type { MemoryBudget } from '../limits/budget.js';
import { createLabel } from './label.js';

export type Metrics = ReturnType<typeof createMetrics>;

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name: `cairn_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]): Histogram<Label> =>
    new Histogram({ name: `cairn_${name}`, help, labelNames, buckets: seconds, registers });

  return {
    registry,
    requests: counter('http_requests_total', 'Requests by route, method and status.', ['route', 'method', 'status']),
    requestDuration: histogram('http_request_duration_seconds', 'From the headers to the end of the answer.', [
      'route',
    ]),
    receivedBytes: counter('received_bytes_total', 'Bytes of bodies as received.', ['route']),
    sentBytes: counter('sent_bytes_total', 'Bytes of answers.', ['route']),
    documents: counter('documents_total', 'Converted documents by LOINC type and sender.', ['type', 'sender']),
    documentBytes: counter('document_bytes_total', 'Bytes of converted documents, after decompression.', []),
    refused: counter('documents_refused_total', 'Documents that were not converted, by FHIR issue-type.', ['code']),
    warnings: counter('document_warnings_total', 'Warnings about documents by kind.', ['kind']),
    facts: counter('document_facts_total', 'Facts of documents by outcome.', ['status']),
    conversionDuration: histogram('conversion_duration_seconds', 'Time that a worker took for a document.', []),
    queueDuration: histogram('queue_wait_seconds', 'Time that a document waited for a worker.', []),
    workerRestarts: counter('worker_restarts_total', 'Workers that were replaced, by reason.', ['reason']),
    intakeDocuments: counter('intake_documents_total', 'Documents and envelopes that were sent in, by outcome.', [
      'outcome',
      'source',
    ]),
    intakeDuration: histogram('intake_seconds', 'From the headers until a document was on disk.', []),
    deliveries: counter('deliveries_total', 'Deliveries by receiver and outcome.', ['receiver', 'outcome']),
    deliveryDuration: histogram('delivery_seconds', 'Time that a delivery took.', ['receiver']),
    deliveredEntries: counter('delivery_entries_total', 'Resources by receiver: sent, the same, older, removed.', [
      'receiver',
      'what',
    ]),
    auditSent: counter('audit_sent_total', 'Rows of the audit log that were sent, by destination.', ['sink']),
    auditFailures: counter('audit_failures_total', 'Failed attempts to send rows of the audit log, by destination.', [
      'sink',
    ]),
    kafkaTroubles: counter('kafka_troubles_total', 'Failures at the topics that are read; each was tried again.', [
      'what',
    ]),
    mappingReloads: counter('mapping_reloads_total', 'Reloads of the mappings.', ['outcome']),
    typeLabel: createLabel(),
    senderLabel: createLabel(),
  };
}

/** Gauges of a store: how much waits, since when, and the state of each receiver. */
export function watchIntake({ registry }: Metrics, { store, pressure, deliverers, auditSendings }: Intake): void {
  const registers = [registry];
  new Gauge({
    name: 'cairn_tasks_waiting',
    help: 'Documents that wait to be opened or converted.',
    registers,
    collect() {
      this.set(pressure.waiting);
    },
  });
  new Gauge({
    name: 'cairn_task_oldest_seconds',
    help: 'How long the oldest waiting document has waited; 0 if none waits.',
    registers,
    collect() {
      this.set(pressure.oldest === undefined ? 0 : Math.max(0, (Date.now() - pressure.oldest) / 1000));
    },
  });
  if (auditSendings.length > 0) {
    const behind = new Gauge({
      name: 'cairn_audit_waiting',
      help: 'Rows of the audit log that wait to be sent to a destination.',
      labelNames: ['sink'],
      registers,
    });
    new Gauge({
      name: 'cairn_audit_sink_up',
      help: 'Whether the last attempt to send the audit log to a destination succeeded.',
      labelNames: ['sink'],
      registers,
      async collect() {
        for (const { name, isUp } of auditSendings) {
          this.set({ sink: name }, isUp ? 1 : 0);
          behind.set({ sink: name }, await store.ask('auditWaiting', name));
        }
      },
    });
  }
  const byReceiver = (name: string, help: string): Gauge<'receiver'> =>
    new Gauge({ name: `cairn_${name}`, help, labelNames: ['receiver'], registers });
  if (deliverers.length === 0) return;
  const up = byReceiver('receiver_up', 'Whether a receiver accepts deliveries: 0 if it is down or paused.');
  const backlog = byReceiver('receiver_waiting', 'Documents that wait for a receiver.');
  const dead = byReceiver('dead_letters', 'Documents that could not be delivered to a receiver.');
  new Gauge({
    name: 'cairn_receivers',
    help: 'Receivers in the settings.',
    registers,
    async collect() {
      for (const { receiver } of deliverers) {
        const { state, waiting, dead: letters } = await store.ask('receiverOf', receiver.name);
        up.set({ receiver: receiver.name }, state === 'up' ? 1 : 0);
        backlog.set({ receiver: receiver.name }, waiting);
        dead.set({ receiver: receiver.name }, letters);
      }
      this.set(deliverers.length);
    },
  });
}

/** Gauges of the topics that are read: whether this node has partitions, and how much of them is still to be read. */
export function watchKafka({ registry }: Metrics, member: Pick<Member, 'isJoined' | 'lag'>): void {
  const registers = [registry];
  new Gauge({
    name: 'cairn_kafka_joined',
    help: 'Whether this node is a member of its consumer group now.',
    registers,
    collect() {
      this.set(member.isJoined ? 1 : 0);
    },
  });
  new Gauge({
    name: 'cairn_kafka_lag',
    help: 'Messages of the partitions of this node that are not done yet.',
    registers,
    async collect() {
      const lag = await member.lag();
      if (lag !== undefined) this.set(lag);
    },
  });
}

/** The values of gauges are fetched when Prometheus asks for them. */
export function watch({ registry }: Metrics, pool: Pool, budget: MemoryBudget): void {
  const gauge = (name: string, help: string, value: () => number): Gauge =>
    new Gauge({
      name: `cairn_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('queue_length', 'Documents that wait for a worker.', () => pool.state().waiting);
  gauge('workers_alive', 'Workers that have loaded their mappings.', () => pool.state().alive);
  gauge('workers_busy', 'Workers that convert a document.', () => pool.state().busy);
  gauge('in_flight_bytes', 'Bytes of bodies and answers that are held.', () => budget.taken);
}
