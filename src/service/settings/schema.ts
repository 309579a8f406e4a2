/**
 * Every setting of the service, with its default, its bounds, the environment variable that sets it and one sentence
 * that says what it does. docs/service.md and `--print-config` are held against this list by a test.
 *
 * Units stand in the names, so that no setting needs a parser of its own and no number needs a guess.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { signatureModes } from '../../signature/with-signatures.js';
import { tenantPattern } from './tenant-name.js';
import { broker, compression, mechanism, topic } from './kafka.js';
import { receiverSchema } from './receivers.js';
import { count, days, number, seconds, setting } from './setting.js';

const tenantName = z.string().regex(tenantPattern, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const apiKey = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  hash: z
    .string()
    .regex(
      /^[0-9a-f]{64}$/,
      'must be the SHA-256 of the key in 64 hexadecimal digits: `cairn serve --new-key NAME` makes one',
    ),
  sender: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be the name of a folder in senders/')
    .optional(),
  requestsPerMinute: count.optional(),
  operate: z.boolean().optional(),
  scopes: z.array(z.string().regex(/^\S+$/, 'must be a list of scopes, without spaces in a scope')).optional(),
  tenant: tenantName.optional(),
});

const feed = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  path: z.string().min(1),
  done: z.string().min(1),
  refused: z.string().min(1).optional(),
  sender: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be the name of a folder in senders/')
    .optional(),
  tenant: tenantName.optional(),
});

const tenantQuota = z.strictObject({
  /** `*` stands for every tenant without a value of its own. */
  name: z.union([z.literal('*'), tenantName]),
  documentsPerMinute: count.optional(),
  storedMegabytes: z.number().min(0.001).max(1_000_000_000).optional(),
});

