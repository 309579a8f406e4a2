/** Documents of any size that ask for more work than their size may cost: N of one thing times N of another. */
import { hostileDocument as doc, problem, problemSection, section, times } from './document.js';

const RESULTS = '2.16.840.1.113883.10.20.22.2.3.1';
const ENCOUNTERS = '2.16.840.1.113883.10.20.22.2.22.1';
const VITALS = '2.16.840.1.113883.10.20.22.2.4.1';
const MEDICATIONS = '2.16.840.1.113883.10.20.22.2.1.1';
const ALLERGIES = '2.16.840.1.113883.10.20.22.2.6.1';
const IMMUNIZATIONS = '2.16.840.1.113883.10.20.22.2.2.1';
const PROCEDURES = '2.16.840.1.113883.10.20.22.2.7.1';
const CARE_TEAMS = '2.16.840.1.113883.10.20.22.2.500';
const NOTES = '2.16.840.1.113883.10.20.22.2.65';

const problems = (count: number, entry: (index: number) => string, text = 'Text', authors = ''): string =>
  doc({ sections: problemSection(times(count, entry), text, authors) });
const plain = (index: number): string => problem({ id: `p${index}` });
const reference = (target: string): string => `<text><reference value="${target}"/></text>`;
const rows = (count: number): string =>
  times(count, (i) => `<tr ID="r${i}"><td>cell ${i}</td><td ID="c${i}">b</td></tr>`);
const table = (count: number, id = 'T'): string =>
  `<table ID="${id}"><thead><tr><th>Problem</th><th>Status</th></tr></thead><tbody>${rows(count)}</tbody></table>`;

const author = (inside: string, id = '<id root="2.999.3" extension="d1"/>', time = '2020'): string =>
  `<author><time value="${time}"/><assignedAuthor>${id}${inside}</assignedAuthor></author>`;
const named = (family: string): string => `<assignedPerson><name><family>${family}</family></name></assignedPerson>`;
const organization = (inside: string): string =>
  `<representedOrganization><id root="2.999.8"/><name>Org</name>${inside}</representedOrganization>`;

function encounter(ids: string, inside = '', code = '99213'): string {
  return (
    '<entry><encounter classCode="ENC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.49" extension="2015-08-01"/>' +
    `${ids}<code code="${code}" codeSystem="2.16.840.1.113883.6.12"/><effectiveTime value="20200101"/>${inside}</encounter></entry>`
  );
}
const encounterId = (index: number): string => `<id root="2.999.10" extension="e${index}"/>`;
const encounters = (count: number, entry: (index: number) => string, header = '', more = ''): string =>
  doc({ header, sections: section(ENCOUNTERS, '46240-8', 'Text', times(count, entry)) + more });
const headerEncounter = (ids: string): string =>
  `<componentOf><encompassingEncounter>${ids}<effectiveTime value="20200101"/></encompassingEncounter></componentOf>`;

function observation(id: string, inside = '', code = '718-7'): string {
  return (
    '<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2" extension="2015-08-01"/>' +
    `<id root="2.999.11" extension="${id}"/><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>` +
    `<effectiveTime value="202001011200+0000"/><value xsi:type="PQ" value="13.2" unit="g/dL"/>${inside}</observation>`
  );
}
function organizer(id: string, inside: string): string {
  return (
    '<organizer classCode="BATTERY" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.1" extension="2015-08-01"/>' +
    `<id root="2.999.12" extension="${id}"/><code code="58410-2" codeSystem="2.16.840.1.113883.6.1"/>` +
    `<statusCode code="completed"/>${inside}</organizer>`
  );
}
const results = (entries: string, text = 'Text'): string =>
  doc({ sections: section(RESULTS, '30954-2', text, entries) });

