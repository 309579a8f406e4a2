import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type {
  AllergyIntolerance,
  Bundle,
  CodeableConcept,
  Condition,
  FhirResource,
  Immunization,
  Observation,
  Provenance,
  Reference,
} from 'fhir/r4.js';
import { documentOf } from '../mappings/document-of.js';
import { converter } from '../packaged-converter.js';
import type { Conversion, Converter, ConvertOptions } from '../../src/conversion.js';
import { createConverter } from '../../src/convert.js';
import { CODING_MAP, SAID_QUANTITY } from '../../src/terms/apply/extensions.js';
import { buildTermPack } from '../../src/terms/build.js';
import { openTerms } from '../../src/terms/pack/layered.js';

const sources = fileURLToPath(new URL('sources', import.meta.url));
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

function coded(element: string, oid: string, code: string, rest = ''): string {
  return `<${element} code="${code}" codeSystem="${oid}" ${rest}/>`;
}
const NDC = '2.16.840.1.113883.6.69';
const CVX = '2.16.840.1.113883.12.292';
const SNOMED = '2.16.840.1.113883.6.96';
const ICD9 = '2.16.840.1.113883.6.103';
const ICD10 = '2.16.840.1.113883.6.90';
const RXNORM_OID = '2.16.840.1.113883.6.88';
const LOINC = '2.16.840.1.113883.6.1';

function medication(code: string): string {
  return documentOf({
    section: '10160-0',
    xml: `<substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16"/><id root="1.2.3.4" extension="m"/>
      <statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="20240101"/></effectiveTime><consumable><manufacturedProduct classCode="MANU">
      <templateId root="2.16.840.1.113883.10.20.22.4.23"/><manufacturedMaterial>${code}</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`,
  });
}

function immunization(code: string): string {
  return documentOf({
    section: '11369-6',
    xml: `<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false"><templateId root="2.16.840.1.113883.10.20.22.4.52"/><id root="1.2.3.4" extension="i"/>
      <statusCode code="completed"/><effectiveTime value="20240101"/><consumable><manufacturedProduct classCode="MANU">
      <templateId root="2.16.840.1.113883.10.20.22.4.54"/><manufacturedMaterial>${code}</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`,
  });
}

function provenancesOf(bundle: Bundle): Provenance[] {
  const resources = (bundle.entry ?? []).map(({ resource }) => resource as FhirResource);
  return resources.filter((resource) => resource.resourceType === 'Provenance');
}

/** The types of what the References lead to. */
function typesOf(bundle: Bundle, references: readonly Reference[]): string {
  const types = references.map(
    ({ reference }) => bundle.entry?.find(({ fullUrl }) => fullUrl === reference)?.resource?.resourceType ?? '',
  );
  return types.join(' ');
}

function problem(value: string): string {
  return documentOf({
    xml: `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><id root="1.2.3.4" extension="c"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
      <effectiveTime><low value="20240101"/></effectiveTime><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="1.2.3.4" extension="p"/>
      <code code="55607006" codeSystem="${SNOMED}"/><statusCode code="completed"/><effectiveTime><low value="20240101"/></effectiveTime>${value}</observation></entryRelationship></act>`,
  });
}

function result(code: string, value: string, more = ''): string {
  return documentOf({
    section: '30954-2',
    xml: `<organizer classCode="BATTERY" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.1"/><id root="1.2.3.4" extension="o"/><code code="99001-0" codeSystem="${LOINC}"/><statusCode code="completed"/>
      <component><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2"/><id root="1.2.3.4" extension="r"/>${code}<statusCode code="completed"/><effectiveTime value="20240101"/>${value}${more}</observation></component></organizer>`,
  });
}

function isAdded(item: unknown): boolean {
  const { system, extension, what } = item as {
    system?: unknown;
    extension?: { url: string }[];
    what?: { display?: string };
  };
  const namesPack = what?.display?.startsWith('Term pack: ') === true;
  return namesPack || (system !== undefined && extension?.[0]?.url === CODING_MAP);
}

