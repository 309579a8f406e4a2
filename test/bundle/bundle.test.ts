import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Bundle, Composition, Condition, Encounter, FhirResource, Practitioner } from 'fhir/r4.js';
import type { BundleType } from '../../src/conversion.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';
import { documentOf } from '../mappings/document-of.js';
import { converter } from '../packaged-converter.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const problem = (attributes = '', id = '<id root="1.2.3" extension="p"/>') =>
  `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>
  <statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" ${attributes}>
  <templateId root="2.16.840.1.113883.10.20.22.4.4"/>${id}<code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
  <effectiveTime><low value="20200101"/></effectiveTime><value xsi:type="CD" code="38341003" codeSystem="2.16.840.1.113883.6.96" displayName="Hypertension"/>
  </observation></entryRelationship></act>`;

function convert(xml: string, bundle: BundleType = 'transaction'): Bundle {
  return converter.convert(Buffer.from(xml), { bundle }).bundle;
}

function idsOf(bundle: Bundle, type: string): (string | undefined)[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource.id] : []));
}

function resourcesOf<T extends FhirResource>(bundle: Bundle, type: T['resourceType']): T[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));
}

function another(xml: string, patient: string, document: string): string {
  return xml
    .replace('extension="P-1"', `extension="${patient}"`)
    .replace('extension="TEST-1"', `extension="${document}"`);
}

describe('Bundles', () => {
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
    for (const type of ['transaction', 'document', 'collection'] as const) {
      it(`of ${file} as ${type} have no duplicate and no dangling reference, and are the same every time`, () => {
        const bytes = readFileSync(join(samples, file));
        const { bundle } = converter.convert(bytes, { bundle: type });
        const urls = (bundle.entry ?? []).map((entry) => entry.fullUrl);
        expect(new Set(urls).size).to.equal(urls.length);
        const text = writeJson(bundle);
        for (const [, reference] of text.matchAll(/"reference":"([^"]+)"/g)) expect(urls).to.include(reference);
        expect(writeJson(converter.convert(bytes, { bundle: type }).bundle)).to.equal(text);
      });
    }
  }

  it('put resources by id in a transaction, so that loading twice changes nothing', () => {
    for (const { request, resource } of convert(documentOf({ xml: problem() })).entry ?? []) {
      expect(request).to.deep.equal({ method: 'PUT', url: `${resource?.resourceType ?? ''}/${resource?.id ?? ''}` });
    }
  });

  it('begin with the Composition in a document, which has an identifier and a timestamp', () => {
    const bundle = convert(documentOf({}), 'document');
    expect(bundle.entry?.[0]?.resource?.resourceType).to.equal('Composition');
    expect(bundle.identifier).to.include({ value: 'TEST-1' });
    expect(bundle.timestamp).to.equal('2024-03-01T12:00:00-05:00');
  });

  it('have an issue if a document without an offset makes the timestamp fall back to UTC', () => {
    const bundle = convert(documentOf({ header: '<effectiveTime value="202403011200"/>' }), 'document') as Bundle & {
      _timestamp?: { extension?: object[] };
    };
    expect(bundle.timestamp).to.equal('2024-03-01T12:00:00Z');
    expect(bundle._timestamp?.extension).to.deep.include({ url: 'urn:cairn:utc-assumed', valueBoolean: true });
  });
});

describe('the timestamp of a document', () => {
  it('keeps the date of a time that has a digit too few', () => {
    const bundle = convert(documentOf({ header: '<effectiveTime value="2024030182640-0600"/>' }), 'document');
    expect(bundle.timestamp).to.equal('2024-03-01T00:00:00Z');
  });

  it('falls back to the latest time of its authors, then of its header, then of its events', () => {
    const timeOf = (header: string, xml = '') => {
      const { timestamp, _timestamp } = convert(
        documentOf({ header: [`<effectiveTime value="-08"/>`, header], xml }),
        'document',
      ) as Bundle & { _timestamp?: { extension?: { url: string; valueString?: string }[] } };
      const from = _timestamp?.extension?.find(({ url }) => url === 'urn:cairn:timestamp-from');
      return [timestamp?.slice(0, 10), from?.valueString?.split('/').at(-1)];
    };
    const author = (time: string) =>
      `<author><time value="${time}"/><assignedAuthor><id root="1.2.3"/></assignedAuthor></author>`;
    const service = `<documentationOf><serviceEvent><effectiveTime><low value="2024"/><high value="20240305"/></effectiveTime></serviceEvent></documentationOf>`;
    expect(timeOf(author('20240302') + service)).to.deep.equal(['2024-03-02', 'time']);
    expect(timeOf(author('-08') + service)).to.deep.equal(['2024-03-05', 'high']);
    expect(timeOf(author('-08'), problem())).to.deep.equal(['2020-01-01', 'low']);
  });
});

