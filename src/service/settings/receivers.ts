/** The receivers of converted documents. Secrets are in files of their own, so that the settings hold none. */
import { z } from 'zod';
import { compression, kafkaConnection, topic } from './kafka.js';

const name = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const common = {
  name,
  /** The receiver gets only documents of these senders, kinds (LOINC) and tenants (`*`: all). If absent, all documents. */
  when: z
    .strictObject({
      senders: z.array(z.string()).optional(),
      kinds: z.array(z.string()).optional(),
      tenants: z.array(z.string()).optional(),
    })
    .optional(),
  /** Restricted (R) and very restricted (V) documents go only to receivers that name that code here. */
  confidentiality: z.array(z.enum(['R', 'V'])).default([]),
  /** How many deliveries may run at the same time. Two of one patient never do. */
  lanes: z.int().min(1).max(64).default(4),
  /** A delivery that has not succeeded after so many hours is a dead letter. */
  deliverWithinHours: z.number().min(0.001).max(8760).default(72),
};

const overHttp = {
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  timeoutSeconds: z.number().min(0.1).max(3600).default(60),
  tls: z
    .strictObject({
      certificateFile: z.string().optional(),
      keyFile: z.string().optional(),
      caFile: z.string().optional(),
    })
    .optional(),
};

const login = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer'), tokenFile: z.string() }),
  z.strictObject({ kind: z.literal('basic'), user: z.string(), passwordFile: z.string() }),
  z.strictObject({
    kind: z.literal('smart'),
    clientId: z.string(),
    /** A JWK, or PKCS#8 in PEM. */
    keyFile: z.string(),
    algorithm: z.enum(['RS384', 'ES384']).default('ES384'),
    keyId: z.string().optional(),
    scope: z.string().default('system/*.cruds'),
    tokenUrl: z.url().optional(),
  }),
]);

export const receiverSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fhir'),
    ...common,
    ...overHttp,
    /** `tag` is for servers that assign ids themselves. */
    upsert: z.enum(['id', 'tag']).default('id'),
    maxEntries: z.int().min(1).max(100_000).default(500),
    maxMegabytes: z.number().min(0.01).max(500).default(10),
    /** Whether Cairn deletes a resource that a newer version of its document no longer has. */
    removed: z.enum(['delete', 'keep']).default('delete'),
    login: login.optional(),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    ...common,
    ...overHttp,
    secretFile: z.string(),
    payload: z.enum(['event', 'bundle']).default('event'),
  }),
  z.strictObject({ kind: z.literal('folder'), ...common, path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('s3'),
    ...common,
    ...overHttp,
    region: z.string().default('us-east-1'),
    accessKeyId: z.string(),
    secretKeyFile: z.string(),
    prefix: z.string().max(200).default(''),
    encryption: z.enum(['AES256', 'aws:kms']).optional(),
  }),
  z.strictObject({
    kind: z.literal('kafka'),
    ...common,
    ...kafkaConnection,
    topic,
    compression: compression.default('gzip'),
  }),
]);

export type ReceiverSettings = z.output<typeof receiverSchema>;
