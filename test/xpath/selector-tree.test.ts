import { expect } from 'chai';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { Journal } from '../../src/xml/journal.js';
import { isElement, type Node } from '../../src/xml/tree.js';
import { compileSelector, compileTogether, type Selector } from '../../src/xpath/compile.js';
import { DOCUMENT } from './document.js';
import { randomSelectors } from './random-selectors.js';
import { element, read, show } from './reading.js';

const options = { names: vocabulary };

/** What selectors find from a node and the facts that they mark, each alone or all as one walk. */
function outcome(xml: string, start: Node, run: (context: ReturnType<typeof read>) => [number, Node][]) {
  const context = { ...read(xml), journal: new Journal(false) };
  const found = run(context).map(([index, node]) => `${index} ${node} ${show(context.tree, node)}`);
  return {
    start,
    found: [...new Set(found)].sort(),
    marks: [...new Set(context.journal.lines.map(({ node, mark }) => `${node} ${mark}`))].sort(),
  };
}

function alone(selectors: readonly Selector[], xml: string, start: Node) {
  return outcome(xml, start, (context) =>
    selectors.flatMap((selector, index) => selector.nodes(context, start).map((node): [number, Node] => [index, node])),
  );
}

function together(selectors: readonly Selector[], xml: string, start: Node) {
  const tree = compileTogether(selectors, options);
  return outcome(xml, start, (context) => {
    const found: [number, Node][] = [];
    const any = tree(context, start, (index, node) => found.push([index, node]));
    expect(any).to.equal(found.length > 0);
    return found;
  });
}

function compiled(...texts: string[]): Selector[] {
  return texts.map((text) => compileSelector(text, options)).filter(({ type }) => type === 'nodes');
}

describe('selectors walked together', () => {
  const xml = element(
    '<entryRelationship typeCode="REFR"><observation><code code="1" codeSystem="2"/><value value="3"/></observation></entryRelationship>' +
      '<entryRelationship typeCode="SUBJ"><observation><code code="9" codeSystem="2"/></observation></entryRelationship>',
  );

  it('find what each of them finds, and mark what it marks', () => {
    const selectors = compiled(
      "entryRelationship/observation[code/@code='1']/code[@codeSystem='2']",
      "entryRelationship/observation[code/@code='1']/value",
      "entryRelationship/observation[code/@code='1']",
      "entryRelationship[@typeCode='SUBJ']/observation/code/@code",
    );
    expect(together(selectors, xml, 1)).to.deep.equal(alone(selectors, xml, 1));
    expect(together(selectors, xml, 1).found).to.have.length(4);
  });

  it('leave no marks for a shared start that leads nowhere', () => {
    const selectors = compiled(
      "entryRelationship[@typeCode='REFR']/observation/text",
      "entryRelationship[@typeCode='REFR']/observation/value/@unit",
    );
    expect(together(selectors, xml, 1)).to.deep.equal({ start: 1, found: [], marks: [] });
  });

  it('do so if paths lead up, cross or start at the document', () => {
    const selectors = compiled(
      '../observation/entryRelationship/observation',
      '../observation/entryRelationship/@typeCode',
      '/observation/entryRelationship',
      "/observation/entryRelationship[@typeCode='SUBJ']/observation",
      'entryRelationship/../entryRelationship',
      './/observation/..//code',
      '(entryRelationship | entryRelationship/observation)/code',
      "(entryRelationship/observation | .)[code/@code='1']/code",
      "(entryRelationship/observation | .)[code/@code='1']/value",
    );
    expect(together(selectors, xml, 1)).to.deep.equal(alone(selectors, xml, 1));
  });

  it('do so for random selectors', () => {
    const context = read(DOCUMENT);
    const starts = Array.from({ length: context.tree.count }, (_, node) => node)
      .filter((node) => node > 0 && isElement(context.tree, node))
      .filter((_, index) => index % 7 === 0);
    const selectors = compiled(...randomSelectors(600, 11));
    for (let from = 0; from < selectors.length; from += 60) {
      const batch = selectors.slice(from, from + 60);
      const start = starts[(from / 60) % starts.length]!;
      expect(together(batch, DOCUMENT, start)).to.deep.equal(alone(batch, DOCUMENT, start));
      expect(together(batch, DOCUMENT, 1)).to.deep.equal(alone(batch, DOCUMENT, 1));
    }
  });
});