function vital(code: string, id: string): string {
  return (
    '<component><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.27" extension="2014-06-09"/>' +
    `<id root="2.999.13" extension="${id}"/><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>` +
    '<effectiveTime value="202001011200+0000"/><value xsi:type="PQ" value="120" unit="mm[Hg]"/></observation></component>'
  );
}
const vitals = (components: string): string =>
  doc({
    sections: section(
      VITALS,
      '8716-3',
      'Text',
      '<entry><organizer classCode="CLUSTER" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.26" extension="2015-08-01"/>' +
        '<id root="2.999.14"/><code code="46680005" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>' +
        `<effectiveTime value="202001011200+0000"/>${components}</organizer></entry>`,
    ),
  });

function medication(id: string, inside = '', name = 'drug'): string {
  return (
    '<entry><substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16" extension="2014-06-09"/>' +
    `<id root="2.999.15" extension="${id}"/><statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="2020"/></effectiveTime>` +
    '<doseQuantity value="1"/><consumable><manufacturedProduct classCode="MANU"><templateId root="2.16.840.1.113883.10.20.22.4.23" extension="2014-06-09"/>' +
    `<manufacturedMaterial><code code="197361" codeSystem="2.16.840.1.113883.6.88" displayName="${name}"/></manufacturedMaterial>` +
    `</manufacturedProduct></consumable>${inside}</substanceAdministration></entry>`
  );
}
const medications = (entries: string, text = 'Text'): string =>
  doc({ sections: section(MEDICATIONS, '10160-0', text, entries) });

function allergy(id: string, inside: string): string {
  return (
    '<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.30" extension="2015-08-01"/>' +
    `<id root="2.999.16" extension="${id}"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>` +
    '<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.7" extension="2014-06-09"/>' +
    `<id root="2.999.17" extension="${id}"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/>` +
    '<value xsi:type="CD" code="419199007" codeSystem="2.16.840.1.113883.6.96"/><participant typeCode="CSM"><participantRole classCode="MANU">' +
    '<playingEntity classCode="MMAT"><code code="7980" codeSystem="2.16.840.1.113883.6.88"/></playingEntity></participantRole></participant>' +
    `${inside}</observation></entryRelationship></act></entry>`
  );
}
const reaction = (id: string, inside = ''): string =>
  '<entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN">' +
  `<templateId root="2.16.840.1.113883.10.20.22.4.9" extension="2014-06-09"/><id root="2.999.18" extension="${id}"/>` +
  '<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/>' +
  `<value xsi:type="CD" code="247472004" codeSystem="2.16.840.1.113883.6.96"/>${inside}</observation></entryRelationship>`;

const reason = (inside: string): string =>
  '<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.19" extension="2014-06-09"/>' +
  `${inside}<code code="404684003" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>` +
  '<value xsi:type="CD" code="1" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>';
const pointer = (id: string): string =>
  '<entryRelationship typeCode="REFR"><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.122"/>' +
  `<id root="2.999.6" extension="${id}"/><code nullFlavor="NP"/><statusCode code="completed"/></act></entryRelationship>`;
const performer = (inside: string): string =>
  `<performer typeCode="PRF"><assignedEntity>${inside}</assignedEntity></performer>`;
const square = (count: number): number => Math.ceil(Math.sqrt(count));

