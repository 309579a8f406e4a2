import { expect } from 'chai';
import { convertEach } from '../src/convert-each.js';
import type { Converted } from '../src/convert-each.js';
import { createConverter } from './cli/fake-converter.js';
import { LimitError } from '../src/limit-error.js';
import { documentOf, zipOf } from './unwrap/make.js';

describe('the documents of an envelope, converted each', () => {
  const real = createConverter({});

  async function all(names: readonly string[]): Promise<Converted[]> {
    const body = zipOf(names.map((name) => ({ name: `${name}.xml`, data: documentOf(name) })));
    const converter = {
      ...real,
      convert(bytes: Uint8Array) {
        const text = Buffer.from(bytes).toString('utf8');
        if (text.includes('"long"')) throw new LimitError('time', 'over the time limit');
        if (text.includes('"large"')) throw new LimitError('output', 'over the output limit');
        if (text.includes('"fault"')) throw new TypeError('a fault of ours');
        return real.convert(bytes);
      },
    };
    const parts: Converted[] = [];
    for await (const one of convertEach(converter, body)) parts.push(one);
    return parts;
  }

  it('go on after a document that takes too long or becomes too large, and report that document in its place', async () => {
    const parts = await all(['long', 'one', 'large', 'other']);
    expect(parts.map(({ kind }) => kind)).to.deep.equal(['refused', 'converted', 'refused', 'converted']);
    const [long] = parts;
    expect(long?.kind === 'refused' && long.error).to.be.instanceOf(LimitError);
  });

  it('stop at a fault of Cairn, which is no reason to refuse the document', async () => {
    let fault: unknown;
    await all(['one', 'fault']).catch((error: unknown) => (fault = error));
    expect(fault).to.be.instanceOf(TypeError);
  });
});
