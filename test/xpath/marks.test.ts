import { expect } from 'chai';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { USED } from '../../src/xml/journal.js';
import { compileSelector, type Selector } from '../../src/xpath/compile.js';
import { element, read, show } from './reading.js';

const XML = element(
  '<templateId root="1"/><templateId root="2"/>' +
    '<entryRelationship typeCode="REFR"><observation><templateId root="9"/></observation></entryRelationship>' +
    '<entryRelationship typeCode="SUBJ"><observation><code code="x"/><value code="lost"/></observation></entryRelationship>' +
    '<entryRelationship typeCode="REFR"><observation><code code="x"/><value code="found"/></observation></entryRelationship>' +
    '<id root="a"/><id root="b"/><id root="b"/><text>one <content>two</content></text>',
  'classCode="OBS" moodCode="EVN"',
);
const variables = new Map([['wanted', 'string']] as const);

function marksOf(text: string, run: (selector: Selector, context: ReturnType<typeof read>) => unknown): string[] {
  const context = read(XML, { wanted: 'EVN' });
  run(compileSelector(text, { names: vocabulary, variables }), context);
  expect(context.journal.lines.every(({ mark }) => mark === USED)).to.equal(true);
  return context.journal.lines.map(({ node }) => show(context.tree, node)).sort();
}

const ofBoolean = (text: string) => marksOf(text, (selector, context) => selector.boolean(context, 1));
const ofNodes = (text: string) => marksOf(text, (selector, context) => selector.nodes(context, 1));
const ofFirst = (text: string) => marksOf(text, (selector, context) => selector.first(context, 1));

describe('a truth value marks as used', () => {
  const cases: [selector: string, marks: string[], why: string][] = [
    ["@classCode='OBS'", ['@classCode=OBS'], 'the fact of an equality that holds'],
    ["'OBS'=@classCode", ['@classCode=OBS'], 'it on either side'],
    ['@moodCode=$wanted', ['@moodCode=EVN'], 'it beside a variable'],
    ["@classCode='ACT'", [], 'nothing where it does not hold'],
    ["templateId/@root='2'", ['@root=2'], 'the one of several that makes it hold'],
    ['templateId/@root=2', ['@root=2'], 'it beside a number'],
    ["id/@root='b'", [], 'nothing where two make it hold, since either can change'],
    ["id[3]/@root='b'", ['@root=b'], 'one of them where a position leaves one'],
    ["@classCode=('ACT','OBS')", ['@classCode=OBS'], 'it among several texts'],
    ["templateId/@root=('2','3')", ['@root=2'], 'it among several texts, of a child'],
    ["entryRelationship/observation/value/@code=('lost','x')", ['@code=lost'], 'it among several texts, further below'],
    ["id/@root=('a','b')", [], 'nothing where two of the texts are there'],
    ["has-word(text, 'two')", [], 'no text that has a word'],
    ["text='one two'", ['"one "', '"two"'], 'the text of an element'],
    ['templateId/@root=entryRelationship/observation/templateId/@root', [], 'nothing where no pair is equal'],
    ["@classCode='OBS' and @moodCode='EVN'", ['@classCode=OBS', '@moodCode=EVN'], 'both sides of and'],
    ["@classCode='OBS' and @moodCode='RQO'", [], 'nothing where and fails'],
    ["@classCode='ACT' or @moodCode='EVN'", ['@moodCode=EVN'], 'the side of or that holds'],
    ["@classCode='OBS' or @moodCode='RQO'", ['@classCode=OBS'], 'the other one too'],
    ["@classCode='OBS' or @moodCode='EVN'", [], 'nothing where or holds twice, since either can change'],
    ["@classCode='OBS' or templateId", [], 'nothing where or holds without it'],
    ["not(@classCode='OBS')", [], 'nothing inside not()'],
    ["not(@classCode='ACT')", [], 'nothing inside not() that holds'],
    ["boolean(@classCode='OBS')", ['@classCode=OBS'], 'through boolean()'],
    ["(@classCode='OBS') = true()", [], 'nothing where truth values are compared'],
    ["@classCode!='ACT'", [], 'nothing for !='],
    ['templateId/@root < 2', [], 'nothing for <'],
    ['@classCode', [], 'nothing for existence'],
    ["templateId[@root='2']", [], 'nothing for existence, also where a predicate holds'],
    ["contains(@classCode, 'OB')", [], 'nothing for contains()'],
    ["starts-with(@classCode, 'OB')", [], 'nothing for starts-with()'],
    ['string-length(@classCode)=3', [], 'nothing for a length'],
    ["string(@classCode)='OBS'", [], 'nothing for text that a function made'],
    ['@classCode=true()', [], 'nothing beside a truth value'],
    [
      "entryRelationship[@typeCode='REFR']/observation/code/@code='x'",
      ['@code=x', '@typeCode=REFR'],
      'what led to the fact, and not what led nowhere',
    ],
    ["entryRelationship/observation/code/@code='x'", [], 'nothing where two places give the same'],
    [
      'entryRelationship[2]/observation/code/@code=entryRelationship[3]/observation/code/@code',
      ['@code=x', '@code=x'],
      'both of a pair',
    ],
    ['id[2]/@root=templateId/@root | id[3]/@root', ['@root=b', '@root=b'], 'the one pair of many'],
    ['id[1]/@root=id/@root', [], 'nothing where a fact equals itself'],
  ];
  for (const [selector, marks, why] of cases) {
    it(`${why}: ${selector}`, () => {
      expect(ofBoolean(selector)).to.deep.equal(marks);
    });
  }
});

