import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { ConvertOptions } from '../src/conversion.js';
import { createConverter } from '../src/convert.js';
import { OptionError } from '../src/option-error.js';

const sample = readFileSync(new URL('../samples/progress-note.xml', import.meta.url));

describe('the version of US Core that a converter is made with', () => {
  const converter = createConverter({ usCore: '8.0.1' });
  const versions = (options: ConvertOptions): Set<string> => {
    const text = JSON.stringify(converter.convert(sample, { versionedProfiles: true, ...options }).bundle);
    return new Set([...text.matchAll(/us-core-[a-z-]+\|([\d.]+)/g)].map(([, version]) => version!));
  };

  it('applies if the options of a conversion name no version', () => {
    expect([...versions({})]).to.deep.equal(['8.0.1']);
  });

  it('gives way to that of the options', () => {
    expect([...versions({ usCore: '6.1.0' })]).to.deep.equal(['6.1.0']);
  });

  it('must be one that the set knows', () => {
    expect(() => createConverter({ usCore: '7.7.7' })).to.throw(OptionError, 'there is no US Core "7.7.7"');
  });
});
