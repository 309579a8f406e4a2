import { mistakesOfConnection } from './kafka.js';
import type { Settings } from './schema.js';

/** Mistakes of Kafka. Cairn reads topics into a store, or converts from one topic to another. */
export function mistakesOfKafka({ kafka, store, roles, receivers }: Settings): string[] {
  const mistakes = receivers.flatMap((receiver) =>
    receiver.kind === 'kafka' ? mistakesOfConnection(receiver).map((one) => `receivers: ${receiver.name}: ${one}`) : [],
  );
  if (kafka === undefined) return mistakes;
  const { topics, to, refused, confidentiality } = kafka;
  mistakes.push(...mistakesOfConnection(kafka).map((one) => `kafka.${one}`));
  if (store === undefined) {
    if (to === undefined)
      mistakes.push('kafka.to: without a store, Bundles need a topic: set kafka.to (or store: --store DIR)');
    if (!roles.includes('work')) mistakes.push('roles: without a store, `work` reads and converts the topics: add it');
  } else {
    if (to !== undefined)
      mistakes.push('kafka.to: with a store, Bundles go to receivers: add a receiver of kind kafka with that topic');
    if (confidentiality.length > 0)
      mistakes.push('kafka.confidentiality: with a store, each receiver says which documents it may have');
  }
  const own = [...(to === undefined ? [] : [to]), ...(refused === undefined ? [] : [refused])];
  for (const name of own) {
    if (topics.includes(name))
      mistakes.push(`kafka.topics: ${name} is both read and written, so Bundles would come in again as documents`);
  }
  if (to !== undefined && to === refused) mistakes.push('kafka.refused: must be another topic than kafka.to');
  for (const receiver of receivers) {
    if (receiver.kind === 'kafka' && topics.includes(receiver.topic) && isSameCluster(receiver.brokers, kafka.brokers))
      mistakes.push(
        `receivers: ${receiver.name}: ${receiver.topic} is also a topic that is read, so Bundles would come in again as documents`,
      );
  }
  return mistakes;
}

function isSameCluster(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.includes(one));
}