describe('a selection marks as used', () => {
  const cases: [selector: string, marks: string[], why: string][] = [
    ['@classCode', [], 'nothing by itself'],
    ["templateId[@root='2']", ['@root=2'], 'what a predicate had to find'],
    ["templateId[@root='3']", [], 'nothing where no predicate holds'],
    ["templateId[@root!='2']", [], 'nothing for !='],
    [
      "entryRelationship[@typeCode='REFR']/observation/value",
      ['@typeCode=REFR'],
      'only what led to a node: the other REFR has no value',
    ],
    [
      "entryRelationship[@typeCode='REFR'][observation/code/@code='x']",
      ['@code=x', '@typeCode=REFR'],
      'nothing of candidates that a later predicate leaves out',
    ],
    ["entryRelationship[@typeCode='REFR'][2]", ['@typeCode=REFR'], 'only the one at the position'],
    ["entryRelationship[@typeCode='REFR'][last()]", ['@typeCode=REFR'], 'only the last one'],
    ["(entryRelationship[@typeCode='REFR'] | id[@root='a'])[1]", ['@typeCode=REFR'], 'only the branch that is left'],
    ["(id[@root='a'] | templateId[@root='2'])/@root", ['@root=2', '@root=a'], 'both branches where both are left'],
    ["id[@root='a'] | id[1]", [], 'nothing for a node that is selected anyway'],
    ["id[@root='a']/..", ['@root=a'], 'what led to a parent'],
    ["id[@root='b']/..", [], 'nothing where two lead to the same parent'],
    ["//templateId[@root='9']/../../@typeCode", ['@root=9'], 'what was found anywhere'],
    [
      "id[@root='a']/preceding-sibling::entryRelationship[@typeCode='SUBJ']",
      ['@root=a', '@typeCode=SUBJ'],
      'every step',
    ],
    ["id[not(@root='b')]", [], 'nothing inside not()'],
    ["*[self::id[@root='a']]", [], 'nothing for existence inside a predicate'],
    ["templateId[@root='1' or @root='2']", ['@root=1', '@root=2'], 'each with its own side of or'],
    ["id[count(../templateId[@root='2'])]", [], 'nothing inside count()'],
  ];
  for (const [selector, marks, why] of cases) {
    it(`${why}: ${selector}`, () => {
      expect(ofNodes(selector)).to.deep.equal(marks);
    });
  }

  it('no more than the first node needs, if only the first node is wanted', () => {
    expect(ofFirst("entryRelationship[@typeCode='REFR']/observation")).to.deep.equal(['@typeCode=REFR']);
    expect(ofNodes("entryRelationship[@typeCode='REFR']/observation")).to.have.length(2);
    expect(ofFirst("(id[@root='a'] | templateId[@root='2'])")).to.deep.equal(['@root=2']);
  });

  it('the nodes that a value needed, if it is read as text', () => {
    const marks = marksOf("entryRelationship[@typeCode='SUBJ']/observation/value/@code", (selector, context) => {
      expect(selector.string(context, 1)).to.equal('lost');
    });
    expect(marks).to.deep.equal(['@typeCode=SUBJ']);
  });

  it('nothing that was in the journal before', () => {
    const context = read(XML);
    context.journal.used(2);
    compileSelector("templateId[@root='3']", { names: vocabulary }).nodes(context, 1);
    compileSelector("not(templateId/@root='2')", { names: vocabulary }).boolean(context, 1);
    expect(context.journal.lines.map(({ node }) => node)).to.deep.equal([2]);
  });
});

describe('the sources of a value', () => {
  const sources = (text: string) => {
    const context = read(XML);
    const nodes = compileSelector(text, { names: vocabulary }).sources(context, 1);
    expect(context.journal.lines).to.deep.equal([]);
    return nodes.map((node) => show(context.tree, node));
  };
  const cases: [selector: string, sources: string[], why: string][] = [
    ['templateId/@root', ['@root=1'], 'are the attribute that is read'],
    ['text', ['"one "', '"two"'], 'are the text of the element that is read'],
    ['value', [], 'are none where nothing is read'],
    ["'literal'", [], 'are none for a literal'],
    ["concat(id/@root, '-', templateId/@root)", ['@root=1', '@root=a'], 'are those of all arguments'],
    ["substring-after(id/@root, '-')", ['@root=a'], 'are those of what is cut'],
    ["normalize-space(translate(text, 'o', 'a'))", ['"one "', '"two"'], 'reach through functions'],
    ['templateId/@root + id/@root', ['@root=1', '@root=a'], 'are those of both numbers'],
    ['sum(templateId/@root)', ['@root=1', '@root=2'], 'are all that a sum adds'],
    ['count(id)', [], 'are none for a count'],
    ["@classCode='OBS'", [], 'are none for a truth value'],
    ["entryRelationship[@typeCode='SUBJ']/observation/value/@code", ['@code=lost'], 'leave predicates aside'],
  ];
  for (const [selector, expected, why] of cases) {
    it(`${why}: ${selector}`, () => {
      expect(sources(selector)).to.deep.equal(expected);
    });
  }
});
