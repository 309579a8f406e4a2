/** A message of Kafka in the form for the service. Header names are in lower case. */
export interface Message {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly headers: ReadonlyMap<string, string>;
}

/** `in/3/17`: the place of a message. It says nothing of the content. */
export function messagePlace({ topic, partition, offset }: Message): string {
  return `${topic}/${partition}/${offset}`;
}

/** Makes a message from what the client gives. */
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