describe('ids', () => {
  const xml = documentOf({ xml: problem() });

  it('are the same for the same entry in another document of the patient', () => {
    expect(idsOf(convert(another(xml, 'P-1', 'TEST-2')), 'Condition')).to.deep.equal(idsOf(convert(xml), 'Condition'));
    expect(idsOf(convert(another(xml, 'P-1', 'TEST-2')), 'Patient')).to.deep.equal(idsOf(convert(xml), 'Patient'));
  });

  it("differ for another patient's entry that has the same id", () => {
    expect(idsOf(convert(another(xml, 'P-2', 'TEST-1')), 'Condition')).to.not.deep.equal(
      idsOf(convert(xml), 'Condition'),
    );
  });

  it('are shared by people and organizations across patients', () => {
    expect(idsOf(convert(another(xml, 'P-2', 'TEST-2')), 'Practitioner')).to.deep.equal(
      idsOf(convert(xml), 'Practitioner'),
    );
  });

  it('are different if a sender gives two different entries one id', () => {
    const [one, two] = [problem(), problem().replace('38341003', '44054006')];
    const both = convert(documentOf({ xml: [one, '</entry><entry>', two] }));
    expect(new Set(idsOf(both, 'Condition')).size).to.equal(2);
    expect(idsOf(both, 'Condition')).to.include(idsOf(convert(documentOf({ xml: one })), 'Condition')[0]);
  });

  it('keep both organizations if a sender gives them one id', () => {
    const author = (time: string, city: string) =>
      `<author><time value="${time}"/><assignedAuthor><id root="1.2.3" extension="a"/><assignedPerson><name><family>Quill</family></name></assignedPerson>` +
      `<representedOrganization><id root="1.2.3" extension="o"/><name>${city} Clinic</name></representedOrganization></assignedAuthor></author>`;
    const bundle = convert(documentOf({ header: [author('20240101', 'Troy'), author('20240102', 'Rome')] }));
    const text = JSON.stringify(bundle);
    expect(idsOf(bundle, 'PractitionerRole')).to.have.length(2);
    for (const id of idsOf(bundle, 'Organization')) expect(text).to.include(`"reference":"urn:uuid:${id ?? ''}"`);
    expect(text).to.include('Troy Clinic').and.to.include('Rome Clinic');
  });

  it('are the same if an entry is repeated', () => {
    expect(idsOf(convert(documentOf({ xml: [problem(), '</entry><entry>', problem()] })), 'Condition')).to.have.length(
      1,
    );
  });

  it('of one person or entry are once in a list of references', () => {
    const bundle = convert(documentOf({ xml: [problem(), '</entry><entry>', problem()] }));
    const [composition] = resourcesOf<Composition>(bundle, 'Composition');
    expect(composition?.section?.[0]?.entry).to.have.length(1);
  });

  it('of one person are once among participants, but a section is there as often as in the document', () => {
    const participant =
      '<encounterParticipant typeCode="ATND"><assignedEntity><id root="1.2.3" extension="a"/><assignedPerson><name><family>Quill</family></name></assignedPerson></assignedEntity></encounterParticipant>';
    const section =
      '<component><section><code code="8653-8" codeSystem="2.16.840.1.113883.6.1"/><title>Instructions</title><text>Rest.</text></section></component>';
    const bundle = convert(
      documentOf({
        header: `<componentOf><encompassingEncounter><id root="1.2.3" extension="e"/><effectiveTime value="20240101"/>${participant}${participant}</encompassingEncounter></componentOf>`,
        sections: section + section,
      }),
    );
    expect(resourcesOf<Encounter>(bundle, 'Encounter')[0]?.participant).to.have.length(1);
    expect(resourcesOf<Composition>(bundle, 'Composition')[0]?.section).to.have.length(2);
  });

  it('are the same for a person without a name and for that person with a name, and the result has the name', () => {
    const author = (person: string) =>
      `<author><time value="20240101"/><assignedAuthor><id root="1.2.3" extension="a"/><code nullFlavor="UNK"/>${person}</assignedAuthor></author>`;
    const quill = author('<assignedPerson><name><family>Quill</family></name></assignedPerson>');
    for (const header of [
      [quill, author('')],
      [author(''), quill],
    ]) {
      const bundle = convert(documentOf({ header }));
      const people = resourcesOf<Practitioner>(bundle, 'Practitioner');
      expect(people.map(({ name }) => name)).to.deep.equal([[{ family: 'Quill' }]]);
    }
  });

  it('come from the document and the content of an entry if the entry has no id', () => {
    const without = documentOf({ xml: problem('', '') });
    const moved = documentOf({ xml: [problem().replace('38341003', '44054006'), '</entry><entry>', problem('', '')] });
    expect(idsOf(convert(moved), 'Condition')).to.include(idsOf(convert(without), 'Condition')[0]);
    expect(idsOf(convert(another(without, 'P-1', 'TEST-2')), 'Condition')).to.not.deep.equal(
      idsOf(convert(without), 'Condition'),
    );
  });

  it('differ for the document of another patient that has a copied id', () => {
    expect(idsOf(convert(another(xml, 'P-2', 'TEST-1')), 'Composition')).to.not.deep.equal(
      idsOf(convert(xml), 'Composition'),
    );
  });

  it('do not depend on what a mapping writes, also if two entries have the same id', () => {
    const observation = (code: string) =>
      `<observation classCode="OBS" moodCode="EVN"><id root="1.2.3" extension="o"/><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/></observation>`;
    const resource = { resourceType: 'Observation', status: 'final', code: '= code', subject: { $ref: 'patient' } };
    const more = { ...resource, note: [{ text: 'a mapping that writes more' }], identifier: '= id' };
    const fragment = { xml: [observation('8867-4'), '</entry><entry>', observation('8310-5')] };
    const [one, other] = [resource, more].map((each) =>
      idsOf(convertWith(observationSet(each), fragment).bundle, 'Observation'),
    );
    expect(new Set(one).size).to.equal(2);
    expect(one).to.deep.equal(other);
  });
});

