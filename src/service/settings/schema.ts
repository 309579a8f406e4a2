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
  scopes: z.array(z.string().regex(/^\S+$/, 'must be scopes, one a text')).optional(),
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
    'Allows to listen on other addresses than loopback without authentication.',
    z.boolean().default(false),
    'boolean',
  ),
  mappings: setting(
    'CAIRN_MAPPINGS',
    'Mapping sets by name, `default` for requests that name none: `/etc/cairn/mappings`, or `default=DIR,trial=DIR`. The packaged set where absent.',
    z.record(z.string().min(1).max(200), z.string().min(1)).default({}),
    'folders',
  ),
  terms: setting(
    'CAIRN_TERMS',
    'A term pack (docs/terms.md): codes that US Core wants, displays and units are added from it. None where absent.',
    z.string().min(1).optional(),
  ),
  units: setting(
    'CAIRN_UNITS',
    'What becomes of units where a request does not say it: `said`, `ucum` (where there is a term pack), `canonical`.',
    z.enum(['said', 'ucum', 'canonical']).optional(),
  ),
  usCore: setting(
    'CAIRN_US_CORE',
    'The version of US Core that Bundles follow where neither the request nor the mappings of the sender say one: `8.0.1`.',
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
        'Further workers, of lower priority, for documents from 5 MB on; with 0 the others convert them.',
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
        'Longest conversion of one document; then its worker is ended.',
        seconds,
        30,
      ),
      maxOutputMegabytes: setting(
        'CAIRN_MAX_OUTPUT_MEGABYTES',
        'Largest Bundle of one document; twenty times the document, at least 16 and at most 500, where absent.',
        z.number().min(0.001).max(500).optional(),
        'number',
      ),
      queueLength: number(
        'CAIRN_QUEUE_LENGTH',
        'Documents that may wait for a worker.',
        z.int().min(0).max(100_000),
        100,
      ),
      queueSeconds: number('CAIRN_QUEUE_SECONDS', 'Longest wait for a worker.', seconds, 30),
    })
    .prefault({}),
  store: setting(
    'CAIRN_STORE',
    'Where documents that are sent to /documents are kept until they are converted, and after: a folder, or the `postgres://` address of a database that several nodes share. Without it there is no /documents.',
    z.string().min(1).optional(),
  ),
  storeFiles: setting(
    'CAIRN_STORE_FILES',
    'Folder for the files of exports; all nodes of a store share it. The folder of the store where absent; a store in PostgreSQL exports nothing without it.',
    z.string().min(1).optional(),
  ),
  masterKeyFile: setting(
    'CAIRN_MASTER_KEY_FILE',
    'File of 32 random bytes (as they are, in hexadecimal digits, or in base64) by which the store is encrypted: `openssl rand -hex 32`. Not encrypted where absent.',
    z.string().min(1).optional(),
  ),
  masterKeyCommand: setting(
    'CAIRN_MASTER_KEY_COMMAND',
    'Command whose output is that key, instead of a file: of a KMS, for example `aws kms decrypt --ciphertext-blob fileb://key.enc --query Plaintext --output text`. Run by the shell at the start; its output is never logged.',
    z.string().min(1).optional(),
  ),
  roles: setting(
    'CAIRN_ROLES',
    'What this node does: `intake` (takes documents in), `work` (converts), `deliver`; topics are read by nodes of the first two. All of it where absent.',
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
        'Documents that may wait to be converted; then no more are taken (503) before their body is read.',
        z.int().min(1).max(100_000_000),
        100_000,
      ),
      maxWaitSeconds: setting(
        'CAIRN_INTAKE_MAX_WAIT_SECONDS',
        'How long the oldest that waits may have waited; then no more are taken. No limit where absent.',
        z.number().min(1).max(31_536_000).optional(),
        'number',
      ),
      minFreeMegabytes: number(
        'CAIRN_INTAKE_MIN_FREE_MEGABYTES',
        'What must be free on the disk of the store; below it nothing is taken (507).',
        z.number().min(0).max(100_000_000),
        1024,
      ),
      holdReusedIds: setting(
        'CAIRN_INTAKE_HOLD_REUSED_IDS',
        'Whether a document whose id is that of a document of another patient is held until somebody releases it.',
        z.boolean().default(true),
        'boolean',
      ),
      folders: setting(
        'CAIRN_INTAKE_FOLDERS',
        'Folders that are fed, as JSON: `[{"name":"lab","path":"/feeds/lab","done":"/feeds/lab-done","refused":"/feeds/lab-refused","sender":"lab"}]`.',
        z.array(feed).default([]),
        'json',
      ),
      importFolders: setting(
        'CAIRN_INTAKE_IMPORT_FOLDERS',
        'Folders below which `$import` may read; none where absent.',
        z.array(z.string().min(1)).default([]),
        'list',
      ),
    })
    .prefault({}),
  retention: z
    .strictObject({
      sourceDays: days('SOURCE', 'How long the bytes of a document are kept after it was converted.'),
      resultDays: days(
        'RESULT',
        'How long a Bundle is kept after every receiver has it, or a newer version replaced it.',
      ),
      refusedDays: days('REFUSED', 'How long the bytes of what was refused or cancelled are kept.'),
      eventDays: days('EVENT', 'How long is kept what happened to documents.'),
      auditDays: days('AUDIT', 'How long the audit is kept.'),
    })
    .prefault({}),
  audit: z
    .strictObject({
      file: setting(
        'CAIRN_AUDIT_FILE',
        'File at whose end each row of the audit is written as a line of JSON, besides the store; the system may rotate it by renaming.',
        z.string().min(1).optional(),
      ),
      syslog: setting(
        'CAIRN_AUDIT_SYSLOG',
        'Server of logs that each row of the audit is sent to (RFC 5424): `udp://logs.example.org:514`, `tcp://…:514`, `tls://…:6514`.',
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
        'PEM file of who signed the certificate of a `tls://` server; those that Node knows where absent.',
        z.string().min(1).optional(),
      ),
      syslogCertificateFile: setting(
        'CAIRN_AUDIT_SYSLOG_CERTIFICATE_FILE',
        'PEM file of the certificate by which Cairn says to it who it is.',
        z.string().min(1).optional(),
      ),
      syslogKeyFile: setting(
        'CAIRN_AUDIT_SYSLOG_KEY_FILE',
        'PEM file of its private key.',
        z.string().min(1).optional(),
      ),
    })
    .prefault({}),
  tenants: setting(
    'CAIRN_TENANTS',
    'How much of a tenant is taken in, as JSON: `[{"name":"north","documentsPerMinute":600,"storedMegabytes":50000},{"name":"*","documentsPerMinute":60}]`; documents a minute of each node, megabytes of documents as they came.',
    z.array(tenantQuota).default([]),
    'json',
  ),
  receivers: setting(
    'CAIRN_RECEIVERS',
    'Where what is converted goes, as JSON: FHIR servers, webhooks, folders, buckets, topics (docs/intake.md).',
    z.array(receiverSchema).default([]),
    'json',
  ),
  kafka: z
    .strictObject({
      brokers: setting(
        'CAIRN_KAFKA_BROKERS',
        'Brokers of Kafka, or of what speaks its protocol, whose topics are read: `broker-1:9092,broker-2:9092`.',
        z.array(broker).min(1),
        'list',
      ),
      topics: setting(
        'CAIRN_KAFKA_TOPICS',
        'Topics whose messages are documents, or envelopes of them (docs/scale.md).',
        z.array(topic).min(1),
        'list',
      ),
      group: setting(
        'CAIRN_KAFKA_GROUP',
        'The consumer group; all nodes of one name share the partitions.',
        z.string().min(1).max(249).default('cairn'),
      ),
      to: setting(
        'CAIRN_KAFKA_TO',
        'Topic of the Bundles, where there is no store. With a store, Bundles go to `receivers`.',
        topic.optional(),
      ),
      refused: setting(
        'CAIRN_KAFKA_REFUSED',
        'Topic of what is refused, with the OperationOutcome in a header; the name of the topic and `.refused` where absent.',
        topic.optional(),
      ),
      from: setting(
        'CAIRN_KAFKA_FROM',
        'Where a group begins that has read nothing yet: `earliest` or `latest`.',
        z.enum(['earliest', 'latest']).default('earliest'),
      ),
      sender: setting(
        'CAIRN_KAFKA_SENDER',
        'Sender of all documents of the topics, whose overlay applies.',
        z
          .string()
          .regex(/^[\w.-]{1,64}$/, 'must be the name of a folder in senders/')
          .optional(),
      ),
      tenant: setting(
        'CAIRN_KAFKA_TENANT',
        'Tenant of all documents of the topics, where tenants are told apart.',
        tenantName.optional(),
      ),
      confidentiality: setting(
        'CAIRN_KAFKA_CONFIDENTIALITY',
        'Documents marked `R` or `V` go to the topic of the Bundles only where they are named here; else they are refused.',
        z.array(z.enum(['R', 'V'])).default([]),
        'list',
      ),
      compression: setting(
        'CAIRN_KAFKA_COMPRESSION',
        'How what is written is compressed: `none`, `gzip`, `snappy`, `lz4`, `zstd`.',
        compression.default('gzip'),
      ),
      sessionSeconds: number(
        'CAIRN_KAFKA_SESSION_SECONDS',
        'After so long without a word from a node its partitions are given to others.',
        z.number().min(1).max(1800),
        30,
      ),
      clientId: setting(
        'CAIRN_KAFKA_CLIENT_ID',
        'What Cairn is called in the logs and quotas of the brokers.',
        z.string().min(1).max(249).default('cairn'),
      ),
      tls: z
        .strictObject({
          enabled: setting(
            'CAIRN_KAFKA_TLS',
            'Whether the brokers are reached by TLS.',
            z.boolean().default(true),
            'boolean',
          ),
          caFile: setting(
            'CAIRN_KAFKA_TLS_CA_FILE',
            "PEM file of who signed the brokers' certificates; those that Node knows where absent.",
            z.string().min(1).optional(),
          ),
          certificateFile: setting(
            'CAIRN_KAFKA_TLS_CERTIFICATE_FILE',
            'PEM file of the certificate by which Cairn says who it is.',
            z.string().min(1).optional(),
          ),
          keyFile: setting('CAIRN_KAFKA_TLS_KEY_FILE', 'PEM file of its private key.', z.string().min(1).optional()),
        })
        .optional(),
      login: z
        .strictObject({
          mechanism: setting(
            'CAIRN_KAFKA_LOGIN',
            'How to log in (SASL): `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`, `OAUTHBEARER`. None where absent.',
            mechanism,
          ),
          user: setting('CAIRN_KAFKA_USER', 'The user, of `PLAIN` and `SCRAM`.', z.string().min(1).optional()),
          passwordFile: setting(
            'CAIRN_KAFKA_PASSWORD_FILE',
            'File of the password, of `PLAIN` and `SCRAM`.',
            z.string().min(1).optional(),
          ),
          tokenFile: setting(
            'CAIRN_KAFKA_TOKEN_FILE',
            'File of the token, of `OAUTHBEARER`; read anew before each connection.',
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
        'Folders of own purposes, beside ours; a file whose id is ours patches ours.',
        z.array(z.string().min(1)).default([]),
        'list',
      ),
      valueSets: setting(
        'CAIRN_VALUE_SETS',
        'Folders of own ValueSets, beside ours.',
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
        'Whether submitted attachments must be signed: ignore, present, or verify (digital signatures of Bundles).',
        z.enum(['ignore', 'present', 'verify']).default('ignore'),
      ),
      certificates: setting(
        'CAIRN_ATTACHMENT_CERTIFICATES',
        'PEM file of the authorities whose certificates count for signatures; any where absent.',
        z.string().min(1).optional(),
      ),
      tasks: setting(
        'CAIRN_ATTACHMENT_TASKS',
        'Which purpose narrows what a data request is answered with, by work queue tag or purpose of use, as JSON: `{"risk-adjustment":{"purpose":"risk-profile","parameters":{"from":"2024-01-01","to":"2024-12-31"}}}`.',
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
        'What becomes of digital signatures of documents: keep, verify (judged, and told among the issues), or require (a document without a valid one is refused, 422).',
        z.enum(signatureModes).default('keep'),
      ),
      certificates: setting(
        'CAIRN_SIGNATURE_CERTIFICATES',
        'PEM file of who may sign documents, or of their authorities; nobody is trusted where absent.',
        z.string().min(1).optional(),
      ),
    })
    .prefault({}),
  limits: z
    .strictObject({
      bodyMegabytes: number(
        'CAIRN_BODY_MEGABYTES',
        'Largest body, after inflation.',
        z.number().min(0.001).max(500),
        50,
      ),
      inflationRatio: number(
        'CAIRN_INFLATION_RATIO',
        'Largest ratio of inflated to received bytes, above one megabyte.',
        z.number().min(2).max(10_000),
        100,
      ),
      inFlightMegabytes: number(
        'CAIRN_IN_FLIGHT_MEGABYTES',
        'Bodies and answers held at the same time.',
        z.number().min(1).max(1_000_000),
        512,
      ),
      bodySeconds: number('CAIRN_BODY_SECONDS', 'Longest time for a whole body to arrive.', seconds, 120),
      idleSeconds: number('CAIRN_IDLE_SECONDS', 'Longest pause in a body or in the taking of an answer.', seconds, 10),
      headerKilobytes: number(
        'CAIRN_HEADER_KILOBYTES',
        'All headers of a request together.',
        z.int().min(1).max(1024),
        16,
      ),
      headerSeconds: number('CAIRN_HEADER_SECONDS', 'Longest time for the headers to arrive.', seconds, 10),
      keepAliveSeconds: number('CAIRN_KEEP_ALIVE_SECONDS', 'How long an idle connection stays open.', seconds, 65),
      connections: number('CAIRN_CONNECTIONS', 'Open connections.', count, 2000),
      requestsPerMinute: number(
        'CAIRN_REQUESTS_PER_MINUTE',
        'Conversions a minute for each client: key, token subject, or address.',
        count,
        6000,
      ),
      failedLoginsPerMinute: number(
        'CAIRN_FAILED_LOGINS_PER_MINUTE',
        'Refused keys and tokens a minute from one address.',
        count,
        60,
      ),
    })
    .prefault({}),
  keys: setting(
    'CAIRN_KEYS',
    'API keys: a name, the SHA-256 of the key, and where wanted a sender, a rate, scopes (with `+` between; `operate`: all that steers the store), and a tenant: `feed:HASH`, `feed:HASH:SENDER:RATE`, `ops:HASH:::operate`, `audit:HASH:::cairn/audit:north`, several with commas between.',
    z.array(apiKey).default([]),
    'keys',
  ),
  jwt: z
    .strictObject({
      issuer: setting('CAIRN_JWT_ISSUER', 'The `iss` that a token must have.', z.string().min(1)),
      audience: setting('CAIRN_JWT_AUDIENCE', 'The `aud` that a token must have.', z.string().min(1)),
      jwks: setting('CAIRN_JWT_JWKS', 'Keys that sign tokens: a JWKS file, or its https address.', z.string().min(1)),
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
        'The scope that a token must grant to read the audit.',
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
        'The claim that names the tenant of a token: `tenant`. Tokens have none where absent.',
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
      certificate: setting('CAIRN_TLS_CERTIFICATE', 'PEM file of the certificate and its chain.', z.string().min(1)),
      key: setting('CAIRN_TLS_KEY', 'PEM file of the private key.', z.string().min(1)),
    })
    .optional(),
  cors: z
    .strictObject({
      origins: setting(
        'CAIRN_CORS_ORIGINS',
        'Origins whose pages may call; none where absent.',
        z
          .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://app.example.org'))
          .default([]),
        'list',
      ),
    })
    .prefault({}),
  trustProxy: setting(
    'CAIRN_TRUST_PROXY',
    'Addresses or networks of proxies whose X-Forwarded-For is believed.',
    z.array(z.string().min(1)).default([]),
    'list',
  ),
  metricsOpen: setting(
    'CAIRN_METRICS_OPEN',
    'Whether /metrics answers without authentication although there is some.',
    z.boolean().default(false),
    'boolean',
  ),
  logLevel: setting(
    'CAIRN_LOG_LEVEL',
    'Least level that is logged.',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ),
  drainSeconds: number(
    'CAIRN_DRAIN_SECONDS',
    'How long running documents may take to finish after SIGTERM.',
    seconds,
    30,
  ),
});

export type Settings = z.output<typeof settingsSchema>;
export type ApiKey = Settings['keys'][number];
export type Role = Settings['roles'][number];
export type TenantQuota = Settings['tenants'][number];
export type Feed = Settings['intake']['folders'][number];
