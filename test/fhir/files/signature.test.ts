import { expect } from 'chai';
import { truthfulType, typeOfBytes } from '../../../src/fhir/files/signature.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('The signature of a file', () => {
  it('gives its media type', () => {
    const files: [string, Buffer][] = [
      ['application/pdf', Buffer.from('%PDF-1.7\n')],
      ['application/pdf', Buffer.from('\n\n%PDF-1.4')],
      ['image/png', hex('89504e470d0a1a0a')],
      ['image/jpeg', hex('ffd8ffe000104a464946')],
      ['image/gif', Buffer.from('GIF89a')],
      ['image/tiff', hex('49492a00')],
      ['image/tiff', hex('4d4d002a')],
      ['application/rtf', Buffer.from('{\\rtf1\\ansi}')],
      ['application/zip', hex('504b0304')],
      ['application/x-ole-storage', hex('d0cf11e0a1b11ae1')],
      ['application/gzip', hex('1f8b0800')],
      ['application/dicom', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])],
      ['audio/wav', Buffer.from('RIFF\x01\x02\x03\x04WAVEfmt ')],
      ['text/html', Buffer.from('\ufeff<!DOCTYPE html><p>')],
      ['application/xml', Buffer.from('<?xml version="1.0"?><a/>')],
    ];
    for (const [type, bytes] of files) expect(typeOfBytes(bytes), type).to.equal(type);
    expect(typeOfBytes(Buffer.from('Rest.'))).to.equal(undefined);
    expect(typeOfBytes(Buffer.alloc(0))).to.equal(undefined);
  });

  it('replaces a media type that does not fit, and keeps one that fits', () => {
    const pdf = Buffer.from('%PDF-1.7');
    expect(truthfulType('text/plain', pdf)).to.equal('application/pdf');
    expect(truthfulType('application/pdf', pdf)).to.equal('application/pdf');
    expect(truthfulType('application/x-pdf', pdf)).to.equal('application/x-pdf');
    expect(truthfulType(undefined, pdf)).to.equal('application/pdf');
    expect(truthfulType('image/jpg', hex('ffd8ffe0'))).to.equal('image/jpg');
    expect(truthfulType('image/png', hex('ffd8ffe0'))).to.equal('image/jpeg');
    expect(truthfulType('application/msword', Buffer.from('{\\rtf1}'))).to.equal('application/rtf');
    const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    expect(truthfulType(docx, hex('504b0304'))).to.equal(docx);
    expect(truthfulType('text/xml; charset=utf-8', Buffer.from('<?xml version="1.0"?>'))).to.equal(
      'text/xml; charset=utf-8',
    );
  });

  it('is missing although every file of that type has one: then the file is text or of an unknown type', () => {
    expect(truthfulType('application/pdf', Buffer.from('See the paper chart.'))).to.equal('text/plain');
    expect(truthfulType('image/png', hex('00010203'))).to.equal('application/octet-stream');
    expect(truthfulType('text/plain', hex('00010203'))).to.equal('application/octet-stream');
  });

  it('is not needed for types without a signature, nor for text in another encoding', () => {
    expect(truthfulType('audio/basic', hex('00010203'))).to.equal('audio/basic');
    expect(truthfulType('application/dicom', hex('08000500'))).to.equal('application/dicom');
    expect(truthfulType('text/plain', Buffer.from('\ufeffRest.', 'utf16le'))).to.equal('text/plain');
    expect(truthfulType('text/plain', Buffer.from('Fièvre', 'latin1'))).to.equal('text/plain');
    expect(truthfulType(undefined, Buffer.from('Rest.'))).to.equal(undefined);
  });
});
