/** A message of Kafka as the service works on it; its headers by their names in small letters. */
export interface Message {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly headers: ReadonlyMap<string, string>;
}

/** `in/3/17`: says of a message where it is, and nothing of what is in it. */
export function placeOf({ topic, partition, offset }: Message): string {
  return `${topic}/${partition}/${offset}`;
}

/** A message as the client gives it. */
export function messageFrom(raw: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key?: Buffer | undefined;
  readonly value?: Buffer | undefined;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}): Message {
  const { topic, partition, offset, key, value, headers } = raw;
  return {
    topic,
    partition,
    offset,
    key,
    value,
    headers: new Map([...headers].map(([name, text]) => [String(name).toLowerCase(), String(text)])),
  };
}
