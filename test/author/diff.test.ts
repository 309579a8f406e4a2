import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { diffHtml } from '../../src/author/diff-html.js';
import { summaryOf } from '../../src/author/diff-summary.js';
import { diffOf, type BundleChange } from '../../src/author/diff.js';
import { observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

const resource = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: '= code', text: '= code/originalText' },
  identifier: '= id',
};
const document = Buffer.from(
  documentOf({
    xml: '<observation><id root="2.999.7" extension="b"/><id root="2.999.7" extension="a"/><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"><originalText>Height</originalText></code></observation>',
  }),
);

function changes(later: object, rest: object = {}, more: Readonly<Record<string, unknown>> = {}): BundleChange[] {
  const side = (mappings: string) => {
    const converter = createConverter({ mappings });
    return {
      conversion: converter.convert(document),
      hash: converter.mappingHash,
      traceOf: (target: string) =>
        converter.convert(document, { trace: true }).trace.find((entry) => entry.target === target),
    };
  };
  const [from, to] = [
    observationSet(resource, more, { identity: { by: ['id'] } }),
    observationSet({ ...resource, ...later }, more, { identity: { by: ['id'] }, ...rest }),
  ];
  return [...diffOf(side(from), side(to)).changes];
}

const told = (found: readonly BundleChange[]) =>
  found.map(({ kind, element, from, to, fromRule, toRule }) =>
    [kind, element, ...[from, to].filter((value) => typeof value === 'string'), fromRule ?? '', toRule ?? '']
      .join(' ')
      .replace(/ +/g, ' ')
      .trim(),
  );

describe('the difference between two mapping sets', () => {
  it('is empty for the same set under another hash, whether the hash is in a resource or in its id', () => {
    const device = {
      'device.json': {
        id: 'device',
        on: ['custodian'],
        match: { path: '/ClinicalDocument/custodian' },
        identity: { scope: 'shared', by: ['$mappings'] },
        resource: { resourceType: 'Device', version: [{ value: '= $mappings' }] },
      },
    };
    expect(changes({}, { title: 'another title, another hash' }, device)).to.deep.equal([]);
  });

  it('names values that are added, gone and changed, with the rules of both sets', () => {
    const found = changes({ status: 'amended', code: { coding: '= code' }, valueString: 'new' });
    expect(told(found).sort()).to.deep.equal([
      'added Observation.valueString new observation.json#/resource/valueString',
      'changed Observation.status final amended observation.json#/resource/status observation.json#/resource/status',
      'gone Observation.code.text Height observation.json#/resource/code/text',
    ]);
    expect(found.every(({ target }) => /^Observation\/[\w-]{36}\./.test(target))).to.equal(true);
  });

  it('ignores the order of a list, and shows one item if one is left out', () => {
    expect(changes({ identifier: ['= id[2]', '= id[1]'] })).to.deep.equal([]);
    const found = changes({ identifier: ['= id[2]'] });
    expect(
      found.map(({ kind, element, from, target }) => [kind, element, from, target.replace(/^[^.]*/, '')]),
    ).to.deep.equal([
      ['gone', 'Observation.identifier.system', 'urn:oid:2.999.7', '.identifier[0].system'],
      ['gone', 'Observation.identifier.value', 'b', '.identifier[0].value'],
    ]);
  });

  it('names resources that are added, gone, or have only another id', () => {
    expect(told(changes({}, { match: { where: "code/@code='none'" } }))).to.deep.equal([
      'gone Observation observation.json#/resource/resourceType',
    ]);
    const [renamed, ...others] = changes({}, { identity: { by: ['code/@code'] } });
    expect(others).to.deep.equal([]);
    expect([renamed!.kind, renamed!.element]).to.deep.equal(['changed', 'Observation.id']);
  });

  it('shows of a long text what differs, and of a resource that is gone the whole', () => {
    const words = 'word '.repeat(100);
    const text = { kind: 'changed', element: 'Observation.text.div', target: 'Observation/1.text.div' } as const;
    const gone = { kind: 'gone', element: 'Observation', target: 'Observation/1' } as const;
    const found: BundleChange[] = [
      { ...text, from: `${words}old ${words}`, to: `${words}new ${words}` },
      { ...gone, from: { resourceType: 'Observation', status: 'final' } },
    ];
    const summary = summaryOf([{ file: 'a.xml', diff: { changes: found, unmapped: [0, 0] } }]);
    const page = diffHtml(summary, { from: 'a', to: 'b', linkTo: (file) => file });
    expect(page).to.match(/before <code>… (word ){5,6}old( word){5,6} …<\/code>/);
    expect(page).to.include('&quot;status&quot;: &quot;final&quot;');
  });

  it('is counted by element and rule over documents, with examples from some documents', () => {
    const diff = { changes: changes({ status: 'amended' }), unmapped: [3, 2] as [number, number] };
    const none = { changes: [], unmapped: [1, 1] as [number, number] };
    const failing = { changes: [], unmapped: [0, 0] as [number, number], failed: { to: 'too large' } };
    const summary = summaryOf([
      { file: 'a.xml', diff },
      { file: 'b.xml', diff },
      { file: 'c.xml', diff: none },
      { file: 'd.xml', diff: failing },
      { file: 'e.xml', diff: { ...failing, failed: { from: 'no CDA', to: 'no CDA' } } },
    ]);
    expect(summary).to.deep.include({
      documents: 5,
      changed: 3,
      resources: { added: 0, gone: 0, changed: 2 },
      unmapped: [7, 5],
    });
    expect(summary.failed).to.deep.equal([{ file: 'd.xml', to: 'too large' }]);
    const [group, ...others] = summary.groups;
    expect(others).to.deep.equal([]);
    expect(group).to.deep.include({ kind: 'changed', element: 'Observation.status', count: 2, documents: 2 });
    expect(group!.examples.map(({ file, from, to }) => [file, from, to])).to.deep.equal([
      ['a.xml', 'final', 'amended'],
      ['b.xml', 'final', 'amended'],
    ]);
    expect(summary.differing.map(({ file, changes: count }) => [file, count])).to.deep.equal([
      ['a.xml', 1],
      ['b.xml', 1],
      ['d.xml', 0],
    ]);
    const page = diffHtml(summary, { from: '<from>', to: 'to', linkTo: (file) => `../${file}` });
    expect(page).to.include('&lt;from&gt;').and.to.include('<h2>Observation</h2>').and.not.to.include('<script');
    expect(page).to.include('<a href="../a.xml"><code>a.xml</code></a>');
    expect(page).to.include('not by the later set: too large');
  });
});