describe('the order that a document fulfills', () => {
  it('has another id than the order itself in its own document', () => {
    const answers = documentOf({
      header:
        '<inFulfillmentOf><order classCode="ACT" moodCode="RQO"><id root="1.2.3" extension="o-77"/></order></inFulfillmentOf>',
    });
    const gives = another(
      documentOf({
        section: '18776-5',
        xml: '<observation classCode="OBS" moodCode="RQO"><templateId root="2.16.840.1.113883.10.20.22.4.44"/><id root="1.2.3" extension="o-77"/><code code="8867-4" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="active"/></observation>',
      }),
      'P-1',
      'TEST-2',
    );
    const [stub, order] = [answers, gives].map((xml) => idsOf(convert(xml), 'ServiceRequest'));
    expect(stub).to.have.length(1);
    expect(order).to.have.length(1);
    expect(stub).to.not.deep.equal(order);
  });
});

describe('the id of a patient', () => {
  const patient = (
    ids: string,
    { name = 'Quill', birth = '<birthTime value="19700501"/>' }: { name?: string; birth?: string } = {},
  ) =>
    documentOf({
      header: `<recordTarget><patientRole>${ids}<patient><name><given>Ada</given><family>${name}</family></name>${birth}</patient></patientRole></recordTarget>`,
    });
  const idOf = (xml: string) => idsOf(convert(xml), 'Patient')[0];
  const record = '<id root="1.2.3.1" extension="41"/>';
  const another = '<id root="1.2.3.2" extension="x9"/>';
  const security = (number: string) => `<id root="2.16.840.1.113883.4.1" extension="${number}"/>`;

  it('is the same for any order of the identifiers, and with one identifier more or less besides the one that decides', () => {
    const id = idOf(patient(record));
    for (const ids of [record + another, another + record, security('219-44-1122') + record, another + record + record])
      expect(idOf(patient(ids))).to.equal(id);
  });

  it('differs for another birth date with the same identifier', () => {
    expect(idOf(patient(record, { birth: '<birthTime value="19700502"/>' }))).to.not.equal(idOf(patient(record)));
    expect(idOf(patient(record, { birth: '<birthTime value="197005011430"/>' }))).to.equal(idOf(patient(record)));
    expect(idOf(patient(record, { name: 'Married' }))).to.equal(idOf(patient(record)));
  });

  for (const placeholder of [
    security('UNK'),
    security('Unknown'),
    security('000-00-0000'),
    security('999999999'),
    security('123-45-6789'),
    security('666-12-3456'),
    security('111-00-2330'),
    security('444222222'),
    '<id root="2.16.840.1.113883.4.1"/>',
    '<id root="2.16.840.1.113883.19.5.99999.2" extension="998991"/>',
    '<id root="1.2.3" extension="N/A"/>',
    '<id root="1.2.3" extension="not on file"/>',
    '<id root="1.2.3" extension="TEST-PATIENT"/>',
    '<id root="1.2.3" extension="0"/>',
    '<id root="1.2.3" extension="---"/>',
    '<id root="00000000-0000-0000-0000-000000000000"/>',
    '<id root="11111111-1111-1111-1111-111111111111"/>',
    '<id root="1.2.3.4.5.6"/>',
    '<id root="9.9.9.9.9"/>',
    ...[
      'PATIENT',
      'TEST123',
      'NONE',
      'mrn',
      'Refused',
      '[MRN]',
      'MRN0000',
      'id-123',
      '99',
      '12345',
      '654321',
      '0123456',
      '121212',
      '123-123-123',
      '111222333',
      '{00000000-0000-0000-0000-000000000000}',
      '12345678-1234-1234-1234-123456789012',
    ].map((extension) => `<id root="1.2.3.77" extension="${extension}"/>`),
    '<id nullFlavor="NI"/>',
    '<id root="" extension=""/>',
  ]) {
    it(`is made from name and birth date if the identifier is ${placeholder}`, () => {
      const id = idOf(patient(placeholder));
      expect(id).to.equal(idOf(patient('<id nullFlavor="UNK"/>')));
      expect(id).to.not.equal(idOf(patient(placeholder, { name: 'Marsh' })));
      expect(idOf(patient(placeholder + record))).to.equal(idOf(patient(record)));
    });
  }

  for (const extension of ['77121', 'AB1234', '4000001', '12350', 'ann.reed@mail.example', '1212-9', 'P-7'])
    it(`is made from ${extension}, which identifies a person`, () => {
      const number = `<id root="1.2.3.77" extension="${extension}"/>`;
      expect(idOf(patient(number))).to.not.equal(idOf(patient('<id nullFlavor="UNK"/>')));
      expect(idOf(patient(number, { name: 'Marsh' }))).to.equal(idOf(patient(number)));
    });

  it('needs the family name besides a Social Security number, which senders give to several people', () => {
    const number = security('219-44-1122');
    expect(idOf(patient(number, { name: 'Marsh' }))).to.not.equal(idOf(patient(number)));
    expect(idOf(patient(number))).to.equal(idOf(patient(security('219-44-1122'))));
  });

  it('gives an issue at the place of an identifier that identifies nobody', () => {
    const { issues } = converter.convert(Buffer.from(patient(record + '\n' + security('UNK'))));
    expect(issues.filter(({ code }) => code === 'placeholder-identifier')).to.have.length(1);
    expect(converter.convert(Buffer.from(patient(record))).issues).to.not.include({ code: 'placeholder-identifier' });
  });
});

