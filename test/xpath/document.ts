/** An invented document with what makes selectors hard: namespaces, repetition, nesting, mixed text, references. */
export const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:hl7="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" classCode="DOCCLIN" moodCode="EVN">
  <realmCode code="US"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>
  <id root="2.999.1" extension="TT988"/>
  <title>Visit &amp; summary of <!-- a comment --> Ada Stone</title>
  <effectiveTime value="20240305101500-0500"/>
  <languageCode code="en-US"/>
  <recordTarget>
    <patientRole>
      <id root="2.999.2" extension="998991"/>
      <id root="2.999.3" extension="111-00-2330"/>
      <addr use="HP"><streetAddressLine>1 Quarry Road</streetAddressLine><streetAddressLine>Flat 2</streetAddressLine><city>Boulder</city></addr>
      <telecom use="HP" value="tel:+1(555)555-0101"/>
      <telecom use="WP" value="tel:+1(555)555-0102"/>
      <patient>
        <name use="L"><given>Ada</given><given>M</given><family>Stone</family></name>
        <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
        <birthTime value="19750501"/>
        <raceCode code="2106-3"/>
        <sdtc:raceCode code="2108-9"/>
        <sdtc:raceCode code="2112-1"/>
        <sdtc:deceasedInd value="false"/>
      </patient>
    </patientRole>
  </recordTarget>
  <author><time value="20240305"/><assignedAuthor><id root="2.999.4" extension="99"/></assignedAuthor></author>
  <component>
    <structuredBody>
      <component>
        <section>
          <code code="11450-4"/>
          <title>Problems</title>
          <text><table border="1"><tbody>
            <tr ID="p1"><td>Asthma</td><td ID="p1name">since <content ID="p1date">2012</content></td></tr>
            <tr ID="p2"><td><![CDATA[Pain < 3 & falling]]> now</td><td/></tr>
          </tbody></table></text>
          <entry typeCode="DRIV">
            <act classCode="ACT" moodCode="EVN">
              <id root="2.999.5" extension="1"/>
              <statusCode code="active"/>
              <entryRelationship typeCode="SUBJ">
                <observation classCode="OBS" moodCode="EVN" negationInd="false">
                  <templateId root="2.16.840.1.113883.10.20.22.4.4"/>
                  <templateId root="2.16.840.1.113883.10.20.22.4.4" extension="2015-08-01"/>
                  <id root="2.999.6" extension="1"/>
                  <code code="55607006"><translation code="75326-9"/></code>
                  <text><reference value="#p1name"/></text>
                  <statusCode code="completed"/>
                  <effectiveTime><low value="2012"/><high nullFlavor="UNK"/></effectiveTime>
                  <value xsi:type="hl7:CD" code="195967001" displayName="Asthma"/>
                  <entryRelationship typeCode="REFR">
                    <observation><templateId root="2.16.840.1.113883.10.20.22.4.6"/><value xsi:type="CD" code="55561003"/></observation>
                  </entryRelationship>
                  <entryRelationship typeCode="SUBJ" inversionInd="true">
                    <observation><templateId root="2.16.840.1.113883.10.20.22.4.31"/><value xsi:type="PQ" value="37" unit="a"/></observation>
                  </entryRelationship>
                </observation>
              </entryRelationship>
            </act>
          </entry>
        </section>
      </component>
      <component>
        <section>
          <code code="8716-3"/>
          <title>Vital signs</title>
          <text>140 over 90</text>
          <entry>
            <organizer>
              <effectiveTime value="20240305"/>
              <component><observation><code code="8480-6"/><value xsi:type="PQ" value="140" unit="mm[Hg]"/><interpretationCode code="H"/></observation></component>
              <component><observation><code code="8462-4"/><value xsi:type="PQ" value="90" unit="mm[Hg]"/><interpretationCode code="N"/></observation></component>
              <component><observation><code code="8867-4"/><value xsi:type="PQ" value="72.5" unit="/min"/></observation></component>
            </organizer>
          </entry>
          <component>
            <section>
              <title>  Nested
                section </title>
              <entry><observation><code code="8480-6"/><value xsi:type="PQ" value="90" unit="mm[Hg]"/></observation></entry>
            </section>
          </component>
        </section>
      </component>
    </structuredBody>
  </component>
</ClinicalDocument>
`;
