/** How brokers of the Kafka protocol are reached: Kafka, Redpanda, MSK and Event Hubs. */
import type { BaseOptions } from '@platformatic/kafka';

export interface KafkaConnection {
  /** `broker-1:9092`. The other brokers of the cluster are learned from these. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /**
   * PEM: the authority of the brokers' certificates, and the client's certificate and key. If present, the connection
   * uses TLS.
   */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  readonly login?: KafkaLogin | undefined;
}

export type KafkaLogin =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly user: string;
      readonly password: string;
    }
  /** Called before each connection, because tokens end. */
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: () => string };

export type KafkaClient = typeof import('@platformatic/kafka');

/** The version line of the client that runs on Node 20; its version 2 needs Node 22. */
const PACKAGE = '@platformatic/kafka';
const VERSION = '1.35.0';

/**
 * Loads the Kafka client. It is an optional peer dependency, installed beside Cairn, so that nobody needs it who has no
 * Kafka.
 * @throws Error if it is not installed
 */
export async function loadKafka(): Promise<KafkaClient> {
  try {
    return await import('@platformatic/kafka');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new Error(
      isAbsent
        ? `Kafka needs the package ${PACKAGE}, which is not installed: npm install ${PACKAGE}@${VERSION}`
        : `the package ${PACKAGE} cannot be loaded`,
      { cause: error },
    );
  }
}

/** The options that every client of these brokers has. */
export function clientOptions({ brokers, clientId, tls, login }: KafkaConnection): BaseOptions {
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: 5000,
    // The caller tries again, and knows when to stop.
    retries: 1,
    retryDelay: 250,
    ...(tls === undefined ? {} : { tls: { ...tls, minVersion: 'TLSv1.2' } }),
    ...(login === undefined ? {} : { sasl: saslOf(login) }),
  };
}

function saslOf(login: KafkaLogin): NonNullable<BaseOptions['sasl']> {
  return login.mechanism === 'OAUTHBEARER'
    ? { mechanism: login.mechanism, token: login.token }
    : { mechanism: login.mechanism, username: login.user, password: login.password };
}

/**
 * Checks that topics exist. Gives what is wrong in one line, with `away` if no broker answers; undefined if nothing is
 * wrong.
 */
export async function faultOfTopics(
  kafka: KafkaClient,
  connection: KafkaConnection,
  topics: readonly string[],
): Promise<{ readonly away: boolean; readonly text: string } | undefined> {
  const brokers = connection.brokers.join(', ');
  const admin = new kafka.Admin(clientOptions(connection));
  try {
    const there = await admin.listTopics();
    const missing = topics.find((topic) => !there.includes(topic));
    return missing === undefined
      ? undefined
      : { away: false, text: `there is no topic ${missing} at ${brokers}: make it, or name another one` };
  } catch (error) {
    return isLoginRefused(error)
      ? { away: false, text: `${brokers} refuse the login` }
      : { away: true, text: `no broker of Kafka answers at ${brokers}` };
  } finally {
    await admin.close().catch(() => undefined);
  }
}

/** The causes of an error of the client, from the outermost to the innermost. */
export function causesOf(error: unknown): readonly Record<string, unknown>[] {
  if (typeof error !== 'object' || error === null) return [];
  const { errors = [], cause } = error as { errors?: readonly unknown[]; cause?: unknown };
  return [error as Record<string, unknown>, ...[...errors, cause].flatMap(causesOf)];
}

/** A code for the log. The text of an error is not logged, because it may quote what was sent. */
export function kafkaErrorCodeOf(error: unknown): string {
  const causes = causesOf(error);
  const named = causes.map(({ apiId }) => apiId).find((id) => typeof id === 'string');
  const code = causes.map(({ code: one }) => one).findLast((one) => typeof one === 'string');
  return named ?? code ?? 'unknown';
}

export function isLoginRefused(error: unknown): boolean {
  return causesOf(error).some(
    ({ code, apiId }) => code === 'PLT_KFK_AUTHENTICATION' || AUTHORIZATION.has(String(apiId)),
  );
}

const AUTHORIZATION = new Set([
  'SASL_AUTHENTICATION_FAILED',
  // A broker refuses a token with a challenge (RFC 7628 3.2.3). The client goes on as if it had been let in.
  'ILLEGAL_SASL_STATE',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);
