/** Small documents of an invented patient, for what a hostile sender may put into them. */

/** Where the parts go that a test adds. */
export interface Parts {
  /** Behind the ids of the patient's role. */
  readonly patientRole?: string;
  /** In the patient, behind the birth date. */
  readonly patient?: string;
  /** Behind the custodian. */
  readonly header?: string;
  readonly sections?: string;
  readonly confidentiality?: string;
}

export function hostileDocument(parts: Parts): string {
  const { patientRole = '', patient = '', header = '', sections = '', confidentiality } = parts;
  return (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>' +
    '<templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>' +
    '<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>' +
    '<id root="2.999.1" extension="hostile"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>' +
    '<title>Hostile</title><effectiveTime value="20240102030405+0000"/>' +
    (confidentiality ?? '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>') +
    '<languageCode code="en-US"/><recordTarget><patientRole><id root="2.999.2" extension="p1"/>' +
    `${patientRole}<patient><name><given>Ada</given><family>Invented</family></name>` +
    '<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19700101"/>' +
    `${patient}</patient></patientRole></recordTarget><author><time value="20240102"/><assignedAuthor>` +
    '<id root="2.999.3" extension="d1"/><assignedPerson><name><given>Doc</given><family>Invented</family></name>' +
    '</assignedPerson></assignedAuthor></author><custodian><assignedCustodian><representedCustodianOrganization>' +
    '<id root="2.999.4"/><name>Invented Clinic</name></representedCustodianOrganization></assignedCustodian></custodian>' +
    `${header}<component><structuredBody>${sections}</structuredBody></component></ClinicalDocument>`
  );
}

export function times(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join('');
}

export function section(template: string, code: string, text: string, entries: string, authors = ''): string {
  return (
    `<component><section><templateId root="${template}" extension="2015-08-01"/><templateId root="${template}"/>` +
    `<code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><title>Section</title><text>${text}</text>${authors}${entries}` +
    '</section></component>'
  );
}

export function problemSection(entries: string, text = 'Text', authors = ''): string {
  return section('2.16.840.1.113883.10.20.22.2.5.1', '11450-4', text, entries, authors);
}

export interface Problem {
  readonly id: string;
  readonly concernId?: string;
  readonly code?: string;
  /** In the concern act, behind its time. */
  readonly around?: string;
  /** In the observation, behind its code. */
  readonly text?: string;
  /** In the observation's value. */
  readonly inValue?: string;
  /** In the observation, behind its value. */
  readonly inside?: string;
}

export function problem({
  id,
  concernId,
  code = '59621000',
  around = '',
  text = '',
  inValue = '',
  inside = '',
}: Problem): string {
  return (
    '<entry typeCode="DRIV"><act classCode="ACT" moodCode="EVN">' +
    '<templateId root="2.16.840.1.113883.10.20.22.4.3" extension="2015-08-01"/>' +
    `<id root="2.999.5" extension="${concernId ?? id}"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>` +
    `<statusCode code="active"/><effectiveTime><low value="20200101"/></effectiveTime>${around}` +
    '<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">' +
    '<templateId root="2.16.840.1.113883.10.20.22.4.4" extension="2015-08-01"/>' +
    `<id root="2.999.6" extension="${id}"/><code code="55607006" codeSystem="2.16.840.1.113883.6.96"/>${text}` +
    '<statusCode code="completed"/><effectiveTime><low value="20200101"/></effectiveTime>' +
    `<value xsi:type="CD" code="${code}" codeSystem="2.16.840.1.113883.6.96" displayName="Problem">${inValue}</value>${inside}` +
    '</observation></entryRelationship></act></entry>'
  );
}
