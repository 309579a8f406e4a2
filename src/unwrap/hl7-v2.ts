import { decodeBase64 } from './base64.js';
import type { Budget } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import type { EnvelopeFacts, Inner } from './part.js';

/**
 * HL7 v2 messages that carry documents: MDM^T02, T06, T10 and ORU^R01 with an OBX whose value is encapsulated data
 * (OBX-2 `ED`: source^type^subtype^encoding^data) or the text of a document. One message, or a batch (FHS, BHS) of them.
 */
export function* openHl7v2(bytes: Uint8Array, budget: Budget): Generator<Inner | Unopened> {
  let number = 0;
  for (const message of messagesOf(bytes)) {
    number++;
    if (message.delimiters === undefined) {
      yield {
        error: new EnvelopeError('structure', 'its MSH segment does not say which delimiters it uses'),
        place: `message ${number}`,
      };
      continue;
    }
    let found = 0;
    let observations = 0;
    const facts = factsOf(message.segments);
    for (const segment of message.segments) {
      if (segment.name !== 'OBX') continue;
      observations++;
      const place = `message ${number}, OBX ${observations}`;
      for (const repetition of field(segment, 5).split(message.delimiters.repetition)) {
        try {
          const data = dataOf(field(segment, 2), repetition, message.delimiters);
          if (data === undefined) continue;
          found++;
          budget.takeFile(data.length);
          yield { bytes: data, step: { kind: 'hl7-v2', place }, name: '', facts, maybe: false };
        } catch (error) {
          if (!(error instanceof EnvelopeError)) throw error;
          found++;
          yield { error, place };
        }
      }
    }
    if (found === 0) {
      yield {
        error: new EnvelopeError('not-supported', 'none of its OBX segments holds a document'),
        place: `message ${number}`,
      };
    }
  }
}

interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

interface Segment {
  readonly name: string;
  /** Without the segment's name. In MSH the first field here is MSH-2, because MSH-1 is the separator itself. */
  readonly fields: readonly string[];
}

interface Message {
  readonly segments: readonly Segment[];
  readonly delimiters: Delimiters | undefined;
}

function* messagesOf(bytes: Uint8Array): Generator<Message> {
  // One character for each byte, so that the document inside keeps its own encoding. MLLP puts VT before a message and
  // FS after it.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\x0b\x1c]/g, '');
  let lines: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^MSH[^A-Za-z0-9]/.test(line) && lines.length > 0) {
      yield messageOf(lines);
      lines = [];
    }
    if (/^(?:FHS|BHS|BTS|FTS)[^A-Za-z0-9]/.test(line)) continue;
    if (/^[A-Z][A-Z0-9]{2}[^A-Za-z0-9+/=]/.test(line)) lines.push(line);
    // A line break inside a value. The standard forbids it, but senders write it.
    else if (lines.length > 0 && line !== '') lines.push(`${lines.pop()!}\n${line}`);
  }
  if (lines.length > 0) yield messageOf(lines);
}

function messageOf(lines: readonly string[]): Message {
  const head = lines[0]!;
  const separator = head[3] ?? '|';
  const [component, repetition, escape, subcomponent] = head.slice(4).split(separator)[0] ?? '';
  const delimiters =
    head.startsWith('MSH') && component !== undefined && repetition !== undefined
      ? { field: separator, component, repetition, escape: escape ?? '\\', subcomponent: subcomponent ?? '&' }
      : undefined;
  const segments = lines.map((line) => {
    const [name, ...fields] = line.split(separator);
    return { name: name!, fields };
  });
  return { segments, delimiters };
}

/** A field by its number in the standard, counted from 1. */
function field({ name, fields }: Segment, number: number): string {
  return fields[name === 'MSH' ? number - 2 : number - 1] ?? '';
}

function dataOf(type: string, value: string, delimiters: Delimiters): Uint8Array | undefined {
  if (type === 'ED') {
    const [, , , encoding = '', ...rest] = value.split(delimiters.component);
    const data = rest.join(delimiters.component);
    if (data === '') return undefined;
    if (/^base64$/i.test(encoding.trim())) {
      return decodeBase64(unescape(data, delimiters).replace(/\\\.br\\/g, ''), 'the encapsulated data');
    }
    if (/^hex$/i.test(encoding.trim())) return Buffer.from(data.replace(/\s+/g, ''), 'hex');
    return Buffer.from(unescape(data, delimiters), 'latin1');
  }
  if (type === 'RP')
    throw new EnvelopeError('not-supported', 'the document is not in the message, only a pointer to it');
  if (type !== 'ST' && type !== 'TX' && type !== 'FT') return undefined;
  const text = unescape(value, delimiters);
  return /^\s*<[?A-Za-z]/.test(text) ? Buffer.from(text, 'latin1') : undefined;
}

/**
 * Resolves escapes (HL7 v2, chapter 2.7): `\F\` and similar stand for delimiters, `\X0D\` for bytes, `\.br\` for a line
 * end.
 */
function unescape(text: string, { field, component, repetition, escape, subcomponent }: Delimiters): string {
  if (!text.includes(escape)) return text;
  const meanings = new Map([
    ['F', field],
    ['S', component],
    ['R', repetition],
    ['E', escape],
    ['T', subcomponent],
    ['.br', '\n'],
  ]);
  const parts = text.split(escape);
  let out = parts[0]!;
  for (let index = 1; index < parts.length; index++) {
    const code = parts[index]!;
    const meaning = meanings.get(code) ?? (/^X(?:[0-9A-Fa-f]{2})+$/.test(code) ? bytesOf(code) : undefined);
    if (meaning === undefined || index === parts.length - 1) {
      // This is no escape, so the backslash stands for itself.
      out += escape + code;
    } else {
      out += meaning + (parts[++index] ?? '');
    }
  }
  return out;
}

function bytesOf(code: string): string {
  return Buffer.from(code.slice(1), 'hex').toString('latin1');
}

function factsOf(segments: readonly Segment[]): EnvelopeFacts {
  const value = (name: string, number: number): string | undefined => {
    const segment = segments.find((one) => one.name === name);
    const text = segment === undefined ? '' : field(segment, number).split(/[\^~]/)[0]!.trim();
    return text === '' ? undefined : text;
  };
  const messageControl = value('MSH', 10);
  const sentBy = value('MSH', 4);
  const uniqueId = value('TXA', 12);
  return {
    ...(messageControl === undefined ? {} : { messageControl }),
    ...(sentBy === undefined ? {} : { sentBy }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
  };
}
