/** A server of logs by RFC 5424: over UDP (RFC 5426), TCP with octet counting (RFC 6587), or TLS (RFC 5425). */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { AuditRecord, AuditSink } from './sink.js';

export interface SyslogTls {
  /** PEM: the authorities for the server's certificate; our client certificate and its key. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

const PORT = 514;
const TLS_PORT = 6514;

/** DICOM PS3.15 A.6: security messages, notice; a warning where something was refused. */
const FACILITY = 10;
const NOTICE = 5;
const WARNING = 4;

const LIMIT_MILLISECONDS = 10_000;

/** Syslog has no answer. A server that is gone says so by then: a reset, a port that is closed. */
const QUIET_MILLISECONDS = 200;

/** @param address `udp://logs.example.org:514`, `tcp://…`, `tls://…:6514` */
export function syslogSink(address: string, tls: SyslogTls = {}): AuditSink {
  const { protocol, hostname: name, port } = new URL(address);
  const host = name.replace(/^\[|\]$/g, '');
  const place = { host, port: port !== '' ? Number(port) : protocol === 'tls:' ? TLS_PORT : PORT };
  const line =
    protocol === 'udp:'
      ? datagrams(place)
      : stream(() =>
          protocol === 'tls:'
            ? connectTls({ ...place, ...tls, minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}) })
            : connectTcp(place),
        );
  return {
    name: 'syslog',
    send: (records) => line.send(records.map(syslogMessageOf)),
    close: () => {
      line.close();
    },
  };
}

/** `<85>1 2026-01-02T03:04:05.678Z host cairn 42 FHIR+AuditEvent - {…}` */
export function syslogMessageOf({ text, at, isRefused }: AuditRecord): Buffer {
  const priority = FACILITY * 8 + (isRefused ? WARNING : NOTICE);
  const host =
    hostname()
      .replace(/[^\x21-\x7e]/g, '')
      .slice(0, 255) || '-';
  const header = `<${priority}>1 ${new Date(at).toISOString()} ${host} cairn ${process.pid} FHIR+AuditEvent -`;
  return Buffer.from(`${header} ${text}`, 'utf8');
}

interface Line {
  send(messages: readonly Buffer[]): Promise<void>;
  close(): void;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function stream(connect: () => Socket): Line {
  let socket: Socket | undefined;

  async function connected(): Promise<Socket> {
    if (socket !== undefined && !socket.destroyed && socket.writable) return socket;
    const next = connect();
    socket = next;
    // What is awaited below hears of it; without a listener the process would end.
    next.on('error', () => undefined);
    // A server that closes its side will not read what comes then.
    next.on('end', () => next.destroy());
    next.resume();
    const isTls = 'encrypted' in next;
    await within(next, once(next, isTls ? 'secureConnect' : 'connect'));
    return next;
  }

  return {
    async send(messages) {
      const open = await connected();
      const frames = messages.flatMap((message) => [Buffer.from(`${message.length} `, 'latin1'), message]);
      await within(
        open,
        new Promise<void>((resolve, reject) => {
          open.write(Buffer.concat(frames), (error) => {
            if (error) reject(error);
            else resolve();
          });
        }),
      );
      await within(open, delay(QUIET_MILLISECONDS));
    },
    close: () => socket?.destroy(),
  };
}

/** @throws Error if the connection ends before, or it takes too long; then the connection is closed */
async function within(socket: Socket, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  const gone = once(socket, 'close', { signal }).then(() => Promise.reject(errorOf('ECONNRESET')));
  const late = delay(LIMIT_MILLISECONDS, undefined, { signal }).then(() => Promise.reject(errorOf('ETIMEDOUT')));
  for (const one of [gone, late]) one.catch(() => undefined);
  try {
    if (socket.destroyed) throw errorOf('ECONNRESET');
    await Promise.race([work, gone, late]);
  } catch (error) {
    work.catch(() => undefined);
    socket.destroy();
    throw error;
  } finally {
    done.abort();
  }
}

function datagrams({ host, port }: Place): Line {
  let socket: DatagramSocket | undefined;
  let trouble: Error | undefined;

  async function connected(): Promise<DatagramSocket> {
    if (socket !== undefined) return socket;
    const next = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    next.on('error', (error) => (trouble = error));
    next.unref();
    // Only a socket with a peer gets an error if nobody listens there.
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.connect(port, host, resolve);
    }).catch((error: unknown) => {
      next.close();
      throw error;
    });
    return (socket = next);
  }

  function drop(): void {
    socket?.close();
    [socket, trouble] = [undefined, undefined];
  }

  return {
    async send(messages) {
      const open = await connected();
      try {
        for (const message of messages)
          await new Promise<void>((resolve, reject) => {
            open.send(message, (error) => {
              if (error) reject(error);
              else resolve();
            });
          });
        await delay(QUIET_MILLISECONDS);
        if (trouble !== undefined) throw trouble;
      } catch (error) {
        drop();
        throw error;
      }
    },
    close: drop,
  };
}

function errorOf(code: string): Error {
  return Object.assign(new Error(code), { code });
}
