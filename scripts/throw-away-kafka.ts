/**
 * A Kafka broker of the tests' own (KRaft, one node): its jars come by Maven once and are kept in node_modules/.cache, its data lie
 * in a temporary folder and go with its process.
 *
 *   npx tsx scripts/throw-away-kafka.ts [TOPIC …]     starts one with these topics and says its address, until Ctrl-C
 */
import { freePort } from './free-port.js';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Admin } from '@platformatic/kafka';

export interface ThrowAwayKafka {
  /** `127.0.0.1:34567` */
  readonly address: string;
  /** The listener with TLS and a login. */
  readonly secure: {
    readonly address: string;
    readonly caFile: string;
    readonly passwordFile: string;
  } & typeof SECURE_LOGIN;
  createTopics(topics: readonly string[], partitions?: number): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** After `kill`. */
  restart(): Promise<void>;
  stop(): void;
}

const VERSION = '3.9.1';

const SECURE_LOGIN = { user: 'cairn', password: 'not a secret' } as const;

/** A cluster of its own needs an id; any 16 bytes will do. */
const CLUSTER = 'AAAAAAAAAAAAAAAAAAAAAQ';

const PARTITIONS = 4;

/** It is small, starts quickly and stays small. */
const JAVA = [
  '-Xmx256m',
  '-Xms64m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dlog4j.configuration=log4j.properties',
];

/** @throws Error with the reason where there can be none on this machine */
export async function startKafka(): Promise<ThrowAwayKafka> {
  const jars = findJars();
  const folder = mkdtempSync(join(tmpdir(), 'cairn-kafka-'));
  const [port, controller, securePort] = [await freePort(), await freePort(), await freePort()];
  const caFile = makeCertificate(folder);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, SECURE_LOGIN.password);
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, settingsText(folder, { port, controller, secure: securePort }));
  writeFileSync(join(folder, 'log4j.properties'), LOG4J);
  const classPath = `${folder}:${join(jars, '*')}`;
  const java = (...args: string[]): string[] => [...JAVA, '-cp', classPath, ...args];
  const scram = `SCRAM-SHA-512=[name=${SECURE_LOGIN.user},password=${SECURE_LOGIN.password}]`;
  const formatted = spawnSync(
    'java',
    java('kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', settings, '--add-scram', scram),
    { encoding: 'utf8' },
  );
  if (formatted.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`Kafka could not format its storage: ${(formatted.stderr || formatted.stdout).trim()}`);
  }
  const address = `127.0.0.1:${port}`;
  let broker: ChildProcess | undefined;

  async function start(): Promise<void> {
    const log = openSync(join(folder, 'broker.log'), 'a');
    // The shell waits for input that nobody writes. It goes on when this process has ended, in whatever way.
    const script = `"$@" & broker=$!; cat; kill -KILL $broker; rm -rf "${folder}"`;
    broker = spawn('sh', ['-c', script, 'sh', 'java', ...java('kafka.Kafka', settings)], {
      stdio: ['pipe', log, log],
      // A process group of its own, so that it can be killed as a whole.
      detached: true,
    });
    closeSync(log);
    (broker.stdin as Socket).unref();
    broker.unref();
    for (const until = Date.now() + 60_000; ;) {
      const admin = adminOf(address);
      try {
        await admin.metadata({ topics: [], forceUpdate: true });
        await admin.listTopics();
        return;
      } catch (error) {
        if (Date.now() > until) {
          const said = readFileSync(join(folder, 'broker.log'), 'utf8').trim().split('\n').slice(-5).join('\n');
          throw new Error(`Kafka did not start: ${said}`, { cause: error });
        }
        await delay(100);
      } finally {
        await admin.close();
      }
    }
  }

  function signal(): void {
    try {
      if (broker?.pid !== undefined) process.kill(-broker.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  function stop(): void {
    process.off('exit', stop);
    signal();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.on('exit', stop);
  try {
    await start();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    address,
    secure: { address: `127.0.0.1:${securePort}`, caFile, passwordFile, ...SECURE_LOGIN },
    async createTopics(topics, partitions = PARTITIONS) {
      const admin = adminOf(address);
      try {
        await admin.createTopics({ topics: [...topics], partitions, replicas: 1 });
      } finally {
        await admin.close();
      }
    },
    async kill() {
      const ended = new Promise((resolve) => broker?.once('exit', resolve));
      signal();
      await ended;
    },
    restart: start,
    stop,
  };
}

function adminOf(address: string): Admin {
  return new Admin({ clientId: 'throw-away', bootstrapBrokers: [address], retries: 0, connectTimeout: 1000 });
}

/** The folder of the jars, which Maven fills the first time. @throws Error where it can't */
function findJars(): string {
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('there is no Java on this machine');
  const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
  const jars = join(cache, `kafka-${VERSION}`);
  if (existsSync(jars)) return jars;
  if (spawnSync('mvn', ['-version']).status !== 0) throw new Error('there is no Maven on this machine to get Kafka by');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'kafka-'));
  writeFileSync(
    join(folder, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>throw.away</groupId><artifactId>kafka</artifactId><version>1</version>
    <dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency></dependencies>
    </project>`,
  );
  const copied = spawnSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
    cwd: folder,
    encoding: 'utf8',
  });
  // Another process may have been quicker.
  if (copied.status === 0 && !existsSync(jars)) renameSync(join(folder, 'jars'), jars);
  rmSync(folder, { recursive: true, force: true });
  if (!existsSync(jars)) throw new Error(`Maven can't get the jars of Kafka ${VERSION}`);
  return jars;
}

/** A certificate of 127.0.0.1 that signed itself; its own file is the authority to trust. */
function makeCertificate(folder: string): string {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  if (made.status !== 0) throw new Error('there is no openssl on this machine to make a certificate by');
  writeFileSync(join(folder, 'keystore.pem'), readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
  return certificate;
}

function settingsText(folder: string, port: { port: number; controller: number; secure: number }): string {
  const { user, password } = SECURE_LOGIN;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${port.controller}`,
    listeners: `PLAIN://127.0.0.1:${port.port},CONTROLLER://127.0.0.1:${port.controller},SECURE://127.0.0.1:${port.secure}`,
    'advertised.listeners': `PLAIN://127.0.0.1:${port.port},SECURE://127.0.0.1:${port.secure}`,
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    'log.dirs': join(folder, 'data'),
    'num.partitions': PARTITIONS,
    'auto.create.topics.enable': false,
    'message.max.bytes': 20_000_000,
    'replica.fetch.max.bytes': 20_000_000,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // A broker that was killed is let in again as soon as it is back.
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 250,
    'listener.name.secure.ssl.keystore.type': 'PEM',
    'listener.name.secure.ssl.keystore.location': join(folder, 'keystore.pem'),
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512,OAUTHBEARER',
    // Its own way for tests: it believes tokens that nobody signed, as long as they have not ended.
    'listener.name.secure.oauthbearer.sasl.jaas.config':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    'listener.name.secure.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user}="${password}";`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const LOG4J = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kafka = await startKafka();
  if (process.argv.length > 2) await kafka.createTopics(process.argv.slice(2));
  process.stdout.write(`${kafka.address}\n`);
  process.on('SIGINT', () => {
    kafka.stop();
    process.exit();
  });
  setInterval(() => undefined, 1 << 30);
}
