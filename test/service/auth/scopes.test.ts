import { expect } from 'chai';
import { grants } from '../../../src/service/auth/scopes.js';

describe('service/auth/scopes', () => {
  const cases: [held: string, needed: string, granted: boolean][] = [
    ['system/Bundle.c', 'system/Bundle.c', true],
    ['system/Bundle.cruds', 'system/Bundle.c', true],
    ['system/*.c', 'system/Bundle.c', true],
    ['openid  system/Bundle.c', 'system/Bundle.c', true],
    ['system/Bundle.write', 'system/Bundle.cu', true],
    ['system/Bundle.read', 'system/Bundle.c', false],
    ['system/Bundle.r', 'system/Bundle.c', false],
    ['user/Bundle.c', 'system/Bundle.c', false],
    ['system/Bundle.', 'system/Bundle.c', false],
    ['system/Bundle.sc', 'system/Bundle.c', false],
    ['', 'system/Bundle.c', false],
    ['convert other', 'convert', true],
    ['converter', 'convert', false],
  ];
  for (const [held, needed, granted] of cases) {
    it(`says that "${held}" ${granted ? 'grants' : 'does not grant'} ${needed}`, () => {
      expect(grants(held, needed)).to.equal(granted);
    });
  }
});