export const settingsSchema = z.strictObject({
  host: setting('HOST', 'Address to listen on.', z.string().min(1).default('127.0.0.1')),
  port: number('PORT', 'Port to listen on; 0 takes any free one.', z.int().min(0).max(65_535), 8080),
  insecure: setting(
    'CAIRN_INSECURE',
    'Allows the service to listen on other addresses than loopback without authentication.',
    z.boolean().default(false),
    'boolean',
  ),
  mappings: setting(
    'CAIRN_MAPPINGS',
    'Mapping sets by name: `/etc/cairn/mappings`, or `default=DIR,trial=DIR`. `default` serves requests that name no set. If not set: the packaged set.',
    z.record(z.string().min(1).max(200), z.string().min(1)).default({}),
    'folders',
  ),
  terms: setting(
    'CAIRN_TERMS',
    'File of a term pack (docs/terms.md). Cairn adds codes that US Core wants, displays and units from the pack. If not set: no pack.',
    z.string().min(1).optional(),
  ),
  units: setting(
    'CAIRN_UNITS',
    'What Cairn does with units if the request has no option `units`: `said`, `ucum`, `canonical`. If not set: `ucum` with a term pack, `said` without.',
    z.enum(['said', 'ucum', 'canonical']).optional(),
  ),
  usCore: setting(
    'CAIRN_US_CORE',
    'The version of US Core that Bundles follow, for example `8.0.1`, if neither the request nor the mappings of the sender name one.',
    z
      .string()
      .regex(/^\d{1,3}(\.\d{1,3}){2}(-[a-z]{1,20})?$/, 'must be a version such as 8.0.1')
      .optional(),
  ),
  workers: z
    .strictObject({
      count: number('CAIRN_WORKERS', 'Worker processes.', z.int().min(1).max(256), availableParallelism()),
      largeCount: number(
        'CAIRN_LARGE_WORKERS',
        'Additional workers, of lower priority, for documents of 5 MB and more. With 0, the other workers convert these documents.',
        z.int().min(0).max(256),
        Math.ceil(availableParallelism() / 4),
      ),
      memoryMegabytes: number(
        'CAIRN_WORKER_MEMORY_MEGABYTES',
        'Heap of one worker.',
        z.int().min(64).max(65_536),
        1024,
      ),
      timeLimitSeconds: number(
        'CAIRN_TIME_LIMIT_SECONDS',
        'Longest time that the conversion of one document may take; then its worker is killed.',
        seconds,
        30,
      ),
      maxOutputMegabytes: setting(
        'CAIRN_MAX_OUTPUT_MEGABYTES',
        'Largest Bundle of one document. If not set: twenty times the size of the document, at least 16 and at most 500.',
        z.number().min(0.001).max(500).optional(),
        'number',
      ),
      queueLength: number(
        'CAIRN_QUEUE_LENGTH',
        'Documents that may wait for a worker.',
        z.int().min(0).max(100_000),
        100,
      ),
      queueSeconds: number('CAIRN_QUEUE_SECONDS', 'Longest time that a document may wait for a worker.', seconds, 30),
    })
    .prefault({}),
  store: setting(
    'CAIRN_STORE',
    'Where the service keeps the documents that are sent to /documents: a folder, or the `postgres://` address of a database that several nodes share. If not set, there is no /documents.',
    z.string().min(1).optional(),
  ),
  storeFiles: setting(
    'CAIRN_STORE_FILES',
    'Folder for the files of exports; all nodes of a store share it. If not set: the folder of the store. With a store in PostgreSQL, there are no exports without this setting.',
    z.string().min(1).optional(),
  ),
  masterKeyFile: setting(
    'CAIRN_MASTER_KEY_FILE',
    'File with the key that encrypts the store: 32 random bytes, raw, in hexadecimal digits or in base64 (`openssl rand -hex 32`). If not set, the store is not encrypted.',
    z.string().min(1).optional(),
  ),
  masterKeyCommand: setting(
    'CAIRN_MASTER_KEY_COMMAND',
    'Command that prints the master key, instead of a file; for example `aws kms decrypt --ciphertext-blob fileb://key.enc --query Plaintext --output text`. The shell runs it once, at the start; its output is never logged.',
    z.string().min(1).optional(),
  ),
  roles: setting(
    'CAIRN_ROLES',
    'What this node does: `intake` (accepts documents), `work` (converts), `deliver`. Nodes with `intake` or `work` read the topics. If not set: all three.',
    z
      .array(z.enum(['intake', 'work', 'deliver']))
      .min(1)
      .default(['intake', 'work', 'deliver']),
    'list',
  ),
  intake: z
    .strictObject({
      maxWaiting: number(
        'CAIRN_INTAKE_MAX_WAITING',
        'How many documents may wait for conversion. When so many wait, the service refuses further ones (503) before it reads their body.',
        z.int().min(1).max(100_000_000),
        100_000,
      ),
      maxWaitSeconds: setting(
        'CAIRN_INTAKE_MAX_WAIT_SECONDS',
        'How long the oldest waiting document may have waited. When it has waited longer, the service refuses further ones (503). If not set: no limit.',
        z.number().min(1).max(31_536_000).optional(),
        'number',
      ),
      minFreeMegabytes: number(
        'CAIRN_INTAKE_MIN_FREE_MEGABYTES',
        'Free space that the disk of the store must have. With less, the service refuses documents (507).',
        z.number().min(0).max(100_000_000),
        1024,
      ),
      holdReusedIds: setting(
        'CAIRN_INTAKE_HOLD_REUSED_IDS',
        'Whether a document is held until somebody releases it, if a document of another patient has the same id.',
        z.boolean().default(true),
        'boolean',
      ),
      folders: setting(
        'CAIRN_INTAKE_FOLDERS',
        'Folders from which the service takes documents, as JSON: `[{"name":"lab","path":"/feeds/lab","done":"/feeds/lab-done","refused":"/feeds/lab-refused","sender":"lab"}]`.',
        z.array(feed).default([]),
        'json',
      ),
      importFolders: setting(
        'CAIRN_INTAKE_IMPORT_FOLDERS',
        'Folders below which `$import` may read. If not set: none.',
        z.array(z.string().min(1)).default([]),
        'list',
      ),
    })
    .prefault({}),
  retention: z
    .strictObject({
      sourceDays: days('SOURCE', 'How long the bytes of a document are kept after its conversion.'),
      resultDays: days(
        'RESULT',
        'How long a Bundle is kept after every receiver has it or a newer version has replaced it.',
      ),
      refusedDays: days('REFUSED', 'How long the bytes of refused and cancelled documents are kept.'),
      eventDays: days('EVENT', 'How long the events of documents are kept.'),
      auditDays: days('AUDIT', 'How long the audit log is kept.'),
    })
    .prefault({}),
  audit: z
    .strictObject({
      file: setting(
        'CAIRN_AUDIT_FILE',
        'File to which each row of the audit log is also appended, as a line of JSON. It may be rotated by renaming.',
        z.string().min(1).optional(),
      ),
      syslog: setting(
        'CAIRN_AUDIT_SYSLOG',
        'Syslog server to which each row of the audit log is also sent (RFC 5424): `udp://logs.example.org:514`, `tcp://…:514`, `tls://…:6514`.',
        z
          .string()
          .refine(
            (text) => /^(udp|tcp|tls):\/\/[^/?#@\s]+$/.test(text) && URL.canParse(text),
            'must be such as tls://logs.example.org:6514 (udp, tcp, tls)',
          )
          .optional(),
      ),
      syslogCaFile: setting(
        'CAIRN_AUDIT_SYSLOG_CA_FILE',
        'PEM file of the authorities that may sign the certificate of a `tls://` server. If not set: the authorities that Node trusts.',
        z.string().min(1).optional(),
      ),
      syslogCertificateFile: setting(
        'CAIRN_AUDIT_SYSLOG_CERTIFICATE_FILE',
        'PEM file of the client certificate that Cairn shows to the syslog server.',
        z.string().min(1).optional(),
      ),
      syslogKeyFile: setting(
        'CAIRN_AUDIT_SYSLOG_KEY_FILE',
        'PEM file with the private key of the client certificate.',
        z.string().min(1).optional(),
      ),
    })
    .prefault({}),
  tenants: setting(
    'CAIRN_TENANTS',
    'Quotas of tenants, as JSON: `[{"name":"north","documentsPerMinute":600,"storedMegabytes":50000},{"name":"*","documentsPerMinute":60}]`. Each node counts documents a minute for itself; megabytes are those of the source documents.',
    z.array(tenantQuota).default([]),
    'json',
  ),
  receivers: setting(
    'CAIRN_RECEIVERS',
    'Receivers of the converted documents, as JSON: FHIR servers, webhooks, folders, buckets, topics (docs/intake.md).',
    z.array(receiverSchema).default([]),
    'json',
  ),
  kafka: z
    .strictObject({
      brokers: setting(
        'CAIRN_KAFKA_BROKERS',
        'Brokers from which Cairn reads topics (Kafka, or a system with its protocol): `broker-1:9092,broker-2:9092`.',
        z.array(broker).min(1),
        'list',
      ),
      topics: setting(
        'CAIRN_KAFKA_TOPICS',
        'Topics to read; their messages are documents or envelopes (docs/scale.md).',
        z.array(topic).min(1),
        'list',
      ),
      group: setting(
        'CAIRN_KAFKA_GROUP',
        'The consumer group; nodes with the same group share the partitions.',
        z.string().min(1).max(249).default('cairn'),
      ),
      to: setting(
        'CAIRN_KAFKA_TO',
        'Topic to which Bundles are written if there is no store. With a store, Bundles go to `receivers`.',
        topic.optional(),
      ),
      refused: setting(
        'CAIRN_KAFKA_REFUSED',
        'Topic for refused messages, with the OperationOutcome in a header. If not set: the name of the source topic and `.refused`.',
        topic.optional(),
      ),
      from: setting(
        'CAIRN_KAFKA_FROM',
        'Where a new group begins to read: `earliest` or `latest`.',
        z.enum(['earliest', 'latest']).default('earliest'),
      ),
      sender: setting(
        'CAIRN_KAFKA_SENDER',
        'Sender of all documents of the topics; the overlay of this sender applies.',
        z
          .string()
          .regex(/^[\w.-]{1,64}$/, 'must be the name of a folder in senders/')
          .optional(),
      ),
      tenant: setting('CAIRN_KAFKA_TENANT', 'Tenant of all documents of the topics.', tenantName.optional()),
      confidentiality: setting(
        'CAIRN_KAFKA_CONFIDENTIALITY',
        'Confidentiality codes (`R`, `V`) whose Bundles may go to the topic `kafka.to`. Documents with another of these codes are refused.',
        z.array(z.enum(['R', 'V'])).default([]),
        'list',
      ),
      compression: setting(
        'CAIRN_KAFKA_COMPRESSION',
        'Compression of the messages that Cairn writes: `none`, `gzip`, `snappy`, `lz4`, `zstd`.',
        compression.default('gzip'),
      ),
      sessionSeconds: number(
        'CAIRN_KAFKA_SESSION_SECONDS',
        'Session timeout: after so many seconds without a heartbeat from a node, its partitions go to other nodes.',
        z.number().min(1).max(1800),
        30,
      ),
      clientId: setting(
        'CAIRN_KAFKA_CLIENT_ID',
        'The name of Cairn in the logs and quotas of the brokers.',
        z.string().min(1).max(249).default('cairn'),
      ),
      tls: z
        .strictObject({
          enabled: setting(
            'CAIRN_KAFKA_TLS',
            'Whether connections to the brokers use TLS.',
            z.boolean().default(true),
            'boolean',
          ),
          caFile: setting(
            'CAIRN_KAFKA_TLS_CA_FILE',
            "PEM file of the authorities that may sign the brokers' certificates. If not set: the authorities that Node trusts.",
            z.string().min(1).optional(),
          ),
          certificateFile: setting(
            'CAIRN_KAFKA_TLS_CERTIFICATE_FILE',
            'PEM file of the client certificate that Cairn shows to the brokers.',
            z.string().min(1).optional(),
          ),
          keyFile: setting(
            'CAIRN_KAFKA_TLS_KEY_FILE',
            'PEM file with the private key of the client certificate.',
            z.string().min(1).optional(),
          ),
        })
        .optional(),
      login: z
        .strictObject({
          mechanism: setting(
            'CAIRN_KAFKA_LOGIN',
            'How to log in (SASL): `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`, `OAUTHBEARER`. If not set: no login.',
            mechanism,
          ),
          user: setting('CAIRN_KAFKA_USER', 'The user, for `PLAIN` and `SCRAM`.', z.string().min(1).optional()),
          passwordFile: setting(
            'CAIRN_KAFKA_PASSWORD_FILE',
            'File with the password, for `PLAIN` and `SCRAM`.',
            z.string().min(1).optional(),
          ),
          tokenFile: setting(
            'CAIRN_KAFKA_TOKEN_FILE',
            'File with the token, for `OAUTHBEARER`; Cairn reads it again before each connection.',
            z.string().min(1).optional(),
          ),
        })
        .optional(),
    })
    .optional(),
  purposes: z
    .strictObject({
      purposes: setting(
        'CAIRN_PURPOSES',
        'Folders with your own purposes, in addition to the packaged ones. A file with the id of a packaged purpose patches that purpose.',
        z.array(z.string().min(1)).default([]),
        'list',
      ),
      valueSets: setting(
        'CAIRN_VALUE_SETS',
        'Folders with your own ValueSets, in addition to the packaged ones.',
        z.array(z.string().min(1)).default([]),
        'list',
      ),
      base: setting(
        'CAIRN_CANONICAL_BASE',
        'Canonical base of the packaged purposes and ValueSets.',
        z.url().default('https://cairn.example/fhir'),
      ),
    })
    .prefault({}),
  attachments: z
    .strictObject({
      signature: setting(
        'CAIRN_ATTACHMENT_SIGNATURE',
        'Whether submitted attachments must be signed: `ignore`, `present`, or `verify` (digital signatures of Bundles).',
        z.enum(['ignore', 'present', 'verify']).default('ignore'),
      ),
      certificates: setting(
        'CAIRN_ATTACHMENT_CERTIFICATES',
        'PEM file of the authorities that may sign the certificates of signatures. If not set: any.',
        z.string().min(1).optional(),
      ),
      tasks: setting(
        'CAIRN_ATTACHMENT_TASKS',
        'Purposes that narrow the answers to data requests, by work queue tag or purpose of use, as JSON: `{"risk-adjustment":{"purpose":"risk-profile","parameters":{"from":"2024-01-01","to":"2024-12-31"}}}`.',
        z
          .record(
            z.string(),
            z.strictObject({ purpose: z.string(), parameters: z.record(z.string(), z.string()).default({}) }),
          )
          .default({}),
        'json',
      ),
    })
    .prefault({}),
  signatures: z
    .strictObject({
      mode: setting(
        'CAIRN_SIGNATURES',
        'What Cairn does with digital signatures of documents: `keep`, `verify` (check them and report an issue), or `require` (also refuse a document without a valid signature, 422).',
        z.enum(signatureModes).default('keep'),
      ),
      certificates: setting(
        'CAIRN_SIGNATURE_CERTIFICATES',
        'PEM file of the certificates that may sign documents, or of their authorities. If not set, no signature is trusted.',
        z.string().min(1).optional(),
      ),
    })
    .prefault({}),
  limits: z
    .strictObject({
      bodyMegabytes: number(
        'CAIRN_BODY_MEGABYTES',
        'Largest size of a body, after decompression.',
        z.number().min(0.001).max(500),
        50,
      ),
      inflationRatio: number(
        'CAIRN_INFLATION_RATIO',
        'Largest ratio of decompressed to received bytes, for bodies above one megabyte.',
        z.number().min(2).max(10_000),
        100,
      ),
      inFlightMegabytes: number(
        'CAIRN_IN_FLIGHT_MEGABYTES',
        'Memory for all bodies and answers that are held at the same time.',
        z.number().min(1).max(1_000_000),
        512,
      ),
      bodySeconds: number('CAIRN_BODY_SECONDS', 'Longest time for a whole body to arrive.', seconds, 120),
      idleSeconds: number(
        'CAIRN_IDLE_SECONDS',
        'Longest pause while a client sends a body or reads an answer.',
        seconds,
        10,
      ),
      headerKilobytes: number(
        'CAIRN_HEADER_KILOBYTES',
        'Largest size of all headers of a request together.',
        z.int().min(1).max(1024),
        16,
      ),
      headerSeconds: number('CAIRN_HEADER_SECONDS', 'Longest time for the headers to arrive.', seconds, 10),
      keepAliveSeconds: number('CAIRN_KEEP_ALIVE_SECONDS', 'How long an idle connection stays open.', seconds, 65),
      connections: number('CAIRN_CONNECTIONS', 'Open connections.', count, 2000),
      requestsPerMinute: number(
        'CAIRN_REQUESTS_PER_MINUTE',
        'Requests a minute for each client: key, subject of the token, or address. Open pages and /metrics do not count.',
        count,
        6000,
      ),
      failedLoginsPerMinute: number(
        'CAIRN_FAILED_LOGINS_PER_MINUTE',
        'How many refused keys and tokens a minute are allowed from one address.',
        count,
        60,
      ),
    })
    .prefault({}),
  keys: setting(
    'CAIRN_KEYS',
    'API keys, separated by commas: `NAME:HASH`, with SENDER, RATE, SCOPES and TENANT behind where wanted. HASH is the SHA-256 of the key, `+` separates scopes, and `operate` stands for all scopes but `cairn/tenants`: `feed:HASH`, `feed:HASH:SENDER:RATE`, `ops:HASH:::operate`, `audit:HASH:::cairn/audit:north`.',
    z.array(apiKey).default([]),
    'keys',
  ),
  jwt: z
    .strictObject({
      issuer: setting('CAIRN_JWT_ISSUER', 'The `iss` that a token must have.', z.string().min(1)),
      audience: setting('CAIRN_JWT_AUDIENCE', 'The `aud` that a token must have.', z.string().min(1)),
      jwks: setting(
        'CAIRN_JWT_JWKS',
        'JWKS with the keys that sign tokens: a file or an https address.',
        z.string().min(1),
      ),
      scope: setting(
        'CAIRN_JWT_SCOPE',
        'The SMART scope that a token must grant.',
        z.string().default('system/Bundle.c'),
      ),
      readScope: setting(
        'CAIRN_JWT_READ_SCOPE',
        'The SMART scope that a token must grant to read what is in the store.',
        z.string().default('system/Bundle.r'),
      ),
      operateScope: setting(
        'CAIRN_JWT_OPERATE_SCOPE',
        'The scope that a token must grant to import, export, replay and steer receivers.',
        z.string().default('cairn/operate'),
      ),
      auditScope: setting(
        'CAIRN_JWT_AUDIT_SCOPE',
        'The scope that a token must grant to read the audit log.',
        z.string().default('cairn/audit'),
      ),
      purgeScope: setting(
        'CAIRN_JWT_PURGE_SCOPE',
        'The scope that a token must grant to purge.',
        z.string().default('cairn/purge'),
      ),
      tenantsScope: setting(
        'CAIRN_JWT_TENANTS_SCOPE',
        'The scope that a token must grant to act for any tenant, and to see the store as a whole.',
        z.string().default('cairn/tenants'),
      ),
      tenantClaim: setting(
        'CAIRN_JWT_TENANT_CLAIM',
        'The claim that names the tenant of a token, for example `tenant`. If not set, tokens have no tenant.',
        z.string().min(1).optional(),
      ),
      attachmentScope: setting(
        'CAIRN_JWT_ATTACHMENT_SCOPE',
        'The SMART scope that a token must grant to submit attachments.',
        z.string().default('system/DocumentReference.c'),
      ),
      purposeScope: setting(
        'CAIRN_JWT_PURPOSE_SCOPE',
        'The SMART scope that a token must grant to ask purposes.',
        z.string().default('system/*.rs'),
      ),
    })
    .optional(),
  tls: z
    .strictObject({
      certificate: setting('CAIRN_TLS_CERTIFICATE', 'PEM file with the certificate and its chain.', z.string().min(1)),
      key: setting('CAIRN_TLS_KEY', 'PEM file with the private key.', z.string().min(1)),
    })
    .optional(),
  cors: z
    .strictObject({
      origins: setting(
        'CAIRN_CORS_ORIGINS',
        'Origins whose pages may call the service. If not set: none.',
        z
          .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://app.example.org'))
          .default([]),
        'list',
      ),
    })
    .prefault({}),
  trustProxy: setting(
    'CAIRN_TRUST_PROXY',
    'Addresses or networks of the proxies whose X-Forwarded-For header is trusted.',
    z.array(z.string().min(1)).default([]),
    'list',
  ),
  metricsOpen: setting(
    'CAIRN_METRICS_OPEN',
    'Whether /metrics answers without authentication when the service has authentication.',
    z.boolean().default(false),
    'boolean',
  ),
  logLevel: setting(
    'CAIRN_LOG_LEVEL',
    'Lowest level that is logged.',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ),
  drainSeconds: number(
    'CAIRN_DRAIN_SECONDS',
    'How long running conversions may take to finish after SIGTERM.',
    seconds,
    30,
  ),
});

export type Settings = z.output<typeof settingsSchema>;
export type ApiKey = Settings['keys'][number];
export type Role = Settings['roles'][number];
export type TenantQuota = Settings['tenants'][number];
export type Feed = Settings['intake']['folders'][number];
