import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SaxesParser } from 'saxes';
import { narrativeElements } from '../../../src/cda/narrative.js';
import type { Reading } from '../../../src/cda/reading.js';
import { nameId, vocabulary } from '../../../src/cda/vocabulary.js';
import { toNarrative } from '../../../src/fhir/narrative/narrative.js';
import { Journal } from '../../../src/xml/journal.js';
import { readDocument } from '../../../src/xml/read.js';
import { isElement, type Tree } from '../../../src/xml/tree.js';

const CORPUS = new URL('../../../../shared/corpus', import.meta.url).pathname;

// FHIR R4 2.4.0: HTML 4.0 chapters 7 to 11 (but 9.4) and 15, <a>, images, style; as its reference validator has them.
const TAGS = new Set(
  (
    'p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup ul ol li ' +
    'dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'title style class id lang span width align valign char charoff abbr axis scope rowspan colspan a.href img.src img.alt div.xmlns ' +
    'table.summary table.border table.frame table.rules table.cellspacing table.cellpadding'
  ).split(' '),
);

/** What FHIR would refuse in a div: nothing, if all is well. */
function faultsOf(div: string): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  const links: string[] = [];
  let text = '';
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', ({ message }) => faults.push(message));
  parser.on('text', (more) => (text += more));
  parser.on('opentag', ({ name, attributes }) => {
    if (!TAGS.has(name)) faults.push(`<${name}>`);
    if (name === 'img') text += 'image';
    for (const [key, { value }] of Object.entries(attributes)) {
      if (!ATTRIBUTES.has(key) && !ATTRIBUTES.has(`${name}.${key}`)) faults.push(`${name}/@${key}`);
      if (key === 'href' && !/^(https?:|#)/.test(value)) faults.push('a link to elsewhere');
      if (key === 'href' && value.startsWith('#')) links.push(value.slice(1));
      if (key === 'id' && ids.size === ids.add(value).size) faults.push('an ID given twice');
    }
  });
  parser.write(div).close();
  if (text.trim() === '') faults.push('nothing to see');
  return [...faults, ...links.filter((id) => !ids.has(id)).map(() => 'a link to nothing')];
}

function readingOfTree(tree: Tree): Reading {
  return {
    tree,
    journal: new Journal(false),
    variables: new Map(),
    timeZone: { kind: 'none' },
    isPlaceholder: () => false,
    files: new Map(),
    narrativeElement: narrativeElements(tree),
    mayTell: () => true,
    warn: () => undefined,
  };
}

describe('The narrative of real documents', () => {
  it('becomes valid XHTML, for sections and entries', function () {
    if (!existsSync(CORPUS)) {
      console.log('      skipped: ../shared/corpus is not here');
      return this.skip();
    }
    const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));
    const slice = files.sort().filter((_, index) => index % 12 === 0);
    let count = 0;
    for (const file of slice) {
      let tree: Tree;
      try {
        ({ tree } = readDocument(readFileSync(join(CORPUS, file)), vocabulary));
      } catch {
        continue;
      }
      const reading = readingOfTree(tree);
      for (let node = 1; node < tree.count; node++) {
        if (!isElement(tree, node) || tree.name[node] !== nameId('text')) continue;
        const div = toNarrative(reading, [node])?.div;
        if (div === undefined) continue;
        count++;
        expect(faultsOf(div), file).to.deep.equal([]);
      }
    }
    expect(count).to.be.greaterThan(100);
  });
});
