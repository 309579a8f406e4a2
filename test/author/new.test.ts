import { expect } from 'chai';
import { listMappings } from '../../src/author/list-mappings.js';
import { lintMappings } from '../../src/author/lint.js';
import { readTests } from '../../src/author/read-tests.js';
import { newMapping } from '../../src/author/new-mapping.js';
import { newSender } from '../../src/author/new-sender.js';
import { runTests } from '../../src/author/run-tests.js';
import { packagedMappings } from '../../src/convert.js';
import { createExaminer } from '../../src/examine.js';
import { readMappingFiles, textsOfSet } from '../../src/mapping/read-files.js';
import { mappingFolder } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';

const files = readMappingFiles(packagedMappings, []);
const packaged = Object.fromEntries(textsOfSet(packagedMappings, []));

/** The packaged set with more files: how lint and tests take them. */
function judged(more: Readonly<Record<string, unknown>>): { mistakes: string[]; failures: unknown[] } {
  const folder = mappingFolder({ ...packaged, ...more });
  const mistakes = lintMappings(folder).flatMap(({ severity, file, message }) =>
    severity === 'error' ? [`${file}: ${message}`] : [],
  );
  if (mistakes.length > 0) return { mistakes, failures: [] };
  const { results } = runTests(readTests(folder), createExaminer({ mappings: folder }, 'facts'));
  expect(results.length).to.be.greaterThan(0);
  return {
    mistakes,
    failures: results.flatMap(({ failures, error }): unknown[] => (error === undefined ? [...failures] : [error])),
  };
}

describe('a new mapping', () => {
  for (const on of ['observation', 'procedure', 'encounter', 'substanceAdministration']) {
    it(`of an ${on} passes lint and its own test`, () => {
      const { id, mapping, test } = newMapping(files, '2.999.99.1', on);
      expect(judged({ [`other/${id}.json`]: mapping, [`other/${id}.test.json`]: test })).to.deep.equal({
        mistakes: [],
        failures: [],
      });
    });
  }

  it('makes what most mappings of the set make of such a statement, with its ids, status and patient', () => {
    const { id, mapping } = newMapping(files, '2.999.99.1', 'observation');
    expect(id).to.equal('observation-99-1');
    expect(mapping).to.deep.include({ on: ['observation'], match: { template: '2.999.99.1' } });
    const resource = mapping.resource as Record<string, unknown>;
    expect(resource).to.include({ resourceType: 'Observation', identifier: '= id' });
    expect(resource).to.have.property('status').with.property('$from', 'statusCode');
    expect(resource.subject).to.deep.equal({ $ref: 'patient' });
  });

  it('takes the author’s id and resource, and says so if it cannot find a resource', () => {
    const { id, mapping } = newMapping(files, '2.999.99.1', 'act', { id: 'house-call', resourceType: 'Procedure' });
    expect([id, (mapping.resource as { resourceType: string }).resourceType]).to.deep.equal([
      'house-call',
      'Procedure',
    ]);
    expect(() => newMapping(files, '2.999.99.1', 'observationRange')).to.throw(/--resource TYPE/);
  });
});

describe('a new sender', () => {
  const header = (oid: string) =>
    `<custodian><assignedCustodian><representedCustodianOrganization><id root="${oid}"/><name>Acme</name></representedCustodianOrganization></assignedCustodian></custodian>`;
  const document = (oid = '2.999.77') =>
    Buffer.from(
      documentOf({
        header: header(oid),
        xml: '<observation classCode="OBS" moodCode="EVN"><templateId root="2.999.99.1"/><code code="1" codeSystem="2.999.8"/><interpretationCode code="secret"/></observation>',
      }),
    );

  it('is known by the OID of the custodian, and passes lint and its own test', () => {
    const made = newSender(createExaminer({}, 'facts')(document()), 'acme');
    expect(made.oids).to.deep.equal(['2.999.77']);
    const written = Object.fromEntries(
      Object.entries(made.files).map(([path, value]) => [`senders/acme/${path}`, value]),
    );
    expect(judged(written)).to.deep.equal({ mistakes: [], failures: [] });
  });

  it('lists the mappings of its statements, and nothing of a patient', () => {
    const made = newSender(createExaminer({}, 'facts')(document()), 'acme');
    expect(made.mappings.map(({ id }) => id)).to.include('patient');
    expect(JSON.stringify(made)).not.to.match(/secret|Quill/);
  });

  it('is refused if another sender has the OID', () => {
    const folder = mappingFolder({ ...packaged, 'senders/other/sender.json': { oids: ['2.999.77'] } });
    const examine = createExaminer({ mappings: folder }, 'facts');
    expect(() => newSender(examine(document()), 'acme')).to.throw(/the sender "other" has the OID 2\.999\.77 already/);
  });

  it('has no OID and must be named in requests if the document has no OID, or only that of NPIs or of HL7’s examples', () => {
    const examine = createExaminer({}, 'facts');
    const none = Buffer.from(documentOf({ header: header('').replace(' root=""', ' nullFlavor="UNK"') }));
    for (const bytes of [document('2.16.840.1.113883.4.6'), document('2.16.840.1.113883.19.5'), none]) {
      const made = newSender(examine(bytes), 'acme');
      expect(made.oids).to.deep.equal([]);
      const written = Object.fromEntries(
        Object.entries(made.files).map(([path, value]) => [`senders/acme/${path}`, value]),
      );
      expect(judged(written)).to.deep.equal({ mistakes: [], failures: [] });
    }
  });
});

describe('the list of mappings', () => {
  it('has templates, resource, basis, tests, the rows that these prove, comments on rows, and the senders that change the mapping', () => {
    const folder = mappingFolder({
      'a.json': {
        id: 'a',
        title: 'A',
        basis: 'the guide',
        on: ['act'],
        match: { any: [{ template: ['2.999.1', '2.999.2'] }, { template: '2.999.1' }] },
        resource: {
          resourceType: 'Procedure',
          $use: 'shared',
          note: [
            { $comment: 'p-07 before p-08', text: '= text' },
            { $comment: 'any remark', text: '= text' },
          ],
        },
      },
      'fragments/shared.json': { title: 't', value: { code: { $first: [{ $comment: 'not p-11', text: '= text' }] } } },
      'a.test.json': {
        tests: [
          { name: 'one', rows: ['p-10', 'p-9'] },
          { name: 'two', rows: ['p-9'] },
        ],
      },
      'b.json': { id: 'b', title: 'B', on: ['act'], where: '@nullFlavor', drop: 'why' },
      'senders/acme/sender.json': { oids: [] },
      'senders/acme/a.json': { title: 'Other' },
    });
    expect(listMappings(readMappingFiles(folder, []), readTests(folder))).to.deep.equal([
      {
        id: 'a',
        file: 'a.json',
        title: 'A',
        basis: 'the guide',
        resource: 'Procedure',
        on: ['act'],
        templates: ['2.999.1', '2.999.2'],
        tests: 2,
        rows: ['p-9', 'p-10'],
        remarks: [
          { element: 'note', text: 'p-07 before p-08' },
          { element: 'code', text: 'not p-11' },
        ],
        overlays: ['acme'],
      },
      {
        id: 'b',
        file: 'b.json',
        title: 'B',
        basis: '',
        resource: '',
        on: ['act'],
        templates: [],
        tests: 0,
        rows: [],
        remarks: [],
        overlays: [],
      },
    ]);
  });
});