describe('a conversion with a term pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-terms-test-'));
  let withTerms: Converter;
  let without: Converter;
  before(async () => {
    const terms = join(folder, 'all.terms');
    await buildTermPack([sources], terms);
    withTerms = createConverter({ terms });
    without = converter;
  });
  after(() => rmSync(folder, { recursive: true }));

  function convert(xml: string, options: ConvertOptions = {}): Conversion {
    return withTerms.convert(Buffer.from(xml), options);
  }
  function first<T extends FhirResource>({ bundle }: Conversion, type: T['resourceType']): T {
    return bundle.entry!.find(({ resource }) => resource?.resourceType === type)!.resource as T;
  }
  function drugOf(conversion: Conversion): CodeableConcept {
    for (const { resource } of (conversion.bundle as Bundle<FhirResource>).entry!) {
      if (resource?.resourceType === 'Medication') return resource.code!;
      if (resource?.resourceType === 'MedicationRequest' && resource.medicationCodeableConcept !== undefined)
        return resource.medicationCodeableConcept;
    }
    throw new Error('no drug');
  }
  function codes(conversion: Conversion): string[] {
    return conversion.issues.map(({ code }) => code);
  }

  it('adds the RxNorm code of an NDC after it, with map and version', () => {
    const conversion = convert(medication(coded('code', NDC, '99999-0001-01', 'displayName="Inventol 10mg"')));
    expect(drugOf(conversion).coding).to.deep.equal([
      { system: 'http://hl7.org/fhir/sid/ndc', code: '99999-0001-01', display: 'Inventol 10mg' },
      {
        extension: [
          {
            url: CODING_MAP,
            extension: [
              { url: 'map', valueString: 'RxNorm NDC' },
              { url: 'version', valueString: '2026-11-03' },
              { url: 'rule', valueCode: 'ndc-to-rxnorm' },
            ],
          },
        ],
        system: RXNORM,
        code: '9000001',
        display: 'inventol 10 MG Oral Tablet',
      },
    ]);
    expect(conversion.ledger.terms).to.deep.equal({ 'ndc-to-rxnorm': 1 });
  });

  it('names the rule and the fact in the trace', () => {
    const conversion = convert(medication(coded('code', NDC, '99999-0001-01', 'displayName="Inventol 10mg"')), {
      trace: true,
    });
    const added = conversion.trace.filter(({ by }) => by === 'terms');
    expect(added.map(({ target }) => target.replace(/^.*coding/, 'coding'))).to.include.members([
      'coding[1].system',
      'coding[1].code',
      'coding[1].display',
    ]);
    for (const { rule, file, mapping, sources: places } of added) {
      expect([rule, file, mapping]).to.deep.equal(['ndc-to-rxnorm', 'RxNorm NDC|2026-11-03', '']);
      expect(places.map(({ source }) => source)).to.have.length(1);
      expect(places[0]?.source).to.match(/manufacturedMaterial\/code\/@code$/);
    }
  });

  it('names the pack (its hash, and the version of each source that was used) in the Provenance of the resources that it changed', () => {
    const authored = coded('code', NDC, '99999-0001-01', 'displayName="Inventol 10mg"');
    const document = medication(authored).replace(
      '<consumable>',
      '<author><time value="20240101"/><assignedAuthor><id root="1.2.3.4.5" extension="a"/></assignedAuthor></author><consumable>',
    );
    const entitiesOf = (conversion: Conversion): [string, string[]][] =>
      provenancesOf(conversion.bundle).map(({ target, entity = [] }) => [
        typesOf(conversion.bundle, target),
        entity.map(({ what }) => what.display ?? ''),
      ]);
    const { sha256 } = openTerms(join(folder, 'all.terms')).manifest;
    const named = provenancesOf(convert(document).bundle).flatMap(({ entity = [] }) => entity.slice(1));
    expect(named).to.deep.equal([
      {
        role: 'source',
        what: {
          identifier: {
            system: 'urn:ietf:rfc:3986',
            value: `ni:///sha-256;${Buffer.from(sha256, 'hex').toString('base64url')}`,
          },
          display: 'Term pack: RxNorm NDC|2026-11-03',
        },
      },
    ]);
    const about = entitiesOf(convert(document)).filter(([, displays]) => displays.length > 1);
    expect(about.map(([types]) => types)).to.deep.equal(['MedicationRequest']);
    expect(entitiesOf(without.convert(Buffer.from(document))).every(([, displays]) => displays.length === 1)).to.equal(
      true,
    );
  });

  it('adds nothing, and says so, if an NDC has two drugs', () => {
    const conversion = convert(medication(coded('code', NDC, '99999-0003-03', 'displayName="Some drug"')));
    expect(drugOf(conversion).coding).to.have.length(1);
    expect(conversion.issues.find(({ code }) => code === 'ambiguous-map')).to.include({ severity: 'information' });
  });

  it('adds nothing to a drug with a code of RxNorm, whatever its NDC', () => {
    const conversion = convert(
      medication(
        `<code code="9000005" codeSystem="${RXNORM_OID}" displayName="imaginol"><translation code="99999000101" codeSystem="${NDC}" displayName="Inventol"/></code>`,
      ),
    );
    expect(drugOf(conversion).coding?.map(({ code }) => code)).to.deep.equal(['9000005', '99999000101']);
    expect(conversion.ledger.terms).to.deep.equal({});
  });

  it('fills the display that a code lacks', () => {
    const conversion = convert(medication(coded('code', RXNORM_OID, '9000002')), { trace: true });
    expect(drugOf(conversion).coding?.[0]).to.include({ display: 'inventol 10 MG Oral Tablet [Fictora]' });
    expect(conversion.ledger.terms).to.deep.equal({ display: 1 });
    expect(conversion.trace.find(({ rule }) => rule === 'display')).to.include({
      by: 'terms',
      file: 'RxNorm|2026-11-03',
    });
  });

  it('reports a name that belongs to another drug, and keeps both', () => {
    const conversion = convert(medication(coded('code', RXNORM_OID, '9000005', 'displayName="Inventol"')));
    const issue = conversion.issues.find(({ code }) => code === 'display-contradicts');
    expect(issue?.text).to.equal(
      'The name beside the code is that of another code of RxNorm 2026-11-03; both are kept.',
    );
    expect(issue?.line).to.be.greaterThan(0);
    expect(drugOf(conversion).coding?.[0]).to.include({ code: '9000005', display: 'Inventol' });
  });

  it('does not report the brand, the ingredient and other words of the same drug', () => {
    for (const name of ['Fictora', 'INVENTOL', 'Inventol tablets, 10 mg', 'inventol 10 MG Oral Tablet [Fictora]'])
      expect(
        codes(convert(medication(coded('code', RXNORM_OID, '9000001', `displayName="${name}"`)))),
        name,
      ).to.not.include('display-contradicts');
  });

  it('reports a name that shares no word with the names of the code', () => {
    const conversion = convert(
      medication(coded('code', RXNORM_OID, '9000001', 'displayName="Walking frame with wheels"')),
    );
    expect(codes(conversion)).to.include('display-contradicts');
    expect(codes(convert(medication(coded('code', RXNORM_OID, '9000001', 'displayName="INV 10"'))))).to.not.include(
      'display-contradicts',
    );
  });

  it('reports retired and unknown codes', () => {
    expect(codes(convert(medication(coded('code', RXNORM_OID, '9000004'))))).to.include('retired-code');
    expect(codes(convert(medication(coded('code', RXNORM_OID, '8999999', 'displayName="x"'))))).to.include(
      'unknown-code',
    );
    expect(codes(convert(problem(coded('value xsi:type="CD"', ICD10, 'X99.9'))))).to.include('unknown-code');
  });

  it('adds the vaccine of an NDC, and an NDC of a vaccine as a candidate', () => {
    const ofNdc = first<Immunization>(convert(immunization(coded('code', NDC, '99998-0002-01'))), 'Immunization');
    expect(ofNdc.vaccineCode.coding?.map(({ system, code, display }) => [system, code, display])).to.deep.include([
      'http://hl7.org/fhir/sid/cvx',
      '902',
      'fict pox',
    ]);
    const ofCvx = first<Immunization>(convert(immunization(coded('code', CVX, '901'))), 'Immunization');
    expect(ofCvx.vaccineCode.coding?.[1]).to.include({ code: '99998-0001-01' });
    expect(ofCvx.vaccineCode.coding?.[1]?.extension?.[0]?.extension).to.deep.include({
      url: 'candidate',
      valueBoolean: true,
    });
  });

  it('adds ICD-10-CM for ICD-9 if the map is exact', () => {
    const exact = first<Condition>(convert(problem(coded('value xsi:type="CD"', ICD9, '999.1'))), 'Condition');
    expect(exact.code?.coding?.map(({ code }) => code)).to.deep.equal(['999.1', 'X00.0']);
    expect(exact.code?.coding?.[1]?.extension?.[0]?.extension?.map(({ url }) => url)).to.not.include('candidate');
    const approximate = convert(problem(coded('value xsi:type="CD"', ICD9, '999.2')));
    expect(first<Condition>(approximate, 'Condition').code?.coding).to.have.length(1);
    expect(codes(approximate)).to.include('ambiguous-map');
  });

  it('adds ICD-10-CM for SNOMED CT only as a candidate', () => {
    const { code } = first<Condition>(convert(problem(coded('value xsi:type="CD"', SNOMED, '990000102'))), 'Condition');
    expect(code?.coding?.map((one) => [one.code, one.display])).to.deep.equal([
      ['990000102', 'Mild invented fever'],
      ['X00.0', 'Invented fever, mild form'],
    ]);
    expect(JSON.stringify(code?.coding?.[1]?.extension)).to.include('"candidate","valueBoolean":true');
  });

  it('adds LOINC for a local code by the ConceptMap that was given', () => {
    const local = coded('code', '2.16.840.1.113883.19.99', 'INV', 'displayName="Inventin"');
    const conversion = convert(result(local, '<value xsi:type="PQ" value="5" unit="mg/dL"/>'));
    expect(first<Observation>(conversion, 'Observation').code.coding?.[1]).to.include({
      system: 'http://loinc.org',
      code: '99001-0',
    });
    expect(conversion.ledger.terms).to.include({ 'concept-map': 1 });
  });

  it('changes no value of the source, in any resource', () => {
    const xml = medication(coded('code', NDC, '99999-0001-01', 'displayName="Inventol 10mg"'));
    const plain = without.convert(Buffer.from(xml)).bundle;
    const { bundle } = convert(xml);
    const stripped = JSON.parse(JSON.stringify(bundle), (_, value: unknown) =>
      Array.isArray(value) ? value.filter((item) => !isAdded(item)) : value,
    ) as unknown;
    expect(stripped).to.deep.equal(JSON.parse(JSON.stringify(plain)));
  });

  it('does not affect a later conversion without it', () => {
    const xml = medication(coded('code', RXNORM_OID, '9000002'));
    const before = JSON.stringify(convert(xml, { terms: false }));
    convert(xml);
    const after = convert(xml, { terms: false });
    expect(JSON.stringify(after)).to.equal(before);
    expect(after.ledger).to.not.have.property('terms');
    expect(JSON.stringify(without.convert(Buffer.from(xml)).bundle)).to.equal(JSON.stringify(after.bundle));
  });

  it('has the standard UCUM form in the code, and the text of the document in the unit', () => {
    const conversion = convert(
      result(coded('code', LOINC, '99001-0'), '<value xsi:type="PQ" value="5.0" unit="mg/dl"/>'),
    );
    expect(JSON.stringify(first<Observation>(conversion, 'Observation').valueQuantity)).to.equal(
      '{"value":5,"unit":"mg/dl","system":"http://unitsofmeasure.org","code":"mg/dL"}',
    );
    expect(conversion.ledger.terms).to.include({ 'ucum-form': 1 });
  });

  it('gives a value in the unit of its test on request, and keeps the original value', () => {
    const range =
      '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="10" unit="g/l"/><high value="20" unit="g/l"/></value></observationRange></referenceRange>';
    const conversion = convert(
      result(coded('code', LOINC, '99001-0'), '<value xsi:type="PQ" value="12.50" unit="g/l"/>', range),
      { units: 'canonical', trace: true },
    );
    const { valueQuantity, referenceRange } = first<Observation>(conversion, 'Observation');
    expect(valueQuantity).to.deep.include({ value: 1250, unit: 'mg/dL', code: 'mg/dL' });
    expect(valueQuantity?.extension?.[0]).to.deep.include({ url: SAID_QUANTITY });
    expect(valueQuantity?.extension?.[0]?.valueQuantity).to.deep.include({ value: 12.5, unit: 'g/l' });
    expect(referenceRange?.[0]?.low).to.include({ value: 1000, code: 'mg/dL' });
    const said = conversion.trace.find(({ target }) =>
      target.endsWith('valueQuantity.extension[0].valueQuantity.value'),
    );
    expect(said).to.include({ by: 'document' });
    expect(said?.sources[0]?.source).to.match(/value\/@value$/);
    expect(conversion.trace.find(({ target }) => /^[^.]*\.valueQuantity\.value$/.test(target))).to.include({
      by: 'terms',
      rule: 'canonical-unit',
    });
  });

  it('keeps a translation of the value unchanged', () => {
    const value =
      '<value xsi:type="PQ" value="98.60" unit="[degF]"><translation value="310.15" code="K" codeSystem="2.16.840.1.113883.6.8"/></value>';
    const conversion = convert(result(coded('code', LOINC, '8310-5'), value), { units: 'canonical' });
    const { valueQuantity } = first<Observation>(conversion, 'Observation');
    expect(valueQuantity).to.include({ value: 37, code: 'Cel' });
    expect(valueQuantity?.extension?.map((one) => one.valueQuantity?.code)).to.deep.equal(['K', '[degF]']);
    expect(valueQuantity?.extension?.[0]?.valueQuantity?.value).to.equal(310.15);
  });

  it('does not convert a mass into an amount of substance', () => {
    const conversion = convert(
      result(coded('code', LOINC, '99003-6'), '<value xsi:type="PQ" value="5" unit="mg/dL"/>'),
      {
        units: 'canonical',
      },
    );
    expect(first<Observation>(conversion, 'Observation').valueQuantity).to.include({ value: 5, code: 'mg/dL' });
    expect(codes(conversion)).to.include('unit-not-converted');
  });

  it('gives the same Bundle twice', () => {
    const xml = problem(coded('value xsi:type="CD"', SNOMED, '990000102'));
    expect(JSON.stringify(convert(xml).bundle)).to.equal(JSON.stringify(convert(xml).bundle));
  });

  it('has canonical units of vital signs without any pack', () => {
    const xml = result(coded('code', LOINC, '8310-5'), '<value xsi:type="PQ" value="98.6" unit="[degF]"/>');
    const conversion = without.convert(Buffer.from(xml), { units: 'canonical' });
    expect(first<Observation>(conversion, 'Observation').valueQuantity).to.include({ value: 37, code: 'Cel' });
    expect(conversion.ledger.terms).to.deep.equal({ 'canonical-unit': 1 });
  });

  it('finds the ingredient of an allergen by its UNII', () => {
    const xml = documentOf({
      section: '48765-2',
      xml: `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.30"/><id root="1.2.3.4" extension="a"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
        <effectiveTime><low value="20240101"/></effectiveTime><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.7"/><id root="1.2.3.4" extension="ao"/>
        <code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/><effectiveTime><low value="20240101"/></effectiveTime><value xsi:type="CD" code="416098002" codeSystem="${SNOMED}"/>
        <participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT"><code code="ZZ00INVENT" codeSystem="2.16.840.1.113883.4.9" displayName="Inventol"/></playingEntity></participantRole></participant></observation></entryRelationship></act>`,
    });
    const conversion = convert(xml);
    expect(
      first<AllergyIntolerance>(conversion, 'AllergyIntolerance').code?.coding?.map(({ code }) => code),
    ).to.deep.equal(['ZZ00INVENT', '9000003']);
    expect(conversion.ledger.terms).to.include({ 'unii-to-rxnorm': 1 });
  });
});