describe('a placeholder', () => {
  it('never joins two people', () => {
    const author = (family: string) =>
      `<author><time value="20240101"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="9999999999"/><assignedPerson><name><given>Lu</given><family>${family}</family></name></assignedPerson></assignedAuthor></author>`;
    const bundle = convert(documentOf({ header: [author('Quill'), author('Marsh')] }));
    expect(resourcesOf<Practitioner>(bundle, 'Practitioner').map(({ name }) => name?.[0]?.family)).to.deep.equal([
      'Quill',
      'Marsh',
    ]);
  });

  it('never refers to a person who is named in full elsewhere', () => {
    const author = (person: string) =>
      `<author><time value="20240101"/><assignedAuthor><id root="1.2.3" extension="UNK"/>${person}</assignedAuthor></author>`;
    const bundle = convert(
      documentOf({
        header: author('<assignedPerson><name><given>Lu</given><family>Quill</family></name></assignedPerson>'),
        xml: problem().replace('</observation>', `${author('')}</observation>`),
      }),
    );
    const [condition] = resourcesOf<Condition>(bundle, 'Condition');
    const quill = resourcesOf<Practitioner>(bundle, 'Practitioner').find(({ name }) => name?.[0]?.family === 'Quill');
    expect(condition?.recorder?.reference).to.not.equal(`urn:uuid:${quill?.id ?? ''}`);
  });
});
