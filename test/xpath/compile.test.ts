import { expect } from 'chai';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { child, children, NONE } from '../../src/xml/tree.js';
import { nameId } from '../../src/cda/vocabulary.js';
import { compileSelector, type NodeFunction } from '../../src/xpath/compile.js';
import { element, read, show } from './reading.js';

const CONTENT = element(
  '<templateId root="1"/><templateId root="2"/><code code="a"/>' +
    '<entryRelationship typeCode="X"><act><code code="b"/></act></entryRelationship>' +
    '<entryRelationship typeCode="Y"><act><code code="c"/><act><code code="d"/></act></act></entryRelationship>',
);
const context = read(CONTENT, { level: 2, name: 'c', yes: true });
const variables = new Map([
  ['level', 'number'],
  ['name', 'string'],
  ['yes', 'boolean'],
  ['nodes', 'nodes'],
] as const);
const select = (text: string) =>
  compileSelector(text, { names: vocabulary, variables })
    .nodes(context, 1)
    .map((node) => show(context.tree, node));

describe('a selector that gives nodes', () => {
  const cases: [selector: string, expected: string[], why: string][] = [
    ['templateId[2]/@root', ['@root=2'], 'counts positions from 1'],
    ['templateId[3]', [], 'finds nothing past the last'],
    ['templateId[1.5]', [], 'has no position between two'],
    ['templateId[last()]/@root', ['@root=2'], 'knows the last position'],
    ["entryRelationship[@typeCode='Y'][1]/@typeCode", ['@typeCode=Y'], 'counts what earlier predicates left'],
    ["entryRelationship[1][@typeCode='Y']/@typeCode", [], 'tests only what the position left'],
    ['entryRelationship[last()][1]/@typeCode', ['@typeCode=Y'], 'counts anew for each predicate'],
    ['entryRelationship[@typeCode][last()]/@typeCode', ['@typeCode=Y'], 'knows the size that predicates left'],
    ['entryRelationship[position() = $level]/@typeCode', ['@typeCode=Y'], 'reads a number from a variable'],
    ['entryRelationship[$level]/@typeCode', ['@typeCode=Y'], 'takes a number as a position wherever it comes from'],
    ['entryRelationship[$yes]/@typeCode', ['@typeCode=X', '@typeCode=Y'], 'takes a truth value as such'],
    ['.//code[@code=$name]/@code', ['@code=c'], 'reads text from a variable'],
    ['.//code[1]/@code', ['@code=a', '@code=b', '@code=c', '@code=d'], 'counts // per parent'],
    ['descendant::code[3]/@code', ['@code=c'], 'counts an axis from its start'],
    ['(.//code)[2]/@code', ['@code=b'], 'counts brackets over all'],
    ['.//act[code]/ancestor::*[1]/@typeCode', ['@typeCode=X', '@typeCode=Y'], 'counts ancestors from the inside'],
    ['.//code[@code="d"]/ancestor::act[last()]/code/@code', ['@code=c'], 'reaches the outermost ancestor'],
    ['entryRelationship[2]/preceding-sibling::*[1]/@typeCode', ['@typeCode=X'], 'counts preceding siblings backwards'],
    ['entryRelationship/preceding-sibling::templateId/@root', ['@root=1', '@root=2'], 'gives each node once, in order'],
    ['code | templateId', ['templateId[1]', 'templateId[2]', 'code[1]'], 'orders a union by document'],
    ['code | code', ['code[1]'], 'gives a node of both sides once'],
    ['.//code/..//code/@code', ['@code=a', '@code=b', '@code=c', '@code=d'], 'gives nested results once'],
    ['/', ['/'], 'knows the document node'],
    ['/observation/code', ['code[1]'], 'starts at the document'],
    ['@code', [], 'finds no attribute that is not there'],
    ['code/@code/..', ['code[1]'], 'goes from an attribute to its element'],
    ['code/@code/following-sibling::node()', [], 'gives attributes no siblings'],
    ['code/@code/node()', [], 'gives attributes no children'],
  ];
  for (const [selector, expected, why] of cases) {
    it(`${why}: ${selector}`, () => {
      expect(select(selector)).to.deep.equal(expected);
    });
  }

  it('gives NONE for the first of no nodes', () => {
    const selector = compileSelector('value/@code', { names: vocabulary });
    expect(selector.first(context, 1)).to.equal(NONE);
    expect(selector.string(context, 1)).to.equal('');
    expect(selector.number(context, 1)).to.deep.equal(NaN);
    expect(selector.boolean(context, 1)).to.equal(false);
  });

  it('gives the first in document order if the axis goes backwards', () => {
    const code = compileSelector(".//code[@code='d']", { names: vocabulary }).first(context, 1);
    const selector = compileSelector('ancestor::act', { names: vocabulary });
    expect(selector.first(context, code)).to.equal(selector.nodes(context, code)[0]);
  });

  it('reads nodes from a variable, in document order, whatever their order in the variable', () => {
    const { tree } = context;
    const nodes = children(tree, 1).reverse();
    const selector = compileSelector('$nodes[1]/@root', { names: vocabulary, variables });
    expect(selector.string({ ...context, variables: new Map([['nodes', nodes]]) }, 1)).to.equal('1');
  });

  it('throws if a variable lacks its declared value', () => {
    const selector = compileSelector('$nodes', { names: vocabulary, variables });
    expect(() => selector.nodes(context, 1)).to.throw(TypeError, '$nodes');
  });

  it('matches elements of CDA whatever prefix the document has for them, and no others', () => {
    const other = read(
      '<c:observation xmlns:c="urn:hl7-org:v3" xmlns="urn:other"><c:code code="1"/><code code="2"/></c:observation>',
    );
    expect(compileSelector('code/@code', { names: vocabulary }).string(other, 1)).to.equal('1');
    expect(compileSelector('count(code)', { names: vocabulary }).number(other, 1)).to.equal(1);
    expect(compileSelector('count(*)', { names: vocabulary }).number(other, 1)).to.equal(2);
  });

  it('sees xsi:type without the prefix that the document chose', () => {
    const typed = read(
      '<observation xmlns="urn:hl7-org:v3" xmlns:c="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        '<value xsi:type="c:PQ" value="a:b"/><value xsi:type="PQ"/></observation>',
    );
    expect(compileSelector("count(value[@xsi:type='PQ'])", { names: vocabulary }).number(typed, 1)).to.equal(2);
    expect(compileSelector('value/@xsi:type', { names: vocabulary }).string(typed, 1)).to.equal('PQ');
    expect(compileSelector('value/@value', { names: vocabulary }).string(typed, 1)).to.equal('a:b');
  });
});

