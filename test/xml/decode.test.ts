import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { decode } from '../../src/xml/decode.js';
import { documentError } from './document.js';

const declared = (encoding: string, text = ''): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<a>${text}</a>`;
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const utf16 = (text: string): Uint8Array => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();

/** Encoding, issues and text of a document that is read. */
function read(bytes: Uint8Array): [string, string[], string] {
  const { encoding, issues, source } = decode(bytes);
  return [encoding, issues.map(({ code, line, column }) => `${code} ${line}:${column}`), source];
}

function refusal(bytes: Uint8Array): string {
  const { line, column, message } = documentError(() => decode(bytes));
  return `${line}:${column} ${message}`;
}

describe('decode', () => {
  it('reads UTF-8 with and without declaration, with and without byte order mark', () => {
    for (const text of ['<a>é🙂</a>', '<a/>', declared('UTF-8', 'é'), declared('utf-8', 'e')]) {
      expect(read(utf8(text))).to.deep.equal(['UTF-8', [], text]);
      expect(read(utf8('\uFEFF' + text))).to.deep.equal(['UTF-8', [], text]);
    }
  });

  it('removes one byte order mark and no more', () => {
    expect(read(utf8('\uFEFF\uFEFF<a/>'))[2]).to.equal('\uFEFF<a/>');
  });

  it('reads UTF-16 by its byte order mark, or by its zero bytes', () => {
    for (const text of ['<a>é🙂</a>', declared('UTF-16', '🙂')]) {
      expect(read(utf16(text))).to.deep.equal(['UTF-16LE', [], text]);
      expect(read(utf16('\uFEFF' + text))).to.deep.equal(['UTF-16LE', [], text]);
      expect(read(utf16be(text))).to.deep.equal(['UTF-16BE', [], text]);
      expect(read(utf16be('\uFEFF' + text))).to.deep.equal(['UTF-16BE', [], text]);
    }
  });

  it('reads a view of a larger buffer, and does not change the bytes', () => {
    const bytes = new Uint8Array([1, ...utf16be('\uFEFF<a/>'), 2]).subarray(1, 11);
    const before = [...bytes];
    expect(read(bytes)[2]).to.equal('<a/>');
    expect([...bytes]).to.deep.equal(before);
  });

  it('reads ISO-8859-1, windows-1252 and US-ASCII by declaration', () => {
    expect(read(latin1(declared('ISO-8859-1', 'é\xA0')))).to.deep.equal([
      'ISO-8859-1',
      [],
      declared('ISO-8859-1', 'é\xA0'),
    ]);
    expect(read(latin1(declared('windows-1252', '\x80\x92\x9Fé')))[2]).to.equal(declared('windows-1252', '€’Ÿé'));
    expect(read(latin1(declared('us-ascii', 'x')))).to.deep.equal(['US-ASCII', [], declared('us-ascii', 'x')]);
    expect(read(latin1(`<?xml version='1.0'\n\tencoding = 'latin1' ?><a>é</a>`))[0]).to.equal('ISO-8859-1');
  });

  it('reads ISO-8859-1 with characters of windows-1252 as windows-1252, and says so', () => {
    const [encoding, issues, source] = read(latin1(declared('ISO-8859-1', 'it\x92s')));
    expect([encoding, issues]).to.deep.equal(['ISO-8859-1', ['encoding-mismatch 2:6']]);
    expect(source).to.contain('it’s');
  });

  it('follows the bytes if the declaration contradicts them, and says so', () => {
    expect(read(utf8('\uFEFF' + declared('ISO-8859-1', 'é')))).to.deep.equal([
      'UTF-8',
      ['encoding-mismatch 1:31'],
      declared('ISO-8859-1', 'é'),
    ]);
    expect(read(utf8('\uFEFF' + declared('x-unknown')))[1]).to.deep.equal(['encoding-mismatch 1:31']);
    expect(read(utf16('\uFEFF' + declared('UTF-8')))[1]).to.deep.equal(['encoding-mismatch 1:31']);
    expect(read(utf16be('\uFEFF' + declared('UTF-16LE')))[1]).to.deep.equal(['encoding-mismatch 1:31']);
    expect(read(utf8(declared('UTF-16', 'é')))).to.deep.equal([
      'UTF-8',
      ['encoding-mismatch 1:31'],
      declared('UTF-16', 'é'),
    ]);
  });

  it('refuses bytes that the encoding does not have, and says where', () => {
    expect(refusal(latin1('<a>\r\n é</a>'))).to.equal('2:2 the bytes are not valid UTF-8');
    expect(refusal(Buffer.concat([utf8('<a>🙂\uFFFDé\n\uFFFD'), latin1('x\xE9\xFF')]))).to.equal(
      '2:3 the bytes are not valid UTF-8',
    );
    expect(refusal(Buffer.concat([utf8('<a>é'), Uint8Array.of(0xed, 0xa0, 0x80)]))).to.equal(
      '1:5 the bytes are not valid UTF-8',
    );
    expect(refusal(Buffer.concat([utf8('<a>'), Uint8Array.of(0xe2, 0x82)]))).to.equal(
      '1:4 the bytes are not valid UTF-8',
    );
    expect(refusal(utf16('<a>\n\uD83D</a>'))).to.equal('2:1 the bytes are not valid UTF-16');
    expect(refusal(utf16('<a/>').subarray(0, 7))).to.equal('1:4 the bytes are not valid UTF-16');
    expect(refusal(utf16be('<a/>').subarray(0, 7))).to.equal('1:4 the bytes are not valid UTF-16');
    expect(refusal(latin1(declared('windows-1252', '\x81')))).to.equal('2:4 the bytes are not valid windows-1252');
    expect(refusal(latin1(declared('US-ASCII', 'é')))).to.equal('2:4 the bytes are not valid US-ASCII');
  });

  it('refuses encodings that it does not read', () => {
    expect(refusal(utf8(declared('Shift_JIS')))).to.match(/^1:1 the declared encoding is not supported/);
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0))).to.contain('UTF-32');
    expect(refusal(Uint8Array.of(0x3c, 0, 0, 0))).to.contain('UTF-32');
    expect(refusal(Uint8Array.of(0, 0, 0, 0x3c))).to.contain('UTF-32');
    expect(refusal(Uint8Array.of(0x4c, 0x6f, 0xa7, 0x94))).to.contain('EBCDIC');
  });

  it('says what the input is instead of XML', () => {
    const inputs: [string | Uint8Array, string][] = [
      ['', 'the input is empty'],
      ['\uFEFF \r\n', 'the input is empty'],
      [new Uint8Array(5000), 'the input is empty'],
      [gzipSync('<a/>'), 'gzip'],
      [Buffer.from('PK\x03\x04\x14\0', 'latin1'), 'ZIP archive'],
      ['%PDF-1.7\n', 'PDF'],
      ['{\\rtf1\\ansi', 'RTF'],
      ['\n{"resourceType": "Bundle"}', 'JSON'],
      ['[1]', 'JSON'],
      ['MSH|^~\\&|', 'HL7 v2'],
      ['<!DOCTYPE html>\n<html>', 'HTML'],
      ['<!doctype HTML PUBLIC "x">', 'HTML'],
      ['\n<html lang="en">', 'HTML'],
      ['PD94bWwgdmVyc2lvbj0i', 'base64'],
      ['MIME-Version: 1.0\r\nContent-Type: text/xml\r\n\r\n<a/>', 'MIME'],
      ['Content-Type: application/xml; charset=utf-8;\r\n\r\n<a/>', 'MIME'],
      ['--=_boundary\r\nContent-Type: text/xml\r\n\r\n<a/>', 'MIME'],
      ['From: a@example.org\nSubject: x\n\n<a/>', 'MIME'],
    ];
    for (const [input, expected] of inputs) {
      const bytes = typeof input === 'string' ? utf8(input) : input;
      expect(documentError(() => decode(bytes)).message).to.contain(expected);
    }
    expect(documentError(() => decode(utf16('\uFEFF{"a":1}'))).message).to.contain('JSON');
  });

  it('never takes an XML document for something else', () => {
    for (const text of ['<htmlish/>', '<?xml version="1.0"?>\n<!-- {"a": 1} Content-Type: x --><a/>', '<DATE/>']) {
      expect(() => decode(utf8(text))).not.to.throw();
    }
  });
});
