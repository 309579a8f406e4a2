import { expect } from 'chai';
import { namespaceBytes, uuidV5 } from '../../src/bundle/uuid.js';

describe('name-based UUIDs', () => {
  const dns = namespaceBytes('6ba7b810-9dad-11d1-80b4-00c04fd430c8');

  it('are those of RFC 4122, as corrected by its erratum', () => {
    expect(uuidV5(dns, 'www.example.com')).to.equal('2ed6657d-e927-568b-95e1-2665a8aea6a2');
    expect(uuidV5(dns, 'python.org')).to.equal('886313e1-3b8a-5372-9b90-0c9aee199e5d');
  });

  it('have version and variant in their places, whatever the hash has there', () => {
    for (let i = 0; i < 100; i++)
      expect(uuidV5(dns, `name ${i}`)).to.match(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
  });

  it('encode the name as UTF-8', () => {
    expect(uuidV5(dns, 'é')).not.to.equal(uuidV5(dns, 'e'));
  });
});
