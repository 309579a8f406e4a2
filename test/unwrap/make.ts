/** Envelopes for the tests, made byte by byte, so that broken ones can be made as well. */
import { crc32 } from './crc32.js';
import { deflateRawSync } from 'node:zlib';

/** The smallest thing that is a document by its root. */
export function documentOf(id: string, more = ''): string {
  return `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3" extension="${id}"/>${more}</ClinicalDocument>`;
}

export interface ZipEntry {
  readonly name: string;
  readonly data: string | Uint8Array;
  /** Unix mode, for symbolic links. */
  readonly mode?: number;
  /** What the archive says of the size, where it lies. */
  readonly claims?: number;
  readonly encrypted?: boolean;
}

/** A ZIP archive (APPNOTE 4.3), every entry deflated. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, mode = 0o100644, claims, encrypted = false } of entries) {
    const raw = Buffer.from(data as string);
    const packed = deflateRawSync(raw);
    const nameBytes = Buffer.from(name, 'utf8');
    const flags = 0x800 | (encrypted ? 1 : 0);
    const size = claims ?? raw.length;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(crc32(raw), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(nameBytes.length, 26);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(0x0314, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(flags, 8);
    header.writeUInt16LE(8, 10);
    header.writeUInt32LE(crc32(raw), 16);
    header.writeUInt32LE(packed.length, 20);
    header.writeUInt32LE(size, 24);
    header.writeUInt16LE(nameBytes.length, 28);
    header.writeUInt32LE((mode << 16) >>> 0, 38);
    header.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, packed);
    central.push(header, nameBytes);
    offset += local.length + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** An X12 interchange of one 275 with these BDS segments; `|` separates elements, `~` ends segments. */
export function x12Of(attachments: readonly { filter: string; data: Buffer; length?: number }[], type = '275'): Buffer {
  const isa =
    'ISA|00|          |00|          |ZZ|LINDEN HEALTH  |ZZ|PAYER ONE      |261129|1030|^|00602|000000031|0|T|:~';
  const parts: Buffer[] = [
    Buffer.from(`${isa}\nGS|PI|LINDEN|PAYER|20261129|1030|1|X|006020X314~\nST|${type}|0001|006020X314~\n`),
  ];
  parts.push(Buffer.from('BGN|11|1|20261129~\nNM1|PR|2|PAYER ONE~\nTRN|2|CLAIM-7741~\nLX|1~\nCAT|AE|TX~\nEFI|05~\n'));
  for (const { filter, data, length = data.length } of attachments) {
    parts.push(Buffer.from(`BDS|${filter}|${length}|`), data, Buffer.from('~\n'));
  }
  parts.push(Buffer.from('SE|9|0001~\nGE|1|1~\nIEA|1|000000031~\n'));
  return Buffer.concat(parts);
}

/** An MDM^T02 with these values of OBX-2 and OBX-5. */
export function mdmOf(observations: readonly (readonly [type: string, value: string])[], control = 'MSG00042'): string {
  return [
    `MSH|^~\\&|EHR|LINDEN|CAIRN|PAYER|20261129103000-0500||MDM^T02^MDM_T02|${control}|P|2.5.1`,
    'EVN|T02|20261129103000-0500',
    'PID|1||12345^^^LINDEN^MR||Quist^Orla||19710304|F',
    'TXA|1|CN|TX|20261129||||||||DOC-88^LINDEN|||||AU',
    ...observations.map(([type, value], index) => `OBX|${index + 1}|${type}|34133-9^Summary^LN||${value}||||||F`),
    '',
  ].join('\r');
}
