import { expect } from 'chai';
import { fileUrl, fileName, looksLikeFile } from '../../../src/fhir/files/address.js';

describe('The address of a file', () => {
  it('is its name, fit for a url', () => {
    expect(fileUrl('scan.tif')).to.equal('scan.tif');
    expect(fileUrl('Ann Sample <1>.pdf')).to.equal('Ann%20Sample%20%3C1%3E.pdf');
    expect(fileUrl('https://example.org/a%20b.pdf')).to.equal('https://example.org/a%20b.pdf');
  });

  it('is a file: address if it is a path of Windows', () => {
    expect(fileUrl('C:\\scans\\7.tif')).to.equal('file:///C:/scans/7.tif');
    expect(fileUrl('\\\\records\\scans\\7 a.tif')).to.equal('file://records/scans/7%20a.tif');
  });

  it('is recognized by its ending or its path, never by a #', () => {
    expect(['a.pdf', 'my scan.tiff', 'images/12', '\\\\a\\b'].map(looksLikeFile)).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
    expect(['#a.pdf', 'note1', 'Rest. Fluids', 'v1.2'].map(looksLikeFile)).to.deep.equal([false, false, false, false]);
  });

  it('ends in a name that people can read', () => {
    expect(fileName('images/my scan.tif')).to.equal('my scan.tif');
    expect(fileName('C:\\scans\\7.tif')).to.equal('7.tif');
    expect(fileName('a.pdf?v=2')).to.equal('a.pdf');
  });
});
