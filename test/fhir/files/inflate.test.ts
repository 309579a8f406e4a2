import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { inflated, typeOfCompressed } from '../../../src/fhir/files/inflate.js';

const text = 'Rest, fluids, and a call on Monday.';

describe('Compressed content', () => {
  it('is inflated, whether it is plain deflate, zlib or gzip, and whichever of these the sender named', () => {
    for (const compress of [deflateRawSync, deflateSync, gzipSync])
      for (const named of ['DF', 'GZ', 'ZL']) expect(inflated(compress(text), named)?.toString()).to.equal(text);
  });

  it('stays compressed if it is broken, of another kind, or would fill the memory', () => {
    expect(inflated(gzipSync(text).subarray(0, 20), 'GZ')).to.equal(undefined);
    expect(inflated(Buffer.from('no deflate at all'), 'DF')).to.equal(undefined);
    expect(inflated(gzipSync(text), 'BZ')).to.equal(undefined);
    expect(inflated(deflateRawSync(Buffer.alloc(5_000_000)), 'DF')).to.equal(undefined);
    expect(inflated(gzipSync(Buffer.alloc(40_000_000)), 'GZ')).to.equal(undefined);
  });

  it('is recognized', () => {
    expect(typeOfCompressed(gzipSync(text))).to.equal('application/gzip');
    expect(typeOfCompressed(deflateSync(text))).to.equal('application/zlib');
    expect(typeOfCompressed(deflateRawSync(text))).to.equal('application/octet-stream');
  });
});
