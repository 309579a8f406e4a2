import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { masterKeyBy, masterKeyOf } from '../../src/store/master-key.js';

const hex = '0123456789abcdef'.repeat(4);

describe('the master key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-key-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('can be the output of a command: in hexadecimal digits, in base64, or raw', () => {
    const key = Buffer.from(hex, 'hex');
    writeFileSync(join(folder, 'raw'), key);
    expect(masterKeyBy(`echo ${hex}`)).to.deep.equal(key);
    expect(masterKeyBy(`echo ${key.toString('base64')}`)).to.deep.equal(key);
    expect(masterKeyBy(`cat ${join(folder, 'raw')}`)).to.deep.equal(key);
    expect(masterKeyOf({})).to.equal(undefined);
  });

  const failing: [string, string, RegExp][] = [
    ['ends badly', `echo ${hex}; exit 3`, /^the command ended with 3: run it by hand, as the user of the service/],
    ['is not there', 'no-such-kms-client', /^the command ended with 127: run it by hand/],
    [
      'writes too little',
      `echo ${hex.slice(2)}`,
      /^the command wrote 63 bytes that are no key: it must write 32 bytes/,
    ],
    ['writes nothing', 'true', /^the command wrote 0 bytes that are no key/],
    ['writes more than the key', `echo key: ${hex}`, /that are no key: .* and nothing else$/],
    ['writes without end', 'yes', /^the command wrote more than a key: it must write the key alone$/],
  ];
  for (const [what, command, told] of failing) {
    it(`is refused if the command ${what}, and the message has nothing of the key`, () => {
      expect(() => masterKeyBy(command)).to.throw(told);
      expect(() => masterKeyBy(command)).not.to.throw(/0123456789/);
    });
  }

  it('is awaited for at most half a minute', () => {
    expect(() => masterKeyBy('sleep 20', 0.2)).to.throw(/^the command did not end within 0.2 seconds/);
  });
});
