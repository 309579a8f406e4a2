import { decodeBase64 } from './base64.js';
import type { Budget } from './budget.js';
import { EnvelopeError, type Unopened } from './envelope-error.js';
import type { EnvelopeFacts, Inner } from './part.js';

/**
 * Opens X12 275, Additional Information to Support a Health Care Claim (006020X314), which 45 CFR 162.2002 requires
 * payers to accept. A BDS or BIN segment says how many bytes its data has. Within these bytes the characters that
 * usually end segments and elements are data.
 *
 * ISA is the only segment of fixed width: its 4th byte separates elements, its 106th byte ends segments.
 */
export function* openX12(bytes: Uint8Array, budget: Budget): Generator<Inner | Unopened> {
  let messageControl = '';
  let sentBy = '';
  let transaction = '';
  let transactions = 0;
  let traceNumber: string | undefined;
  let attachments = 0;
  for (const segment of segmentsOf(bytes)) {
    const [name, ...elements] = segment.elements;
    if (name === 'ISA') {
      sentBy = (elements[5] ?? '').trim();
      messageControl = (elements[12] ?? '').trim();
    } else if (name === 'ST') {
      transaction = elements[0] ?? '';
      transactions++;
      attachments = 0;
      traceNumber = undefined;
      if (transaction !== '275') {
        const text = `an X12 ${/^\d{3}$/.test(transaction) ? transaction : 'transaction of another kind'} carries no documents`;
        yield { error: new EnvelopeError('not-supported', text), place: `transaction ${transactions}` };
      }
    } else if (name === 'TRN') {
      // The trace number of the claim or request (TRN) comes before the attachments that belong to it.
      traceNumber = elements[1] ?? traceNumber;
    } else if (segment.data !== undefined) {
      attachments++;
      const place = `transaction ${transactions}, ${name} ${attachments}`;
      const facts: EnvelopeFacts = {
        ...(messageControl === '' ? {} : { messageControl }),
        ...(sentBy === '' ? {} : { sentBy }),
        ...(traceNumber === undefined ? {} : { traceNumber }),
      };
      try {
        const data = decoded(segment.data, name === 'BDS' ? (elements[0] ?? '') : '');
        budget.takeFile(data.length);
        yield { bytes: data, step: { kind: 'x12-275', place }, name: '', facts, maybe: false };
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
        yield { error, place };
      }
    }
    if (segment.fault !== undefined) {
      yield { error: new EnvelopeError('structure', segment.fault), place: `segment ${segment.number}` };
      return;
    }
  }
}

/** Decodes the data as BDS01 says (code list 1570, filter): how the bytes were turned into text. */
function decoded(data: Uint8Array, filter: string): Uint8Array {
  if (filter === 'B64') return decodeBase64(Buffer.from(data).toString('latin1'), 'the data of the BDS segment');
  if (filter === 'HDC') return Buffer.from(Buffer.from(data).toString('latin1').replace(/\s+/g, ''), 'hex');
  if (filter === '' || filter === 'ASC' || filter === 'UUE' || filter === 'ZZZ') {
    if (filter === 'UUE') throw new EnvelopeError('not-supported', 'the data of the BDS segment is uuencoded');
    return data;
  }
  throw new EnvelopeError('not-supported', 'the BDS segment names a filter that is not known (BDS01)');
}

interface Segment {
  /** From 1. */
  readonly number: number;
  /** The segment's name and the elements between the separators. For BDS and BIN only the elements up to the length. */
  readonly elements: readonly string[];
  /** The data of a BDS or BIN segment: as many bytes as its length says. */
  readonly data?: Uint8Array;
  /** Why nothing after this segment can be read. */
  readonly fault?: string;
}

const ISA_LENGTH = 106;

function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = text.indexOf('ISA', 0, 'latin1');
  let separator = 0;
  let terminator = 0;
  let number = 0;
  while (at < text.length) {
    // Some senders put a line end after each segment so that people can read the file.
    while (at < text.length && (text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x20)) at++;
    if (at >= text.length) return;
    number++;
    if (text.toString('latin1', at, at + 3) === 'ISA') {
      if (text.length - at < ISA_LENGTH) {
        yield { number, elements: [], fault: 'the ISA segment is cut off' };
        return;
      }
      separator = text[at + 3]!;
      terminator = text[at + ISA_LENGTH - 1]!;
    }
    const name = text.toString('latin1', at, at + 3);
    if ((name === 'BDS' || name === 'BIN') && text[at + 3] === separator) {
      const found = binary(text, at, name === 'BDS' ? 2 : 1, separator, terminator);
      yield { number, ...found.segment };
      if (found.next === undefined) return;
      at = found.next;
      continue;
    }
    let end = text.indexOf(terminator, at);
    if (end === -1) end = text.length;
    yield { number, elements: text.toString('latin1', at, end).split(String.fromCharCode(separator)) };
    at = end + 1;
  }
}

/**
 * Reads a segment that holds bytes.
 * @param before how many elements stand before the data; the last of them is the length
 */
function binary(text: Buffer, at: number, before: number, separator: number, terminator: number) {
  let from = at + 4;
  const elements = [text.toString('latin1', at, at + 3)];
  for (let index = 0; index < before; index++) {
    const end = text.indexOf(separator, from);
    if (end === -1) return { segment: { elements, fault: `the ${elements[0]} segment is cut off` } };
    elements.push(text.toString('latin1', from, end));
    from = end + 1;
  }
  const length = Number(elements.at(-1));
  if (!/^\d{1,15}$/.test(elements.at(-1)!.trim())) {
    return { segment: { elements, fault: `the ${elements[0]} segment gives no length in bytes` } };
  }
  if (from + length > text.length) {
    return { segment: { elements, fault: `the ${elements[0]} segment has fewer bytes than it says` } };
  }
  const end = from + length;
  if (end < text.length && text[end] !== terminator) {
    return { segment: { elements, fault: `the ${elements[0]} segment does not end where its length says` } };
  }
  return { segment: { elements, data: text.subarray(from, end) }, next: end + 1 };
}
