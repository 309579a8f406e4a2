import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type {
  AllergyIntolerance,
  Condition,
  Encounter,
  FhirResource,
  MedicationRequest,
  Observation,
} from 'fhir/r4.js';
import { createConverter, packagedMappings } from '../../src/convert.js';
import { documentOf, type Fragment } from './document-of.js';

const problem = (attributes: string, inside: string) =>
  `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
  <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" ${attributes}><templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="2.999.1"/>
  <code code="55607006" codeSystem="2.16.840.1.113883.6.96"/>${inside}</observation></entryRelationship></act>`;
const asthma = '<value xsi:type="CD" code="195967001" codeSystem="2.16.840.1.113883.6.96"/>';
const unknownEnd = '<effectiveTime><low value="2012"/><high nullFlavor="UNK"/></effectiveTime>';
const saidActive =
  '<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN"><code code="33999-4" codeSystem="2.16.840.1.113883.6.1"/><value xsi:type="CD" code="55561003" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>';
const row = (word: string) =>
  `<table><thead><tr><th>Problem</th><th>Status</th></tr></thead><tbody><tr ID="p"><td>Asthma</td><td>${word}</td></tr></tbody></table>`;
const reference = '<text><reference value="#p"/></text>';
const allergy = (act: string, product: string) =>
  `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.30"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="${act}"/>
  <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.7"/><id root="2.999.2"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>
  <value xsi:type="CD" code="419199007" codeSystem="2.16.840.1.113883.6.96"/><participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">${product}</playingEntity></participantRole></participant></observation></entryRelationship></act>`;

interface Turned {
  readonly rule: string;
  /** Files of the sender. */
  readonly patch: Readonly<Record<string, unknown>>;
  readonly document: Fragment;
  readonly type: string;
  readonly say: (resource: FhirResource | undefined) => unknown;
  readonly before: unknown;
  readonly after: unknown;
}

const off = (condition: string) => ({ 'conditions.json': { conditions: { [condition]: { test: 'false()' } } } });
const problemStatus = (resource: FhirResource | undefined) => (resource as Condition).clinicalStatus?.coding?.[0]?.code;
const allergyStatus = (resource: FhirResource | undefined) =>
  (resource as AllergyIntolerance).clinicalStatus?.coding?.[0]?.code;
const there = (resource: FhirResource | undefined) => resource !== undefined;

