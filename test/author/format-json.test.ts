import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as prettier from 'prettier';
import { formatJson, inUsualOrder, spreadIn } from '../../src/author/format-json.js';

const formatted = (text: string): string => {
  const value = JSON.parse(text) as unknown;
  return formatJson(value, spreadIn(text, value));
};

describe('the layout of mapping files', () => {
  for (const file of [
    'mappings/problems/problem-observation.json',
    'mappings/results/specimen.test.json',
    'mappings/words/no-data.json',
    'mappings/conceptmaps/problem-status.json',
  ]) {
    it(`is the layout of prettier: ${file}`, async () => {
      const text = readFileSync(file, 'utf8');
      const options = { parser: 'json', printWidth: 120, singleQuote: true };
      expect(formatted(text)).to.equal(text);
      // Written on one line it is laid out as prettier lays it out, too.
      const flat = JSON.stringify(JSON.parse(text));
      const written = formatJson(JSON.parse(flat), () => false);
      expect(await prettier.format(written, options)).to.equal(written);
    });
  }

  it('keeps short parts on one line, and parts that the author wrote on several lines', () => {
    expect(formatted('{"a":{"$ref":"patient"}}')).to.equal('{ "a": { "$ref": "patient" } }\n');
    expect(formatted('{\n"a":{"$ref":"patient"}}')).to.equal('{\n  "a": { "$ref": "patient" }\n}\n');
    expect(formatJson({ id: 'a', title: 't', on: ['act'], resource: { status: 'final' } })).to.equal(
      '{\n  "id": "a",\n  "title": "t",\n  "on": ["act"],\n  "resource": { "status": "final" }\n}\n',
    );
  });

  it('puts the members of a mapping in their usual order, and leaves elements as they are', () => {
    const mapping = { resource: { status: 'final', code: '= code' }, on: ['act'], id: 'a' };
    expect(JSON.stringify(inUsualOrder(mapping))).to.equal(
      '{"id":"a","on":["act"],"resource":{"status":"final","code":"= code"}}',
    );
  });
});
