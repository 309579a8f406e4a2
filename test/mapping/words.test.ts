import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { packagedMappings } from '../../src/convert.js';
import { loadMappings } from '../../src/mapping/load.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { wordsSchema } from '../../src/mapping/schema.js';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

const NO_DATA = { title: 'There is nothing.', words: ['no data', 'not recorded'], alone: ['none'] };
const STATUS = { title: 'Heading of a status', words: ['status', 'state'] };

function setWith(condition: string, more: Readonly<Record<string, unknown>> = {}): string {
  return observationSet(
    {
      resourceType: 'Observation',
      status: 'final',
      code: '= code',
      note: [{ text: { $when: condition, $value: 'yes' } }],
    },
    { 'words/no-data.json': NO_DATA, 'words/column-status.json': STATUS, ...more },
  );
}

function holds(condition: string, inner: string, text = '', more: Readonly<Record<string, unknown>> = {}): boolean {
  const xml = `<observation classCode="OBS" moodCode="EVN"><code code="1"/>${inner}</observation>`;
  const { bundle } = convertWith(
    setWith(condition, more),
    { xml, text },
    more.sender === undefined ? {} : { sender: 'acme' },
  );
  return (resourcesIn(bundle, 'Observation')[0] as { note?: unknown }).note !== undefined;
}

function mistakesWith(condition: string, more: Readonly<Record<string, unknown>> = {}): string {
  return mistakesOf(setWith(condition, more)).join('\n');
}

describe('word lists', () => {
  it('can be compared with a whole text', () => {
    const condition = "is-listed(text, 'no-data')";
    expect(holds(condition, '<text>No Data.</text>')).to.equal(true);
    expect(holds(condition, '<text>none</text>')).to.equal(true);
    expect(holds(condition, '<text>no data before 2012</text>')).to.equal(false);
    expect(holds(condition, '')).to.equal(false);
    expect(
      holds("is-listed(value/@displayName | text, 'no-data')", '<text>x</text><value displayName="None"/>'),
    ).to.equal(true);
    expect(holds("is-listed(concat('no ', text), 'no-data')", '<text>data</text>')).to.equal(true);
  });

  it('can be compared with the text before a character', () => {
    const condition = "begins-with(text, 'no-data')";
    for (const text of ['No data - as of May', 'not recorded (yet)', 'None; see chart', 'no data'])
      expect(holds(condition, `<text>${text}</text>`), text).to.equal(true);
    for (const text of ['no data before 2012', 'some, no data', 'none-such'])
      expect(holds(condition, `<text>${text}</text>`), text).to.equal(false);
  });

  it('can be searched for in a text', () => {
    const condition = "mentions(text, 'no-data')";
    expect(holds(condition, '<text>There was no data before 2012.</text>')).to.equal(true);
    expect(holds(condition, '<text>none before 2012</text>')).to.equal(false);
    expect(holds(condition, '<text>no database</text>')).to.equal(false);
  });

  it('are compared with the words that a text refers to', () => {
    const reference = '<text><reference value="#a"/></text>';
    expect(
      holds("is-listed(text, 'no-data')", reference, '<content ID="a">no <content>data</content></content>'),
    ).to.equal(true);
    expect(holds("is-listed(text, 'no-data')", reference, '<paragraph ID="a">no<br/>data</paragraph>')).to.equal(true);
    expect(
      holds("mentions(text, 'no-data')", reference, '<content ID="a">The data were not recorded</content>'),
    ).to.equal(true);
    expect(holds("mentions(text, 'no-data')", reference, '<content ID="b">not recorded</content>')).to.equal(false);
  });

  it('can be used in named conditions, too', () => {
    const conditions = { silent: { title: 'Says nothing.', on: ['observation'], test: "is-listed(text, 'no-data')" } };
    expect(holds('silent()', '<text>none</text>', '', { 'conditions.json': { conditions } })).to.equal(true);
  });

  it('mark a whole text as used, and nothing if only a part of the text decided', () => {
    const xml = '<observation classCode="OBS" moodCode="EVN"><code code="1"/><text>no data</text></observation>';
    const statusOf = (condition: string) => {
      const { items } = convertWith(setWith(condition), { xml, text: '' }).ledger;
      return items.filter(({ path }) => /text\[?1?\]?\/text\(\)$/.test(path)).map(({ status }) => status);
    };
    expect(statusOf("mentions(text, 'no-data')")).to.deep.equal(['unmapped']);
    expect(statusOf("is-listed(text, 'no-data')")).to.deep.equal([]);
    expect(statusOf("not(is-listed(text, 'no-data'))")).to.deep.equal(['unmapped']);
  });

  it('can be changed by a sender', () => {
    const sender = { sender: 'acme', 'senders/acme/sender.json': { oids: ['9.9'] } };
    const change = { add: ['keine Angabe'], remove: ['None'] };
    const more = { ...sender, 'senders/acme/words/no-data.json': change };
    const condition = "is-listed(text, 'no-data')";
    expect(holds(condition, '<text>Keine Angabe</text>')).to.equal(false);
    expect(holds(condition, '<text>Keine Angabe</text>', '', more)).to.equal(true);
    expect(holds(condition, '<text>none</text>', '', more)).to.equal(false);
    expect(holds(condition, '<text>no data</text>', '', more)).to.equal(true);
  });

  it('are part of the hash of the set', () => {
    const other = { 'words/no-data.json': { ...NO_DATA, words: ['no data'] } };
    expect(loadMappings(setWith('code')).hash).not.to.equal(loadMappings(setWith('code', other)).hash);
  });

  for (const [what, condition, more, message] of [
    ['a list that there is not', "is-listed(text, 'no-dat')", {}, /no word list "no-dat".*did you mean no-data\?/],
    ['a list whose name is not in quotes', 'is-listed(text, code)', {}, /takes a selector and the name of a word list/],
    ['a call without a list', 'mentions(text)', {}, /takes a selector and the name of a word list/],
    ['a list without words', 'code', { 'words/x.json': { title: 'x' } }, /words\/x\.json:\d+:\d+: words are a list/],
    ['a list without a title', 'code', { 'words/x.json': { words: ['a'] } }, /needs "title"/],
    [
      'a word without a letter',
      'code',
      { 'words/x.json': { title: 'x', words: ['a', '--'] } },
      /x\.json:5:\d+: a word or phrase/,
    ],
    [
      'a word that stands there twice',
      'code',
      { 'words/x.json': { title: 'x', words: ['A b', 'a-b'] } },
      /stands in the list before/,
    ],
    [
      'a key that it does not know',
      'code',
      { 'words/x.json': { title: 'x', words: ['a'], aloen: [] } },
      /"aloen".*did you mean alone\?/,
    ],
    [
      'a change of no list',
      'code',
      { 'senders/acme/words/no-date.json': { add: ['x'] } },
      /no word list "no-date" to change; did you mean no-data\?/,
    ],
    [
      'a change that takes out what is not there',
      'code',
      { 'senders/acme/words/no-data.json': { remove: ['nonne'] } },
      /"nonne" is not in the list; did you mean none\?/,
    ],
    [
      'a change that is none',
      'code',
      { 'senders/acme/words/no-data.json': { words: ['x'] } },
      /there is no "words" here/,
    ],
    [
      'a condition with the name of a function',
      'code',
      { 'conditions.json': { conditions: { cell: { title: 'x', on: ['act'], test: 'code' } } } },
      /cell\(\) is a function already/,
    ],
  ] as const) {
    it(`refuse ${what}`, () => expect(mistakesWith(condition, more)).to.match(message));
  }

  it('have a schema that is up to date, and that every list satisfies', () => {
    const written = JSON.parse(readFileSync(join(packagedMappings, 'words.schema.json'), 'utf8')) as object;
    expect(written, 'run npx tsx scripts/generate-schema.ts').to.deep.equal(wordsSchema());
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(written);
    for (const file of readdirSync(join(packagedMappings, 'words'))) {
      validate(JSON.parse(readFileSync(join(packagedMappings, 'words', file), 'utf8')));
      expect(validate.errors ?? [], file).to.deep.equal([]);
    }
    expect(validate({ title: 'x', words: ['--'] })).to.equal(false);
  });
});

