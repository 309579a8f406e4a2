import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  createConverter,
  DocumentError,
  LimitError,
  writeJson,
  type Conversion,
  type ConvertOptions,
} from '../../src/index.js';
import { hostileDocument, problem, problemSection, times } from './document.js';

const samples = new URL('../../samples/', import.meta.url);
const converter = createConverter();

function convert(document: string, options: ConvertOptions = {}): Conversion {
  return converter.convert(new TextEncoder().encode(document), options);
}

function limitOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LimitError) return error.limit;
    throw error;
  }
  return 'none';
}

describe('a hostile document', () => {
  it('has links inside of links, and each is written once, whatever element it is', () => {
    for (const name of ['linkHtml', 'a']) {
      const text = `${`<${name}>`.repeat(200)}deep${`</${name}>`.repeat(200)}`;
      const json = writeJson(convert(hostileDocument({ sections: problemSection('', text) })).bundle);
      expect(json.split('deep').length - 1, name).to.equal(1);
    }
  });

  // Names that every object answers to; a table that is looked up by them answers with a function.
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    it(`may say "${name}" wherever it says anything`, () => {
      const sample = readFileSync(new URL('history-and-physical.xml', samples), 'utf8');
      const attributes = new Set([...sample.matchAll(/\s([\w:]+)="/g)].map(([, attribute]) => attribute!));
      for (const attribute of attributes) {
        if (attribute.startsWith('xmlns')) continue;
        const changed = sample.replace(new RegExp(`(\\s${attribute}=)"[^"]*"`, 'g'), `$1"${name}"`);
        try {
          convert(changed);
        } catch (error) {
          if (!(error instanceof DocumentError)) throw new Error(`@${attribute}: ${String(error)}`, { cause: error });
        }
      }
      convert(sample.replace(/>[^<>]*[^<>\s][^<>]*</g, `>${name}<`));
      convert(sample.replace(/(<\/?)(table|tr|td|content|list|item|paragraph)\b/g, `$1${name}`));
    }).timeout(60_000);
  }

  it('ends at the time limit, with an error that says so', () => {
    const long = hostileDocument({ sections: problemSection(times(3000, (i) => problem({ id: String(i) }))) });
    expect(limitOf(() => convert(long, { timeLimitSeconds: 0.02 }))).to.equal('time');
    expect(() => convert(long, { timeLimitSeconds: 0.02 })).to.throw(LimitError, /time limit of 0\.02 s/);
    // What was interrupted is no worse for it.
    expect(convert(long).bundle.entry!.length).to.be.greaterThan(3000);
  });

  it('ends at the output limit, with an error that says so', () => {
    const document = hostileDocument({ sections: problemSection(times(20, (i) => problem({ id: String(i) }))) });
    expect(() => convert(document, { maxOutputMegabytes: 0.01 })).to.throw(LimitError, /output limit of 0\.01 MB/);
    expect(limitOf(() => convert(document, { maxOutputMegabytes: 1 }))).to.equal('none');
  });

  it('refuses an invalid limit', () => {
    const document = hostileDocument({});
    for (const limit of [0, -1, NaN]) {
      expect(() => convert(document, { timeLimitSeconds: limit })).to.throw(/time limit/);
      expect(() => convert(document, { maxOutputMegabytes: limit })).to.throw(/output limit/);
    }
    expect(limitOf(() => convert(document, { timeLimitSeconds: Infinity }))).to.equal('none');
  });

  it('has one long text written at a few of the thousand places that refer to it, and an issue at the others', () => {
    const paragraph = `<paragraph ID="long">${times(1000, (i) => `cell ${i} `)}</paragraph>`;
    const shapes = {
      text: (i: number) => problem({ id: String(i), text: '<text><reference value="#long"/></text>' }),
      originalText: (i: number) =>
        problem({ id: String(i), inValue: '<originalText><reference value="#long"/></originalText>' }),
    };
    for (const [name, entry] of Object.entries(shapes)) {
      const document = hostileDocument({ sections: problemSection(times(1000, entry), paragraph) });
      const { bundle, issues } = convert(document);
      const told = writeJson(bundle).split('cell 500').length - 1;
      expect(told, name).to.be.within(2, 500);
      expect(writeJson(bundle).length, name).to.be.below(10 * document.length);
      expect(
        issues.some(({ code }) => code === 'repeated-text'),
        name,
      ).to.equal(true);
    }
  });
});
