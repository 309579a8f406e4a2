import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readJson } from '../../src/bundle/read-json.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { converter } from '../packaged-converter.js';

describe('bundle/read-json', () => {
  it('reads a Bundle so that it is written again with the same bytes', () => {
    const folder = new URL('../../samples/', import.meta.url);
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.xml'))) {
      const text = writeJson(converter.convert(readFileSync(new URL(name, folder))).bundle);
      expect(writeJson(readJson(text) as object) === text, name).to.equal(true);
    }
    for (const text of ['{"a":[{"v":1.0},{"b":-0.10e2}],"c":"1.0","d":"\uE000 \\"2.0\\""}', '{"a":1e400}'])
      expect(writeJson(readJson(text) as object)).to.equal(text);
  });
});