describe('columns', () => {
  const narrative =
    '<table><thead><tr><th>Remark</th><th>Test</th></tr></thead><tbody><tr ID="r"><td>fasting</td><td>Glucose</td></tr></tbody></table>';
  const xml =
    '<observation classCode="OBS" moodCode="EVN"><code code="1"><originalText><reference value="#r"/></originalText></code><text><reference value="#r"/></text></observation>';
  const more = {
    'words/column-test.json': { title: 'Heading of a test', words: ['test'] },
    'words/column-comment.json': { title: 'Heading of a remark', words: ['remark'] },
  };
  const setOf = (columns: unknown) =>
    observationSet(
      { resourceType: 'Observation', status: 'final', code: '= code', note: [{ text: '= text' }] },
      { ...more, 'columns.json': { title: 'Columns', columns } },
    );

  it('say which cell of a row has the words of an element, by the path of the element or for all resources', () => {
    const { bundle } = convertWith(setOf({ 'Observation.code': 'column-test', '*.note': 'column-comment' }), {
      xml,
      text: narrative,
    });
    const [made] = resourcesIn(bundle, 'Observation') as unknown as [{ code?: { text?: string }; note?: unknown }];
    expect(made.code?.text).to.equal('Glucose');
    expect(made.note).to.deep.equal([{ text: 'fasting' }]);
  });

  it('leave the element out if they give nothing', () => {
    const { bundle } = convertWith(setOf({ 'Observation.code': 'column-test' }), { xml, text: narrative });
    expect(resourcesIn(bundle, 'Observation')[0]).not.to.have.property('note');
  });

  for (const [what, columns, message] of [
    [
      'a path that FHIR does not have',
      { 'Observation.codes': 'column-test' },
      /"Observation.codes" is no path of an element/,
    ],
    [
      'a list that there is not',
      { 'Observation.code': 'column-tests' },
      /no word list "column-tests" in words\/; did you mean column-test\?/,
    ],
    [
      'a list that there is not beside one',
      { 'Observation.code': { column: 'column-test', not: ['x'] } },
      /no word list "x"/,
    ],
  ] as const) {
    it(`refuse ${what}`, () => {
      expect(() => loadMappings(setOf(columns))).to.throw(MappingError, message);
    });
  }
});
