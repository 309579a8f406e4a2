/** Builds a whole document around the fragment that a mapping's test is about (docs/mapping-language.md, Tests). */

const namespaces =
  'xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

export interface TestDocument {
  /** A statement (`<act>…`), put into an entry of one section. */
  readonly xml?: string | readonly string[];
  /** LOINC code of that section; 11450-4 (problems) where absent. */
  readonly section?: string;
  /** Narrative of that section. */
  readonly text?: string | readonly string[];
  /**
   * Header elements of the test. They replace recordTarget, author and custodian of the frame where they have the same
   * name.
   */
  readonly header?: string | readonly string[];
  /** Sections that replace the one around `xml`. */
  readonly sections?: string | readonly string[];
}

const frame: Readonly<Record<string, string>> = {
  id: '<id root="2.16.840.1.113883.19.5.99999.1" extension="TEST-1"/>',
  code: '<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of episode note"/>',
  title: '<title>Test</title>',
  effectiveTime: '<effectiveTime value="20240301120000-0500"/>',
  recordTarget:
    '<recordTarget><patientRole><id root="2.16.840.1.113883.19.5.99999.2" extension="P-1"/><patient><name><given>Ada</given><family>Quill</family></name>' +
    '<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19700501"/></patient></patientRole></recordTarget>',
  author:
    '<author><time value="20240301120000-0500"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1111111111"/>' +
    '<assignedPerson><name><given>Hal</given><family>Header</family></name></assignedPerson></assignedAuthor></author>',
  custodian:
    '<custodian><assignedCustodian><representedCustodianOrganization><id root="2.16.840.1.113883.19.5.99999.3"/><name>Test Clinic</name>' +
    '</representedCustodianOrganization></assignedCustodian></custodian>',
};

export function testDocument(fragment: TestDocument): string {
  const header = join(fragment.header);
  const standard = Object.entries(frame).filter(
    ([name]) => !new RegExp(`^\\s*<${name}[\\s>]|></?${name}[\\s>]`, 'm').test(header),
  );
  const section =
    `<component><section><code code="${fragment.section ?? '11450-4'}" codeSystem="2.16.840.1.113883.6.1"/><title>Section</title>` +
    `<text>${fragment.text === undefined ? 'Narrative' : join(fragment.text)}</text>` +
    (fragment.xml === undefined ? '' : `<entry>${join(fragment.xml)}</entry>`) +
    '</section></component>';
  return (
    `<ClinicalDocument ${namespaces}>${standard.map(([, xml]) => xml).join('')}${header}` +
    `<component><structuredBody>${fragment.sections === undefined ? section : join(fragment.sections)}</structuredBody></component></ClinicalDocument>`
  );
}

function join(lines: string | readonly string[] | undefined): string {
  return typeof lines === 'string' ? lines : (lines ?? []).join('\n');
}