/** By a name; each makes a document whose length grows with the count. */
export const shapes: Readonly<Record<string, (count: number) => string>> = {
  'problems, each on its own': (n) => problems(n, plain),
  'problems with one id and one content': (n) => problems(n, () => problem({ id: 'same' })),
  'problems with one id and many contents': (n) =>
    problems(n, (i) => problem({ id: 'same', code: String(100_000 + i) })),
  'ids of one statement': (n) =>
    problems(1, () => problem({ id: 'one', around: times(n, (i) => `<id root="2.999.5" extension="${i}"/>`) })),
  'encounters times ids': (n) =>
    encounters(
      square(n),
      (i) => encounter(times(square(n), encounterId), '', String(99_200 + i)),
      headerEncounter(times(square(n), encounterId)),
    ),
  'encounters with the id of the header': (n) =>
    encounters(n, (i) => encounter(encounterId(0), '', String(99_200 + i)), headerEncounter(encounterId(0))),
  'encounters with one id and one content': (n) =>
    encounters(n, () => encounter(encounterId(0)), headerEncounter(encounterId(0))),
  'encounters at the minute of the header': (n) =>
    encounters(n, (i) => encounter(encounterId(i)), headerEncounter(encounterId(-1))),
  'ids of the header encounter and of one other': (n) =>
    encounters(1, () => encounter(times(n, encounterId)), headerEncounter(times(n, encounterId))),
  'reasons times problems with their id': (n) =>
    encounters(
      n,
      (i) => encounter(encounterId(i), reason('<id root="2.999.6" extension="same"/>')),
      '',
      problemSection(times(n, (i) => problem({ id: 'same', code: String(10_000 + i) }))),
    ),
  'pointers in a circle': (n) => problems(n, (i) => problem({ id: `p${i}`, inside: pointer(`p${(i + 1) % n}`) })),
  'pointers in a chain backwards': (n) => problems(n, (i) => problem({ id: `p${i}`, inside: pointer(`p${i - 1}`) })),
  'pointers at one id of all': (n) =>
    problems(n, (i) => problem({ id: 'same', code: String(10_000 + i), inside: pointer('same') })),
  'pointers of one statement': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, inside: i === 0 ? times(n, (k) => pointer(`p${k}`)) : '' })),
  'references to one table': (n) => problems(n, (i) => problem({ id: `p${i}`, text: reference('#T') }), table(n)),
  'original texts that are one table': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, inValue: '<originalText><reference value="#T"/></originalText>' }),
      table(n),
    ),
  'original texts that are one paragraph': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, inValue: '<originalText><reference value="#P"/></originalText>' }),
      `<paragraph ID="P">${'word '.repeat(n)}</paragraph>`,
    ),
  'references each to a row': (n) => problems(n, (i) => problem({ id: `p${i}`, text: reference(`#r${i}`) }), table(n)),
  'references each to a cell': (n) => problems(n, (i) => problem({ id: `p${i}`, text: reference(`#c${i}`) }), table(n)),
  'references to rows without a heading': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, text: reference(`#r${i}`) }), `<table><tbody>${rows(n)}</tbody></table>`),
  'references to rows below many headings': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#r${i}`) }),
      `<table><thead>${times(n, (i) => `<tr><th>Head ${i}</th></tr>`)}</thead><tbody>${rows(n)}</tbody></table>`,
    ),
  'references to rows of one cell for all': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#r${i}`) }),
      `<table><thead><tr><th>Problem</th></tr></thead><tbody><tr><td rowspan="${n + 1}">all</td></tr>${rows(n)}</tbody></table>`,
    ),
  'references to items of one list': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#i${i}`) }),
      `<list>${times(n, (i) => `<item ID="i${i}"><caption>Status:</caption>Active</item>`)}</list>`,
    ),
  'references to the mark of one cell': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference('#m') }),
      `<table><tbody><tr><td><content ID="m"/>${times(n, (i) => `<content>w${i}</content>`)}</td></tr></tbody></table>`,
    ),
  'references to one mark of nothing': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference('#m') }),
      `<content ID="m">${times(n, () => '<content/>')}</content>`,
    ),
  'references that are words': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`word ${i} of none`) }),
      `<table><tbody>${rows(n)}</tbody></table>`,
    ),
  'references to nothing': (n) => problems(n, (i) => problem({ id: `p${i}`, text: reference(`#none${i}`) }), 'Text'),
  'references to nested contents': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#n${i % 100}`) }),
      `${times(100, (i) => `<content ID="n${i}">`)}${'word '.repeat(n)}${'</content>'.repeat(100)}`,
    ),
  'words of their own beside a long text': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: `<text>Some words<reference value="#P"/></text>` }),
      `<paragraph ID="P">${'word '.repeat(n)}</paragraph>`,
    ),
  'medications that refer to one table': (n) =>
    medications(
      times(n, (i) => medication(`m${i}`, reference('#T'))),
      table(n),
    ),
  'results that refer to one table': (n) =>
    results(
      times(n, (i) => `<entry>${observation(`o${i}`, reference('#T'))}</entry>`),
      table(n),
    ),
  'races beside SDTC races': (n) =>
    doc({
      patient: times(
        n,
        (i) =>
          `<raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.238"/><sdtc:raceCode code="${1000 + i}-1" codeSystem="2.16.840.1.113883.6.238"/>`,
      ),
    }),
  'ethnic groups': (n) =>
    doc({
      patient: times(n, (i) => `<sdtc:ethnicGroupCode code="${1000 + i}-1" codeSystem="2.16.840.1.113883.6.238"/>`),
    }),
  'languages of the patient': (n) =>
    doc({
      patient: times(
        n,
        (i) =>
          `<languageCommunication><languageCode code="a${String.fromCharCode(97 + (i % 26))}"/></languageCommunication>`,
      ),
    }),
  'telecoms of the patient': (n) => doc({ patientRole: times(n, (i) => `<telecom use="HP" value="tel:+1${i}"/>`) }),
  'addresses of the patient': (n) =>
    doc({
      patientRole: times(
        n,
        (i) => `<addr use="HP"><streetAddressLine>${i} Way</streetAddressLine><city>C</city></addr>`,
      ),
    }),
  'ids of the patient': (n) => doc({ patientRole: times(n, (i) => `<id root="2.999.2" extension="q${i}"/>`) }),
  'names of the patient': (n) =>
    doc({ patient: '' }).replace(
      '<name>',
      `${times(n, (i) => `<name use="L"><given>a${i}</given><family>b</family></name>`)}<name>`,
    ),
  'guardians of the patient': (n) =>
    doc({
      patient: times(
        n,
        (i) => `<guardian><guardianPerson><name><family>g${i}</family></name></guardianPerson></guardian>`,
      ),
    }),
  'section authors times entries': (n) =>
    problems(
      n,
      plain,
      'Text',
      times(n, (i) => author(named(`f${i}`), `<id root="2.999.3" extension="${i}"/>`)),
    ),
  'section authors of one person times entries': (n) =>
    problems(
      n,
      plain,
      'Text',
      times(n, (i) => author('', undefined, String(2000 + i))),
    ),
  'authors of one entry': (n) =>
    problems(1, () =>
      problem({ id: 'one', around: times(n, (i) => author(named(`f${i}`), `<id root="2.999.3" extension="${i}"/>`)) }),
    ),
  'telecoms of one author, one at each entry': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, around: author(`<telecom use="WP" value="tel:+1${i}"/>`) })),
  'addresses of one author, one at each entry': (n) =>
    problems(n, (i) =>
      problem({ id: `p${i}`, around: author(`<addr><streetAddressLine>${i} Way</streetAddressLine></addr>`) }),
    ),
  'names of one author, one at each entry': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, around: author(named(`f${i}`)) })),
  'telecoms of one organization, one at each entry': (n) =>
    problems(n, (i) =>
      problem({
        id: `p${i}`,
        around: author(organization(`<telecom value="tel:+1${i}"/>`), `<id root="2.999.3" extension="${i}"/>`),
      }),
    ),
  'ids of one organization, one at each entry': (n) =>
    problems(n, (i) =>
      problem({
        id: `p${i}`,
        around: author(organization(`<id root="2.999.9" extension="${i}"/>`), `<id root="2.999.3" extension="${i}"/>`),
      }),
    ),
  'authors of one name, each with an id of its own system': (n) =>
    problems(n, (i) =>
      problem({ id: `p${i}`, around: author(named('f'), `<id root="2.999.3.${i}" extension="${i}"/>`) }),
    ),
  'authors of one name, each with an id of one system': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, around: author(named('f'), `<id root="2.999.3" extension="z${i}"/>`) })),
  'organizations of one name, one with an id': (n) =>
    problems(n, (i) =>
      problem({
        id: `p${i}`,
        around: author(
          organization(i === 0 ? '<id root="2.999.9" extension="1"/>' : `<telecom value="tel:+1${i}"/>`),
          `<id root="2.999.3" extension="${i}"/>`,
        ),
      }),
    ),
  'one problem, told in each row': (n) =>
    problems(n, (i) => problem({ id: 'same', text: reference(`#r${i}`) }), table(n)),
  'authors with an id alone': (n) =>
    problems(n, (i) => problem({ id: `p${i}`, around: author('', `<id root="2.999.3" extension="z${i}"/>`) })),
  'times of one author': (n) =>
    problems(n, (i) =>
      problem({
        id: `p${i}`,
        around: author(
          '',
          undefined,
          `2020010101${String(i % 60).padStart(2, '0')}${String(Math.floor(i / 60) % 60).padStart(2, '0')}`,
        ),
      }),
    ),
  'performers of the service event': (n) =>
    doc({
      header: `<documentationOf><serviceEvent classCode="PCPR"><effectiveTime><low value="2020"/></effectiveTime>${times(n, (i) => performer(`<id root="2.999.3" extension="${i}"/>${named(`f${i}`)}`))}</serviceEvent></documentationOf>`,
    }),
  'participants of the header': (n) =>
    doc({
      header: times(
        n,
        (i) =>
          `<participant typeCode="IND"><associatedEntity classCode="NOK"><associatedPerson><name><family>f${i}</family></name></associatedPerson></associatedEntity></participant>`,
      ),
    }),
  'informants of the header times entries': (n) =>
    doc({
      header: times(
        n,
        (i) =>
          `<informant><assignedEntity><id root="2.999.3" extension="${i}"/>${named(`f${i}`)}</assignedEntity></informant>`,
      ),
      sections: problemSection(times(n, plain)),
    }),
  'documents that are replaced': (n) =>
    doc({
      header: times(
        n,
        (i) =>
          `<relatedDocument typeCode="RPLC"><parentDocument><id root="2.999.1" extension="${i}"/></parentDocument></relatedDocument>`,
      ),
    }),
  'orders that are fulfilled': (n) =>
    doc({
      header: times(
        n,
        (i) => `<inFulfillmentOf><order><id root="2.999.19" extension="${i}"/></order></inFulfillmentOf>`,
      ),
    }),
  'translations of one code': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        inValue: times(n, (i) => `<translation code="${i}" codeSystem="2.16.840.1.113883.6.90"/>`),
      }),
    ),
  'one translation again and again': (n) =>
    problems(1, () =>
      problem({ id: 'one', inValue: times(n, () => '<translation code="A" codeSystem="2.16.840.1.113883.6.90"/>') }),
    ),
  'qualifiers of one code': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        inValue: times(
          n,
          (i) =>
            `<qualifier><name code="272741003" codeSystem="2.16.840.1.113883.6.96"/><value code="${i}" codeSystem="2.16.840.1.113883.6.96"/></qualifier>`,
        ),
      }),
    ),
  'values of one observation': (n) =>
    results(
      `<entry>${observation(
        'one',
        times(n, (i) => `<value xsi:type="CD" code="${i}" codeSystem="2.16.840.1.113883.6.96"/>`),
      )}</entry>`,
    ),
  'ranges of one observation': (n) =>
    results(
      `<entry>${observation(
        'one',
        times(n, (i) => `<referenceRange><observationRange><text>r${i}</text></observationRange></referenceRange>`),
      )}</entry>`,
    ),
  'interpretations of one observation': (n) =>
    results(
      `<entry>${observation(
        'one',
        times(n, () => '<interpretationCode code="H" codeSystem="2.16.840.1.113883.5.83"/>'),
      )}</entry>`,
    ),
  'times of one problem': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        inside: times(n, (i) => `<effectiveTime><low value="${2000 + (i % 20)}"/></effectiveTime>`),
      }),
    ),
  'problems of one concern': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        around: times(n, (i) => /<entryRelationship.*<\/entryRelationship>/.exec(problem({ id: `x${i}` }))![0]),
      }),
    ),
  'results of one report': (n) =>
    results(
      `<entry>${organizer(
        'one',
        times(n, (i) => `<component>${observation(`o${i}`)}</component>`),
      )}</entry>`,
    ),
  'one result again and again in one report': (n) =>
    results(
      `<entry>${organizer(
        'one',
        times(n, () => `<component>${observation('same')}</component>`),
      )}</entry>`,
    ),
  'reports of the same results': (n) =>
    results(
      times(
        square(n),
        (k) =>
          `<entry>${organizer(
            `r${k}`,
            times(square(n), (i) => `<component>${observation(`o${i}`)}</component>`),
          )}</entry>`,
      ),
    ),
  'reports inside of reports': (n) =>
    results(
      times(
        Math.ceil(n / 50),
        (k) =>
          `<entry>${times(50, (i) => organizer(`${k}-${i}`, '<component>').replace('</organizer>', ''))}${observation(`o${k}`)}${'</component></organizer>'.repeat(50)}</entry>`,
      ),
    ),
  'blood pressures that are half told': (n) => vitals(times(n, (i) => vital('8480-6', `s${i}`))),
  'blood pressures, first all upper then all lower': (n) =>
    vitals(times(n, (i) => vital('8480-6', `s${i}`)) + times(n, (i) => vital('8462-4', `d${i}`))),
  'vital signs of one organizer': (n) => vitals(times(n, (i) => vital('8867-4', `h${i}`))),
  'medications alike': (n) => medications(times(n, (i) => medication(`m${i}`))),
  'times of one medication': (n) =>
    medications(
      medication(
        'one',
        times(
          n,
          (i) => `<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="${i + 1}" unit="h"/></effectiveTime>`,
        ),
      ),
    ),
  'preconditions of one medication': (n) =>
    medications(
      medication(
        'one',
        times(
          n,
          (i) =>
            `<precondition typeCode="PRCN"><criterion><value xsi:type="CD" code="${i}" codeSystem="2.16.840.1.113883.6.96"/></criterion></precondition>`,
        ),
      ),
    ),
  'supplies of one medication': (n) =>
    medications(
      medication(
        'one',
        times(
          n,
          (i) =>
            `<entryRelationship typeCode="REFR"><supply classCode="SPLY" moodCode="INT"><templateId root="2.16.840.1.113883.10.20.22.4.17" extension="2014-06-09"/><id root="2.999.20" extension="${i}"/><statusCode code="completed"/></supply></entryRelationship>`,
        ),
      ),
    ),
  'reactions of one allergy': (n) =>
    doc({
      sections: section(
        ALLERGIES,
        '48765-2',
        'Text',
        allergy(
          'one',
          times(n, (i) => reaction(`r${i}`)),
        ),
      ),
    }),
  'severities of one reaction': (n) =>
    doc({
      sections: section(
        ALLERGIES,
        '48765-2',
        'Text',
        allergy(
          'one',
          reaction(
            'r',
            times(
              n,
              () =>
                '<entryRelationship typeCode="SUBJ" inversionInd="true"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.8" extension="2014-06-09"/><code code="SEV" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/><value xsi:type="CD" code="6736007" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>',
            ),
          ),
        ),
      ),
    }),
  'doses of one vaccine': (n) =>
    doc({
      sections: section(
        IMMUNIZATIONS,
        '11369-6',
        'Text',
        times(
          n,
          (i) =>
            `<entry><substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false"><templateId root="2.16.840.1.113883.10.20.22.4.52" extension="2015-08-01"/><id root="2.999.21" extension="${i}"/><statusCode code="completed"/><effectiveTime value="20200101"/><consumable><manufacturedProduct classCode="MANU"><templateId root="2.16.840.1.113883.10.20.22.4.54" extension="2014-06-09"/><manufacturedMaterial><code code="88" codeSystem="2.16.840.1.113883.12.292"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>`,
        ),
      ),
    }),
  'one procedure told again with each result': (n) =>
    doc({
      sections: section(
        PROCEDURES,
        '47519-4',
        'Text',
        times(
          n,
          (i) =>
            `<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14" extension="2014-06-09"/><id root="2.999.22" extension="${i}"/><code code="73761001" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/><effectiveTime value="20200101"/></procedure></entry>`,
        ),
      ),
    }),
  'performers of one procedure': (n) =>
    doc({
      sections: section(
        PROCEDURES,
        '47519-4',
        'Text',
        `<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14" extension="2014-06-09"/><id root="2.999.22"/><code code="73761001" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>${times(n, (i) => performer(`<id root="2.999.3" extension="${i}"/>${named(`f${i}`)}`))}</procedure></entry>`,
      ),
    }),
  'members of one care team': (n) =>
    doc({
      sections: section(
        CARE_TEAMS,
        '85847-2',
        'Text',
        `<entry><organizer classCode="CLUSTER" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.500" extension="2022-06-01"/><id root="2.999.23"/><code code="86744-0" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="active"/>${times(n, (i) => `<component><act classCode="PCPR" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.500.1" extension="2022-06-01"/><id root="2.999.24" extension="${i}"/><code code="85847-2" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="active"/>${performer(`<id root="2.999.3" extension="${i}"/>${named(`f${i}`)}`)}</act></component>`)}</organizer></entry>`,
      ),
    }),
  'notes of one section': (n) =>
    doc({
      sections: section(
        NOTES,
        '34109-9',
        table(n),
        times(
          n,
          (i) =>
            `<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.202" extension="2016-11-01"/><id root="2.999.25" extension="${i}"/><code code="34109-9" codeSystem="2.16.840.1.113883.6.1"/>${reference('#T')}<statusCode code="completed"/><effectiveTime value="20200101"/></act></entry>`,
        ),
      ),
    }),
  'comments of one problem': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        inside: times(
          n,
          (i) =>
            `<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.64"/><code code="48767-8" codeSystem="2.16.840.1.113883.6.1"/><text>note ${i}</text></act></entryRelationship>`,
        ),
      }),
    ),
  'statements that nobody knows': (n) =>
    doc({
      sections: section(
        RESULTS,
        '30954-2',
        'Text',
        times(
          n,
          (i) =>
            `<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.999.99"/><id root="2.999.26" extension="${i}"/><code code="x" codeSystem="2.999.27"/>${times(3, (k) => `<entryRelationship typeCode="COMP">${observation(`u${i}-${k}`)}</entryRelationship>`)}</act></entry>`,
        ),
      ),
    }),
  'external documents of one statement': (n) =>
    problems(1, () =>
      problem({
        id: 'one',
        inside: times(
          n,
          (i) =>
            `<reference typeCode="REFR"><externalDocument><id root="2.999.28" extension="${i}"/></externalDocument></reference>`,
        ),
      }),
    ),
  sections: (n) => doc({ sections: times(n, (i) => problemSection(plain(i))) }),
  'sections with one entry for all': (n) => doc({ sections: times(n, () => problemSection(plain(0))) }),
  'sections inside of sections': (n) =>
    doc({
      sections: times(
        Math.ceil(n / 100),
        (k) =>
          `${'<component><section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><text>x</text>'.repeat(100)}${plain(k)}${'</section></component>'.repeat(100)}`,
      ),
    }),
  'templates of one statement': (n) =>
    problems(1, () => problem({ id: 'one', inside: times(n, (i) => `<templateId root="2.999.99.${i}"/>`) })),
  'a wide table': (n) =>
    problems(
      0,
      plain,
      `<table><thead><tr>${times(n, (i) => `<th>h${i}</th>`)}</tr></thead><tbody>${times(4, () => `<tr>${times(n, () => '<td>c</td>')}</tr>`)}</tbody></table>`,
    ),
  'cells that span all rows and columns': (n) =>
    problems(
      0,
      plain,
      `<table><tbody>${times(n, (i) => `<tr><td rowspan="${n - i}" colspan="1000">c</td><td colspan="9999" rowspan="9999">x</td></tr>`)}</tbody></table>`,
    ),
  'rows of a table with cells that span': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#c${i}`) }),
      `<table><tbody>${times(n, (i) => `<tr><td colspan="1000" rowspan="1000">c</td><td ID="c${i}">x</td></tr>`)}</tbody></table>`,
    ),
  footnotes: (n) =>
    problems(
      0,
      plain,
      `<paragraph>${times(n, (i) => `<footnoteRef IDREF="f${i}"/>`)}</paragraph>${times(n, (i) => `<paragraph><footnote ID="f${i}">n</footnote></paragraph>`)}`,
    ),
  'references to entries with footnotes': (n) =>
    problems(
      n,
      (i) => problem({ id: `p${i}`, text: reference(`#x${i}`) }),
      times(
        n,
        (i) => `<paragraph ID="x${i}">word <footnote ID="f${i}">n</footnote><footnoteRef IDREF="f${i}"/></paragraph>`,
      ),
    ),
  'one image shown again and again': (n) =>
    problems(
      0,
      plain,
      times(n, () => '<renderMultiMedia referencedObject="M"/>'),
    )
      .replace('<entry', '<entry')
      .replace(
        '</section>',
        `<entry><observationMedia classCode="OBS" moodCode="EVN" ID="M"><value xsi:type="ED" mediaType="image/png" representation="B64">${'iVBORw0KGgoA'.repeat(n)}</value></observationMedia></entry></section>`,
      ),
  'links inside of links': (n) =>
    problems(
      0,
      plain,
      times(
        Math.ceil(n / 100),
        () => `${'<linkHtml href="https://example.org/">'.repeat(100)}x${'</linkHtml>'.repeat(100)}`,
      ),
    ),
  'contents inside of contents': (n) =>
    problems(
      0,
      plain,
      times(Math.ceil(n / 100), () => `${'<content>'.repeat(100)}x${'</content>'.repeat(100)}`),
    ),
  'tables inside of tables': (n) =>
    problems(
      0,
      plain,
      times(Math.ceil(n / 40), () => `${'<table><tr><td>'.repeat(40)}x${'</td></tr></table>'.repeat(40)}`),
    ),
  'lists inside of lists': (n) =>
    problems(
      0,
      plain,
      times(Math.ceil(n / 60), () => `${'<list><caption>c</caption><item>'.repeat(60)}x${'</item></list>'.repeat(60)}`),
    ),
  'style codes': (n) => problems(0, plain, `<content styleCode="${'Bold '.repeat(n)}">x</content>`),
  comments: (n) =>
    problems(
      0,
      plain,
      times(n, () => 'a<!-- b -->'),
    ),
  'CDATA sections': (n) =>
    problems(
      0,
      plain,
      times(n, () => '<![CDATA[x]]>'),
    ),
  'character references': (n) =>
    problems(
      0,
      plain,
      times(n, () => '&amp;&#65;'),
    ),
  'namespace declarations': (n) =>
    problems(
      0,
      plain,
      times(n, (i) => `<content xmlns:p${i}="urn:${i}" p${i}:x="1"/>`),
    ),
  'namespace declarations inside of each other': (n) =>
    problems(
      0,
      plain,
      times(
        Math.ceil(n / 100),
        () => `${times(100, (i) => `<content xmlns:p${i}="urn:${i}">`)}${'</content>'.repeat(100)}`,
      ),
    ),
  'prefixes with one namespace': (n) =>
    problems(
      0,
      plain,
      `<content ${times(Math.min(n, 900), (i) => `xmlns:p${i}="urn:one" `)}>${times(n, (i) => `<p${(i % 900) % Math.min(n, 900)}:b/>`)}</content>`,
    ),
  'names that are all different': (n) =>
    problems(
      0,
      plain,
      times(n, (i) => `<n${i}/>`),
    ),
  'empty elements': (n) =>
    problems(
      0,
      plain,
      times(n * 5, () => '<br/>'),
    ),
  'elements of the header that nobody knows': (n) => doc({ header: times(n * 5, () => '<x/>') }),
  'null flavors everywhere': (n) =>
    problems(n, (i) => problem({ id: `p${i}` }).replace(/code="\w+"/g, 'nullFlavor="UNK"')),
  'times that are none': (n) => problems(n, (i) => problem({ id: `p${i}` }).replaceAll('20200101', `2020-13-${i}`)),
  'units that are none': (n) =>
    results(times(n, (i) => `<entry>${observation(`o${i}`).replace('g/dL', `u${i}`)}</entry>`)),
};
