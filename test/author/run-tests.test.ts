import { expect } from 'chai';
import { branchesOf, unreached } from '../../src/author/branches.js';
import type { MappingTest } from '../../src/author/mapping-test.js';
import { readTests } from '../../src/author/read-tests.js';
import { runTests } from '../../src/author/run-tests.js';
import { updatedTest } from '../../src/author/update-tests.js';
import { createExaminer } from '../../src/examine.js';
import { readMappingFiles } from '../../src/mapping/read-files.js';
import { observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

const folder = observationSet(
  {
    resourceType: 'Observation',
    status: { $first: [{ $when: "@negationInd='true'", $code: 'cancelled' }, { $code: 'final' }] },
    code: { $use: 'code' },
    subject: { $ref: 'patient' },
    note: { $when: 'text', text: '= text' },
  },
  {
    'fragments/code.json': { title: 'Code', value: { $first: ['= code', { text: '= code/originalText' }] } },
    'observation.test.json': {
      tests: [{ name: 'one', xml: '<observation><code code="1"/></observation>', count: { Observation: 1 } }],
    },
  },
);
const examine = createExaminer({ mappings: folder });
const test: MappingTest = {
  name: 'has a code',
  xml: '<observation><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"/></observation>',
  expect: [
    {
      resourceType: 'Observation',
      status: 'amended',
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
      subject: { $to: { resourceType: 'Patient', birthDate: '1970-05-01' } },
    } as never,
  ],
  count: { Observation: 2 },
  ledger: { 'observation/code/@code': 'dropped' },
  issues: ['unmapped-code'],
};

describe('tests of mappings', () => {
  it('are found beside the mappings', () => {
    expect(readTests(folder).map(({ path, tests }) => [path, tests.length])).to.deep.equal([
      ['observation.test.json', 1],
    ]);
  });

  it('report every difference with its path, the expected and the actual value', () => {
    const { results } = runTests([{ path: 'x.test.json', tests: [test] }], examine);
    expect(
      results[0]!.failures.map(({ part, differences }) => [
        part,
        ...differences.map(({ path, expected, actual }) => `${path}: ${expected} / ${actual}`),
      ]),
    ).to.deep.equal([
      [
        'expect[0]',
        'status: "amended" / "final"',
        'code.coding[0].code: "8867-4" / "8302-2"',
        'subject->.birthDate: "1970-05-01" / absent',
      ],
      ['count.Observation', ': 2 of them / 1'],
      ['ledger', 'observation/code/@code: dropped / mapped or used'],
      ['issues', 'unmapped-code: told / no issue'],
    ]);
  });

  it('pass if nothing differs, and are not run if they have a mistake', () => {
    const holds = { name: 'holds', xml: test.xml!, count: { Observation: 1 } };
    const mistake = { file: 'x.test.json', line: 1, column: 1, message: 'no such thing', test: 1 };
    const { results } = runTests([{ path: 'x.test.json', tests: [holds, holds], mistakes: [mistake] }], examine);
    expect(results.map(({ failures }) => failures)).to.deep.equal([[]]);
  });

  it('report a fragment that cannot be converted', () => {
    const { results } = runTests(
      [{ path: 'x.test.json', tests: [{ name: 'broken', xml: '<observation>', count: {} }] }],
      examine,
    );
    expect(results[0]!.error).to.be.instanceOf(Error);
  });

  it('list the branches that no test reaches', () => {
    const { reached } = runTests(readTests(folder), examine);
    const { mappings, fragments } = readMappingFiles(folder, []);
    const branches = branchesOf([...mappings, ...fragments]);
    expect(branches.map(({ pointer }) => pointer)).to.deep.equal([
      '/resource/status/$first/0',
      '/resource/status/$first/1',
      '/resource/note',
      '/value/$first/0',
      '/value/$first/1',
    ]);
    expect(unreached(branches, reached).map(({ file, pointer }) => `${file}#${pointer}`)).to.deep.equal([
      'observation.json#/resource/status/$first/0',
      'observation.json#/resource/note',
      'fragments/code.json#/value/$first/1',
    ]);
  });

  it('pass after an update, and then expect no more than before', () => {
    const { conversion } = examine(Buffer.from(documentOf(test)));
    const updated = updatedTest(test, conversion);
    expect(updated.expect).to.deep.equal([
      {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] },
        subject: { $to: { resourceType: 'Patient', birthDate: null } },
      },
    ]);
    expect([updated.count, updated.issues]).to.deep.equal([{ Observation: 1 }, []]);
    const { results } = runTests([{ path: 'x.test.json', tests: [{ ...updated, ledger: {} }] }], examine);
    expect(results[0]!.failures).to.deep.equal([]);
  });
});
