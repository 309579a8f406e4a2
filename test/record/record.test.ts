import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { FhirResource, Task } from 'fhir/r4.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { readCategoryTables } from '../../src/category/category-table.js';
import { packagedCategories } from '../../src/purpose/load.js';
import { buildRecords } from '../../src/record/build-records.js';
import { changes, recordBefore } from '../../src/record/changes.js';
import type { PersonRecord, RecordDocument } from '../../src/record/person-record.js';
import { recordBundle } from '../../src/record/record-bundle.js';
import { ask, codesOf, documentOf, hasCorpus, item } from '../purpose/asking.js';
import { converter } from '../packaged-converter.js';

const STAY = ['samples/discharge-summary.xml', 'samples/follow-up-visit.xml'];
const REFERRAL = ['samples/referral-note.xml', 'samples/consultation-note.xml'];

function record(files: readonly string[]): PersonRecord {
  const records = buildRecords(files.map((file) => documentOf(file)));
  expect(records).to.have.length(1);
  return records[0]!;
}

function text(records: readonly PersonRecord[]): string {
  return records.map((one) => writeJson(recordBundle(one))).join('\n');
}

/** Every value with the element that it stands in, lists without their order. */
function leaves(value: unknown, path: string, found: string[]): string[] {
  if (typeof value !== 'object' || value === null)
    found.push(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  else
    for (const [key, inner] of Object.entries(value))
      leaves(inner, Array.isArray(value) ? path : `${path}.${key}`, found);
  return found;
}

describe('a record of a person', () => {
  it('is the same, byte for byte, whatever the order of its documents', () => {
    const documents = [...STAY, ...REFERRAL].map((file) => documentOf(file));
    const first = text(buildRecords(documents));
    for (const order of [
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ]) {
      expect(text(buildRecords(order.map((index) => documents[index]!)))).to.equal(first);
    }
  });

  it('has each fact once if a document comes twice', () => {
    const document = documentOf('samples/progress-note.xml');
    expect(text(buildRecords([document, document]))).to.equal(text(buildRecords([document])));
  });

  for (const files of [STAY, REFERRAL, ['samples/visit-summary.xml']]) {
    it(`has every value of ${files.join(' and ')}, or lists it as a conflict or as withdrawn`, () => {
      const documents = files.map((file) => documentOf(file));
      const one = record(files);
      const rename = (whole: string): string =>
        [...one.joined].reduce((current, [from, to]) => current.replaceAll(from, to), whole);
      const kept = new Set<string>();
      const keep = (resource: FhirResource): void => {
        for (const leaf of leaves(resource, resource.resourceType, [])) kept.add(leaf);
      };
      one.resources.forEach(keep);
      for (const { resource } of one.withdrawn) keep(resource);
      for (const { resource, element, values } of one.conflicts) {
        const type = resource.slice(0, resource.indexOf('/'));
        for (const { value } of values) {
          const bare = element.replace('[x]', '');
          for (const leaf of leaves(value, `${type}.${bare}`, [])) kept.add(leaf);
          // A choice is told with the name that it had.
          for (const leaf of leaves(value, type, [])) kept.add(leaf);
        }
      }
      const lost = documents
        .flatMap(({ bundle }) => bundle.entry!.map(({ resource }) => resource as FhirResource))
        .filter(({ meta }) => meta?.tag?.some(({ code }) => code === 'SUBSETTED') !== true)
        .flatMap((resource) => leaves(resource, resource.resourceType, []))
        .map(rename)
        .filter((leaf) => !kept.has(leaf));
      expect([...new Set(lost)]).to.deep.equal([]);
    });
  }

  it('joins an order that a document only names with the order itself', () => {
    const one = record(REFERRAL);
    const orders = one.resources.filter(
      ({ resourceType, ...rest }) => resourceType === 'ServiceRequest' && JSON.stringify(rest).includes('8038b187'),
    );
    expect(orders).to.have.length(1);
    expect(orders[0]).to.include({ status: 'active' });
    expect(codesOf(orders[0]!)).to.contain('103696004');
  });

  it('shows a referral as answered by the consultation that names it', () => {
    const answer = ask('referral-status', REFERRAL, {});
    expect((answer.resource as Task).status).to.equal('completed');
    expect((answer.resource as Task).businessStatus?.coding?.[0]?.code).to.equal('7.0');
    expect(
      item(answer, 'answered')
        .found.map(({ resourceType }) => resourceType)
        .sort(),
    ).to.deep.equal(['DocumentReference', 'Encounter']);
    expect(item(answer, 'tasks').missing?.reason).to.equal('not-in-record');
  });

  it('lists both values if two sources say different things, and keeps both proofs', () => {
    const { conflicts, index } = record(STAY);
    const aspirin = conflicts.find(
      ({ resource, element }) => resource.startsWith('MedicationRequest') && element === 'status',
    );
    expect(aspirin?.kind).to.equal('conflict');
    expect(aspirin?.values.map(({ value }) => value)).to.deep.equal(['active', 'stopped']);
    for (const { provenance } of aspirin!.values) {
      for (const id of provenance) expect(index.resolve(`Provenance/${id}`)).to.not.equal(undefined);
    }
  });

  it('lists what is new, what has changed, and which category a diagnosis has moved to', () => {
    const after = record(STAY);
    const before = recordBefore(after, '2023-01-20');
    const tables = [readCategoryTables([packagedCategories]).get('CMS-HCC-V28')!];
    const { changes: found, categories } = changes(before, after, { tables, from: '2023-01-20' });
    const kinds = found.map(({ kind, resource }) => `${kind} ${resource.slice(0, resource.indexOf('/'))}`);
    expect(kinds).to.include.members([
      'new Encounter',
      'new Procedure',
      'new Condition',
      'status-changed MedicationRequest',
    ]);
    expect(categories.map(({ kind, category, to }) => [kind, category, to])).to.deep.equal([
      ['moved', '329', '328'],
      ['gained', '226', undefined],
    ]);
  });

  it('uses only changed facts if a purpose is about changes', () => {
    const answer = ask('changes', STAY, { since: '2023-01-20' });
    expect(item(answer, 'visits').found).to.have.length(1);
    expect(item(answer, 'results').found).to.have.length(0);
    expect(JSON.stringify(answer.resource)).to.contain('"code":"new"');
  });

  describe('with versions of one document', () => {
    const sample = readFileSync(new URL('../../samples/discharge-summary.xml', import.meta.url), 'utf8');
    /** The discharge summary as another version, which replaces nothing by name; COPD is told by the earlier alone. */
    const version = (number: string, id: string, change: (text: string) => string = (text) => text): RecordDocument => {
      const text = change(sample)
        .replace('<versionNumber value="3"/>', `<versionNumber value="${number}"/>`)
        .replace('extension="DS-230117-v3"', `extension="${id}"`)
        .replace(/<relatedDocument[^]*?<\/relatedDocument>/, '');
      return { bundle: converter.convert(Buffer.from(text)).bundle };
    };
    const withoutCopd = (text: string): string => text.replaceAll('J44.9', 'J45.909');
    const withdrawn = (documents: readonly RecordDocument[]): string =>
      JSON.stringify(buildRecords(documents)[0]!.withdrawn.map(({ resource }) => resource));

    it('withdraws what only the earlier one has said', () => {
      expect(withdrawn([version('4', 'v4', withoutCopd), version('3', 'v3')])).to.contain('J44.9');
      expect(withdrawn([version('3', 'v3'), version('4', 'v4', withoutCopd)])).to.contain('J44.9');
    });

    it('withdraws nothing if both claim to be the same version, or one is of another type', () => {
      expect(withdrawn([version('3', 'one'), version('3', 'other', withoutCopd)])).to.equal('[]');
      const note = (text: string): string => withoutCopd(text).replace('code="18842-5"', 'code="34133-9"');
      expect(withdrawn([version('3', 'v3'), version('4', 'v4', note)])).to.equal('[]');
    });
  });

  it('withdraws what only a replaced document has said', () => {
    const person = { resourceType: 'Patient' as const, id: 'p', birthDate: '1970-01-01' };
    const version = (number: number, code: string, replaces?: number): RecordDocument => ({
      bundle: {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          person,
          {
            resourceType: 'DocumentReference' as const,
            id: `d${number}`,
            masterIdentifier: { system: 'urn:oid:1.2', value: `v${number}` },
            status: 'current' as const,
            content: [{ attachment: {} }],
            ...(replaces === undefined
              ? {}
              : {
                  relatesTo: [
                    {
                      code: 'replaces' as const,
                      target: { identifier: { system: 'urn:oid:1.2', value: `v${replaces}` } },
                    },
                  ],
                }),
          },
          { resourceType: 'Condition' as const, id: code, subject: { reference: 'Patient/p' }, code: { text: code } },
        ].map((resource) => ({ resource })),
      },
    });
    const [one] = buildRecords([version(2, 'kept', 1), version(1, 'gone')]);
    expect(one!.index.ofType('Condition').map(({ id }) => id)).to.deep.equal(['kept']);
    expect(one!.withdrawn.map(({ resource, replacedBy }) => [resource.id, replacedBy])).to.deep.include(['gone', 'd2']);
  });

  it('A3: two documents of one person a month apart', function () {
    if (!hasCorpus()) this.skip();
    const after = record(['corpus/NextTech/g9_alice_newman_single_date.xml', 'corpus/NextTech/Alice_Newman_CCD.xml']);
    const before = recordBefore(after, '2017-07-10T10:27:27-04:00');
    const { changes: found } = changes(before, after);
    const fresh = found
      .filter(({ kind }) => kind === 'new')
      .map(({ resource }) => codesOf(after.index.resolve(resource)!));
    expect(fresh.join(' '))
      .to.match(/R50\.9/)
      .and.to.match(/780\.60/);
    const possible = after.possiblySame.map(({ resources }) =>
      resources.map((one) => codesOf(after.index.resolve(one)!)).sort(),
    );
    expect(possible.map((pair) => pair.join(' '))).to.satisfy((pairs: string[]) =>
      pairs.some((pair) => pair.includes('R50.9') && pair.includes('780.60')),
    );
    const overweight = after.conflicts.find(
      ({ resource, element }) => resource.startsWith('Condition/') && element === 'abatement[x]',
    );
    expect(overweight?.values.map(({ value }) => value)).to.have.members(['2017-08-03', '2017-06-06']);
  });

  it('M1: people whose only identifier is a placeholder are two', function () {
    if (!hasCorpus()) this.skip();
    const records = buildRecords([
      documentOf('corpus/Henry_Schein/CDA_Bates_g9.xml'),
      documentOf('corpus/Henry_Schein/CDA_Newman_g9.xml'),
    ]);
    expect(records).to.have.length(2);
  });
});
