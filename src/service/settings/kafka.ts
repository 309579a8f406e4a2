/** How Cairn reaches the brokers of Kafka. Secrets are in files of their own, so that the settings hold none. */
import { z } from 'zod';

export const broker = z
  .string()
  .regex(/^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/, 'must be a host and a port, such as broker-1.example.org:9092');

export const topic = z
  .string()
  .regex(/^[\w.-]{1,249}$/, 'must be a name of 1 to 249 letters, digits, dots, dashes or underscores');

export const mechanism = z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']);

export const compression = z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']);

/** The connection of a receiver. The connection for the topics that Cairn reads is in schema.ts, since its settings have environment variables. */
export const kafkaConnection = {
  brokers: z.array(broker).min(1),
  clientId: z.string().min(1).max(249).default('cairn'),
  tls: z
    .strictObject({
      caFile: z.string().optional(),
      certificateFile: z.string().optional(),
      keyFile: z.string().optional(),
    })
    .optional(),
  login: z
    .strictObject({
      mechanism,
      user: z.string().optional(),
      passwordFile: z.string().optional(),
      /** For OAUTHBEARER. Cairn reads the file again before each connection. */
      tokenFile: z.string().optional(),
    })
    .optional(),
};

/** A connection in the settings: that of a receiver, or that for the topics that Cairn reads. */
export interface KafkaConnectionSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?:
    | {
        readonly enabled?: boolean | undefined;
        readonly caFile?: string | undefined;
        readonly certificateFile?: string | undefined;
        readonly keyFile?: string | undefined;
      }
    | undefined;
  readonly login?:
    | {
        readonly mechanism: z.output<typeof mechanism>;
        readonly user?: string | undefined;
        readonly passwordFile?: string | undefined;
        readonly tokenFile?: string | undefined;
      }
    | undefined;
}

/** The mistakes of a connection that only several settings together show. */
export function mistakesOfConnection({ tls, login }: KafkaConnectionSettings): string[] {
  const mistakes: string[] = [];
  if ((tls?.certificateFile === undefined) !== (tls?.keyFile === undefined))
    mistakes.push('tls: certificateFile and keyFile belong together');
  if (tls?.enabled === false && (tls.caFile ?? tls.certificateFile) !== undefined)
    mistakes.push('tls: certificates are set, but TLS is off (enabled: false)');
  if (login === undefined) return mistakes;
  if (login.mechanism === 'OAUTHBEARER') {
    if (login.tokenFile === undefined) mistakes.push('login: OAUTHBEARER needs tokenFile');
    if ((login.user ?? login.passwordFile) !== undefined)
      mistakes.push('login: OAUTHBEARER takes a token (tokenFile), not a user and a password');
  } else {
    if (login.user === undefined || login.passwordFile === undefined)
      mistakes.push(`login: ${login.mechanism} needs user and passwordFile`);
    if (login.tokenFile !== undefined) mistakes.push('login: only OAUTHBEARER takes a token (tokenFile)');
  }
  return mistakes;
}