const rules: readonly Turned[] = [
  {
    rule: 'an end of unknown time ends a problem',
    patch: off('unknown-end-counts'),
    document: { xml: problem('', unknownEnd + asthma) },
    type: 'Condition',
    say: problemStatus,
    before: 'resolved',
    after: 'active',
  },
  {
    rule: 'the row says the state of a problem',
    patch: { 'words/status-active.json': { remove: ['active'] } },
    document: { text: row('Active'), xml: problem('', reference + unknownEnd + asthma) },
    type: 'Condition',
    say: problemStatus,
    before: 'active',
    after: 'resolved',
  },
  {
    rule: 'a status is known by its code',
    patch: off('tells-a-status'),
    document: { xml: problem('', unknownEnd + asthma + saidActive) },
    type: 'Condition',
    say: problemStatus,
    before: 'active',
    after: 'resolved',
  },
  {
    rule: 'that there is no allergy is active',
    patch: off('says-no-allergy'),
    document: { section: '48765-2', xml: allergy('completed', '<code nullFlavor="NI"/><name>NKDA</name>') },
    type: 'AllergyIntolerance',
    say: allergyStatus,
    before: 'active',
    after: 'inactive',
  },
  {
    rule: 'an encounter of the day of the document goes on',
    patch: off('began-today'),
    document: {
      section: '46240-8',
      xml: '<encounter classCode="ENC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.49"/><id root="2.999.3"/><code code="99213" codeSystem="2.16.840.1.113883.6.12"/><effectiveTime><low value="20240301"/></effectiveTime></encounter>',
    },
    type: 'Encounter',
    say: (resource) => (resource as Encounter).status,
    before: 'in-progress',
    after: 'unknown',
  },
  {
    rule: 'an unknown statement asserts nothing',
    patch: off('unknown'),
    document: { xml: problem('nullFlavor="UNK"', asthma) },
    type: 'Condition',
    say: there,
    before: false,
    after: true,
  },
  {
    rule: 'the relationship that holds a statement negates it',
    patch: { 'conditions.json': { conditions: { negated: { test: "@negationInd='true'" } } } },
    document: { xml: problem('', asthma).replace('"SUBJ"', '"SUBJ" negationInd="true"') },
    type: 'Condition',
    say: (resource) => (resource as Condition).verificationStatus?.coding?.[0]?.code,
    before: 'refuted',
    after: undefined,
  },
  {
    rule: 'words of no data are no fact',
    patch: { 'no-data-statement.json': { where: 'false()' } },
    document: {
      xml: problem('', '<value xsi:type="CD" nullFlavor="OTH"><originalText>Not recorded</originalText></value>'),
    },
    type: 'Condition',
    say: there,
    before: false,
    after: true,
  },
  {
    rule: 'the words of no data are those of a list',
    patch: { 'words/no-data.json': { add: ['keine Angabe'] } },
    document: {
      xml: problem('', '<value xsi:type="CD" nullFlavor="OTH"><originalText>Keine Angabe</originalText></value>'),
    },
    type: 'Condition',
    say: there,
    before: true,
    after: false,
  },
  {
    rule: 'words of none are no fact',
    patch: { 'none-statement.json': { where: 'false()' } },
    document: {
      section: '47519-4',
      xml: '<procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/><id root="2.999.4"/><code nullFlavor="UNK"><originalText>No procedures</originalText></code><statusCode code="completed"/></procedure>',
    },
    type: 'Procedure',
    say: there,
    before: false,
    after: true,
  },
  {
    rule: 'an entry that names nothing is none',
    patch: { 'empty-statement.json': { where: 'false()' } },
    document: {
      section: '47519-4',
      xml: '<procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/><id root="2.999.4"/><code nullFlavor="UNK"/><statusCode code="completed"/><effectiveTime value="2020"/></procedure>',
    },
    type: 'Procedure',
    say: there,
    before: false,
    after: true,
  },
  {
    rule: 'a value beside its own null flavor is none',
    patch: { 'sender.json': { oids: [], valuesBesideNullFlavors: true } },
    document: {
      section: '8716-3',
      xml: '<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.27"/><id root="2.999.5"/><code code="8867-4" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><effectiveTime value="20240301"/><value xsi:type="PQ" nullFlavor="UNK" value="80" unit="/min"/></observation>',
    },
    type: 'Observation',
    say: (resource) => (resource as Observation).valueQuantity?.value,
    before: undefined,
    after: 80,
  },
  {
    rule: 'an end of unknown time ends no allergy',
    patch: { 'conditions.json': { conditions: { 'allergy-has-ended': { test: 'effectiveTime/high' } } } },
    document: {
      section: '48765-2',
      xml: allergy('active', '<code code="733" codeSystem="2.16.840.1.113883.6.88"/>').replace(
        '<value',
        `${unknownEnd}<value`,
      ),
    },
    type: 'AllergyIntolerance',
    say: allergyStatus,
    before: 'active',
    after: 'resolved',
  },
  {
    rule: 'a medication has the status of its act, whatever its row says',
    patch: {
      'medication-request.json': {
        resource: {
          status: {
            $first: [
              { $when: 'row-tells-active()', $value: 'active' },
              { $from: 'statusCode', $map: 'medication-status' },
            ],
          },
        },
      },
    },
    document: {
      section: '10160-0',
      text: '<table><thead><tr><th>Medication</th><th>Status</th></tr></thead><tbody><tr ID="p"><td>Aspirin</td><td>Active</td></tr></tbody></table>',
      xml: `<substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16"/><id root="2.999.6"/>${reference}<statusCode code="completed"/><effectiveTime xsi:type="IVL_TS"><low value="2012"/><high nullFlavor="UNK"/></effectiveTime><consumable><manufacturedProduct><manufacturedMaterial><code code="1191" codeSystem="2.16.840.1.113883.6.88"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`,
    },
    type: 'MedicationRequest',
    say: (resource) => (resource as MedicationRequest).status,
    before: 'completed',
    after: 'active',
  },
];

describe('a sender', () => {
  const folders: string[] = [];
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  /** The packaged set with one sender more. */
  const setWith = (patch: Readonly<Record<string, unknown>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-sender-'));
    folders.push(folder);
    cpSync(packagedMappings, folder, { recursive: true });
    for (const [path, content] of Object.entries({ 'sender.json': { oids: [] }, ...patch })) {
      const file = join(folder, 'senders', 'acme', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(content));
    }
    return folder;
  };

  for (const { rule, patch, document, type, say, before, after: turned } of rules) {
    it(`can turn the rule that ${rule}`, () => {
      const converter = createConverter({ mappings: setWith(patch) });
      const made = (options: { sender?: string }) =>
        say(
          (converter.convert(Buffer.from(documentOf(document)), options).bundle.entry ?? [])
            .map(({ resource }) => resource as FhirResource)
            .find((resource) => resource.resourceType === type),
        );
      expect(made({})).to.equal(before);
      expect(made({ sender: 'acme' })).to.equal(turned);
    });
  }
});
