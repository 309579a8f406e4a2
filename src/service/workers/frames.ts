/**
 * How the service and a worker communicate: frames of a JSON header and raw bytes. A document of 50 MB is written and
 * read as it is, without JSON, base64 or structured clones.
 *
 *   4 bytes length of the header · 4 bytes length of the body · header · body      (big endian)
 */
import { readSync, writeSync } from 'node:fs';

const PREFIX = 8;
const NOTHING = Buffer.alloc(0);

export interface WorkerFrame<Header> {
  readonly header: Header;
  readonly body: Buffer;
}

/** A frame whose body was not admitted. */
export interface RefusedFrame<Header> {
  readonly header: Header;
  readonly body: undefined;
}

/** The part of a frame before its body. */
export function frameStart(header: unknown, bodyLength: number): Buffer {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const start = Buffer.allocUnsafe(PREFIX + text.length);
  start.writeUInt32BE(text.length, 0);
  start.writeUInt32BE(bodyLength, 4);
  text.copy(start, PREFIX);
  return start;
}

/**
 * Puts frames together from the chunks in which a socket delivers them. `admit` decides whether a body may be held; if
 * not, the body is skipped and the frame comes without it.
 */
export class FrameReader<Header> {
  private buffer = Buffer.allocUnsafe(PREFIX);
  private filled = 0;
  private header: Header | undefined;
  private stage: 'prefix' | 'header' | 'body' = 'prefix';
  private bodyLength = 0;
  /** How many bytes of a body that was not admitted are still to come. */
  private unwanted = 0;

  constructor(
    private readonly receive: (frame: WorkerFrame<Header> | RefusedFrame<Header>) => void,
    private readonly admit: (bodyLength: number) => boolean = () => true,
  ) {}

  push(chunk: Buffer): void {
    let at = 0;
    for (;;) {
      if (this.unwanted > 0) {
        const passed = Math.min(this.unwanted, chunk.length - at);
        at += passed;
        this.unwanted -= passed;
        if (this.unwanted > 0) return;
        this.finish(undefined);
      }
      const taken = chunk.copy(this.buffer, this.filled, at);
      at += taken;
      this.filled += taken;
      if (this.filled < this.buffer.length) return;
      this.advance();
    }
  }

  private advance(): void {
    const done = this.buffer;
    if (this.stage === 'prefix') {
      this.bodyLength = done.readUInt32BE(4);
      this.expect('header', done.readUInt32BE(0));
    } else if (this.stage === 'header') {
      this.header = JSON.parse(done.toString('utf8')) as Header;
      if (this.bodyLength === 0 || this.admit(this.bodyLength)) this.expect('body', this.bodyLength);
      else {
        this.expect('body', 0);
        this.unwanted = this.bodyLength;
      }
    } else this.finish(done);
  }

  private finish(body: Buffer | undefined): void {
    const header = this.header as Header;
    this.expect('prefix', PREFIX);
    this.receive({ header, body });
  }

  private expect(stage: typeof this.stage, length: number): void {
    this.stage = stage;
    this.buffer = bufferOf(length);
    this.filled = 0;
  }
}

/** Waits for the next frame; undefined if the other side is gone. */
export function readFrameSync<Header>(descriptor: number): WorkerFrame<Header> | undefined {
  const prefix = readExactly(descriptor, PREFIX);
  if (prefix === undefined) return undefined;
  const header = readExactly(descriptor, prefix.readUInt32BE(0));
  const body = readExactly(descriptor, prefix.readUInt32BE(4));
  if (header === undefined || body === undefined) return undefined;
  return { header: JSON.parse(header.toString('utf8')) as Header, body };
}

export function writeFrameSync(descriptor: number, header: unknown, body: Uint8Array): void {
  for (const part of [frameStart(header, body.length), body]) {
    for (let at = 0; at < part.length;) at += writeSync(descriptor, part, at, part.length - at);
  }
}

function readExactly(descriptor: number, length: number): Buffer | undefined {
  const buffer = bufferOf(length);
  for (let at = 0; at < length;) {
    const count = readSync(descriptor, buffer, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return buffer;
}

/** Prefixes and headers share one block of memory: they are read at once, and nobody keeps them. */
const SMALL = 4096;

function bufferOf(length: number): Buffer<ArrayBuffer> {
  if (length === 0) return NOTHING;
  return length <= SMALL ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);
}
