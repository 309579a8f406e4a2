/** How brokers of the Kafka protocol are reached. Secrets stand in files of their own, so that none is in the settings. */
import { z } from 'zod';

export const broker = z
  .string()
  .regex(/^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/, 'must be a host and a port, such as broker-1.example.org:9092');

export const topic = z
  .string()
  .regex(/^[\w.-]{1,249}$/, 'must be a name of 1 to 249 letters, digits, dots, dashes or underscores');

export const mechanism = z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']);

export const compression = z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']);

/** Of a receiver; that of the topics that are read has an environment variable for each (schema.ts). */
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
      /** Of OAUTHBEARER; read anew before each connection. */
      tokenFile: z.string().optional(),
    })
    .optional(),
};

/** What a connection of the settings looks like, wherever it stands. */
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

/** What no single setting of a connection shows. */
export function mistakesOfConnection({ tls, login }: KafkaConnectionSettings): string[] {
  const mistakes: string[] = [];
  if ((tls?.certificateFile === undefined) !== (tls?.keyFile === undefined))
    mistakes.push('tls: certificateFile and keyFile belong together');
  if (tls?.enabled === false && (tls.caFile ?? tls.certificateFile) !== undefined)
    mistakes.push('tls: there are certificates, and no TLS (enabled: false)');
  if (login === undefined) return mistakes;
  if (login.mechanism === 'OAUTHBEARER') {
    if (login.tokenFile === undefined) mistakes.push('login: OAUTHBEARER needs tokenFile');
    if ((login.user ?? login.passwordFile) !== undefined)
      mistakes.push('login: OAUTHBEARER takes a token (tokenFile), no user and password');
  } else {
    if (login.user === undefined || login.passwordFile === undefined)
      mistakes.push(`login: ${login.mechanism} needs user and passwordFile`);
    if (login.tokenFile !== undefined) mistakes.push('login: a token is for OAUTHBEARER alone');
  }
  return mistakes;
}
