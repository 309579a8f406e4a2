import { expect } from 'chai';
import type { Parameters } from 'fhir/r4.js';
import { createConverter } from '../../../src/convert.js';
import { writeJson } from '../../../src/bundle/write-json.js';
import { writeXml } from '../../../src/bundle/write-xml.js';
import { answerBytes } from '../../../src/service/workers/answer.js';
import { encode } from '../../../src/service/workers/encode.js';
import type { Job } from '../../../src/service/workers/job.js';
import { sample } from '../harness.js';

const job = (values: Partial<Job>): Job => ({
  kind: 'document',
  options: { set: 'default' },
  format: 'json',
  include: [],
  ...values,
});

describe('service/workers/answer', () => {
  const conversion = createConverter().convert(sample, { trace: true });
  const text = (values: Partial<Job>): string =>
    Buffer.from(answerBytes(structuredClone(conversion), [], job(values))).toString();

  it('writes a Bundle in pieces that together are the same as the library’s text', () => {
    for (const bundle of ['transaction', 'document', 'collection'] as const) {
      const made = createConverter().convert(sample, { bundle });
      expect(Buffer.from(answerBytes(made, [], job({}))).toString()).to.equal(writeJson(made.bundle));
      expect(Buffer.from(answerBytes(made, [], job({ format: 'xml' }))).toString()).to.equal(writeXml(made.bundle));
    }
  });

  it('writes the same Parameters in JSON and in XML', () => {
    const include = ['ledger', 'trace', 'issues'] as const;
    const json = JSON.parse(text({ include })) as Parameters;
    expect(json.parameter!.map(({ name }) => name)).to.deep.equal(['bundle', 'ledger', 'trace', 'issues']);
    const [, ledger, trace] = json.parameter!;
    // Totals, statements told twice, facts.
    const { items, same } = conversion.ledger;
    expect(ledger!.part).to.have.length(items.length + same.length + 1);
    expect(trace!.part).to.have.length(conversion.trace.length);
    const xml = text({ include, format: 'xml' });
    expect(xml.match(/<name value="item"\/>/g) ?? []).to.have.length(conversion.ledger.items.length);
    expect(xml.match(/<name value="entry"\/>/g) ?? []).to.have.length(conversion.trace.length);
  });

  it('writes no line of ndjson with a reference that only works in a Bundle', () => {
    const lines = text({ format: 'ndjson' }).trimEnd().split('\n');
    const { entry } = conversion.bundle;
    expect(lines).to.have.length(entry!.length);
    const known = new Set(
      lines
        .map((line) => JSON.parse(line) as { resourceType: string; id: string })
        .map(({ resourceType, id }) => `${resourceType}/${id}`),
    );
    const references = [...lines.join('').matchAll(/"reference":"([^"#]+)"/g)].map((match) => match[1]!);
    expect(references.filter((reference) => !known.has(reference))).to.deep.equal([]);
  });

  it('encodes pieces of any length and script', () => {
    const pieces = ['a', 'é'.repeat(40_000), '', '😀'.repeat(50_000), '漢'.repeat(100_000)];
    expect(Buffer.from(encode(pieces)).toString()).to.equal(pieces.join(''));
    expect(encode([])).to.have.length(0);
  });
});