describe('a selector that gives a value', () => {
  const cases: [selector: string, expected: string | number | boolean][] = [
    ["code/@code = 'a'", true],
    ["templateId/@root = '2'", true],
    ["templateId/@root != '2'", true],
    ["not(templateId/@root = '2')", false],
    ['templateId/@root = 2', true],
    ["templateId/@root = '2.0'", false],
    ['templateId/@root > 1', true],
    ['templateId/@root >= templateId/@root', true],
    ["templateId/@root = ('7', '2')", true],
    ["templateId/@root = ('7', '8')", false],
    ["string(code/@code) = ( 'a' )", true],
    ["count(.//code[@code=('a','d')]) = 2 and not(code/@code=('b','c'))", true],
    ["lower-case('BoTh ÄÖ')", 'both äö'],
    ["has-word('There is NO: data', 'none', 'no')", true],
    ["has-word('nothing', 'no', 'none')", false],
    ["has-word('no data', 'no data')", true],
    ["has-word(value, 'no')", false],
    ["'10' < '9'", false],
    ['value = value', false],
    ["value = ''", false],
    ['value = false()', true],
    ["string(value) = ''", true],
    ['value < 1', false],
    ["count(.//code[@code > 'a'])", 0],
    ["'' or 0", false],
    ["'false' and -1", true],
    ['number(true()) + true()', 2],
    ["id('x') = id('y')", false],
    ["string(1 = 1) = 'true'", true],
    ['-(-1)', 1],
    ['7 mod -2', 1],
    ['-7 mod 2', -1],
    ['1.5 mod 0.5', 0],
    ['string(-0)', '0'],
    ['string(1 div 0)', 'Infinity'],
    ['string(0 div 0)', 'NaN'],
    ['concat(1.50, "|", true(), "|", templateId/@root)', '1.5|true|1'],
    ['count(code | templateId)', 3],
    ['sum(templateId/@root)', 3],
    ['local-name(code/@code)', 'code'],
    ['name(text())', ''],
    ["string-length('a\u{1F600}')", 2],
    ['normalize-space()', ''],
    ["boolean(templateId[@root='2'])", true],
  ];
  for (const [text, expected] of cases) {
    it(`gives ${String(expected)} for ${text}`, () => {
      const selector = compileSelector(text, { names: vocabulary });
      expect(selector.type).to.equal(typeof expected);
      const values = {
        number: () => selector.number(context, 1),
        string: () => selector.string(context, 1),
        boolean: () => selector.boolean(context, 1),
      };
      expect(values[selector.type as keyof typeof values]()).to.equal(expected);
    });
  }

  it('gives no nodes', () => {
    const selector = compileSelector('count(code)', { names: vocabulary });
    expect(() => selector.nodes(context, 1)).to.throw(TypeError, 'count(code)');
    expect(() => selector.first(context, 1)).to.throw(TypeError);
  });
});

describe('id()', () => {
  const document = read(
    element(
      '<text><content ID="a">A</content><content ID="b">B</content><content ID="a">again</content></text><code code="b a"/>',
    ),
  );

  it('finds the element with that attribute ID, the first of several', () => {
    expect(compileSelector("id('a')", { names: vocabulary }).string(document, 1)).to.equal('A');
    expect(compileSelector("count(id('a'))", { names: vocabulary }).number(document, 1)).to.equal(1);
  });

  it('takes several words, and the text of nodes, and gives nodes in document order', () => {
    const selector = compileSelector('id(code/@code)', { names: vocabulary });
    expect(selector.nodes(document, 1).map((node) => show(document.tree, node))).to.deep.equal([
      'content[1]',
      'content[2]',
    ]);
  });
});

describe('a function of the caller', () => {
  const acts: NodeFunction = {
    minArguments: 0,
    maxArguments: 1,
    call: ({ tree }, node, [from = [node]]) => from.map((each) => child(tree, each, nameId('act'))).reverse(),
  };
  const functions = new Map([['acts', acts]]);

  it('is called with the context node and its argument nodes', () => {
    const selector = compileSelector('acts(entryRelationship)/code/@code', { names: vocabulary, functions });
    expect(selector.nodes(context, 1).map((node) => show(context.tree, node))).to.deep.equal(['@code=b', '@code=c']);
  });

  it('gives its nodes in document order', () => {
    const selector = compileSelector('acts(entryRelationship)[1]/code/@code', { names: vocabulary, functions });
    expect(selector.string(context, 1)).to.equal('b');
  });
});
