/**
 * What is shown of each kind of resource. A kind has a title, a test, and columns; the first column that is text of a
 * code also shows the codes. What no kind claims lands in the last one, so no resource is hidden.
 */
import {
  addressText,
  choiceText,
  codesText,
  codeText,
  conceptText,
  contactText,
  dateText,
  dosageText,
  identifierText,
  nameText,
  periodText,
  quantityText,
  rangeText,
} from './fhir.js';

const type =
  (...names) =>
  ({ resourceType }) =>
    names.includes(resourceType);

const observation =
  (...categories) =>
  (resource) =>
    resource.resourceType === 'Observation' &&
    (resource.category ?? []).some(({ coding }) => (coding ?? []).some(({ code }) => categories.includes(code)));

const joined = (values, text) => (values ?? []).map(text).filter(Boolean).join(', ');
const column = (title, text, codes) => ({ title, text, codes });
const code = (title) =>
  column(
    title,
    ({ code }) => conceptText(code),
    ({ code }) => codesText(code),
  );
/** Words that turn the meaning of a row round; whoever overlooks one takes a refuted diagnosis for a diagnosis. */
const DENIALS = ['refuted', 'entered-in-error', 'not-done', 'not to be done'];

function statusWords({ status, clinicalStatus, verificationStatus, doNotPerform }) {
  const verified = codeText(verificationStatus);
  return [
    doNotPerform === true ? 'not to be done' : '',
    codeText(clinicalStatus),
    verified === 'confirmed' ? '' : verified,
    clinicalStatus === undefined && verified === '' ? status : '',
  ].filter(Boolean);
}

const status = {
  title: 'Status',
  text: (resource) => statusWords(resource).join(', '),
  flag: (resource) => statusWords(resource).some((word) => DENIALS.includes(word)),
};
const when = (name) => column('When', (resource) => choiceText(resource, name));

const value = column('Result', (resource) => {
  const parts = (resource.component ?? []).map((part) => `${conceptText(part.code)}: ${valueText(part)}`);
  const own = valueText(resource);
  return [own, ...parts].filter(Boolean).join('; ');
});

function valueText(resource) {
  return choiceText(resource, 'value') || conceptText(resource.dataAbsentReason);
}

/** Letters of v3 ObservationInterpretation that say "not as it should be", with what they mean. */
const FLAGS = {
  L: 'low',
  LL: 'critically low',
  H: 'high',
  HH: 'critically high',
  A: 'abnormal',
  AA: 'critical',
  POS: 'positive',
  N: 'normal',
  NEG: 'negative',
};

export function flagOf(resource) {
  const codes = (resource.interpretation ?? []).map(codeText).filter(Boolean);
  return {
    text: codes.map((each) => FLAGS[each] ?? each).join(', '),
    alarming: codes.some((each) => !['N', 'NEG'].includes(each)),
  };
}

const flag = {
  title: 'Flag',
  text: (resource) => flagOf(resource).text,
  flag: (resource) => flagOf(resource).alarming,
};
const range = column('Reference range', ({ referenceRange }) =>
  (referenceRange ?? []).map((each) => [rangeText(each), each.text].filter(Boolean).join(' ')).join('; '),
);
const notes = column('Notes', ({ note }) => joined(note, ({ text }) => text));

export const kinds = [
  {
    id: 'problems',
    title: 'Problems',
    test: type('Condition'),
    columns: [
      code('Problem'),
      status,
      column('Began', (resource) => choiceText(resource, 'onset')),
      column('Ended', (resource) => choiceText(resource, 'abatement')),
      column('Kind', ({ category }) => conceptText(category?.[0]).toLowerCase()),
    ],
  },
  {
    id: 'allergies',
    title: 'Allergies',
    test: type('AllergyIntolerance'),
    columns: [
      code('Substance'),
      column('Reaction', ({ reaction }) =>
        joined(reaction, ({ manifestation, severity }) =>
          [joined(manifestation, conceptText), severity && `(${severity})`].filter(Boolean).join(' '),
        ),
      ),
      column('Risk', ({ criticality }) => criticality ?? ''),
      status,
      column('Began', (resource) => choiceText(resource, 'onset')),
    ],
  },
  {
    id: 'medications',
    title: 'Medications',
    test: type('MedicationRequest', 'MedicationStatement', 'MedicationAdministration'),
    columns: [
      column('Medicine', medicineText, (resource, find) =>
        codesText(resource.medicationCodeableConcept ?? find(resource.medicationReference)?.code),
      ),
      column('How to take it', ({ dosageInstruction, dosage }) =>
        joined(dosageInstruction ?? [dosage].flat().filter(Boolean), dosageText),
      ),
      status,
      column('When', (resource) => choiceText(resource, 'effective') || dateText(resource.authoredOn)),
      column('For', ({ reasonCode }) => joined(reasonCode, conceptText)),
    ],
  },
  {
    id: 'dispenses',
    title: 'Dispensed',
    test: type('MedicationDispense'),
    columns: [
      column('Medicine', medicineText),
      column('Quantity', ({ quantity }) => quantityText(quantity)),
      status,
      column('When', ({ whenHandedOver, whenPrepared }) => dateText(whenHandedOver ?? whenPrepared)),
    ],
  },
  {
    id: 'immunizations',
    title: 'Immunizations',
    test: type('Immunization', 'ImmunizationRecommendation'),
    columns: [
      column(
        'Vaccine',
        ({ vaccineCode }) => conceptText(vaccineCode),
        ({ vaccineCode }) => codesText(vaccineCode),
      ),
      when('occurrence'),
      {
        ...status,
        text: (resource) =>
          [statusWords(resource).join(', '), conceptText(resource.statusReason)].filter(Boolean).join(': '),
      },
      column('Lot', ({ lotNumber }) => lotNumber ?? ''),
    ],
  },
  {
    id: 'results',
    title: 'Results',
    test: observation('laboratory', 'imaging'),
    groups: 'DiagnosticReport',
    columns: [code('Test'), value, flag, range, when('effective'), notes],
  },
  {
    id: 'vitals',
    title: 'Vital signs',
    test: observation('vital-signs'),
    columns: [code('Measure'), value, flag, when('effective')],
  },
  {
    id: 'reports',
    title: 'Reports',
    test: type('DiagnosticReport'),
    columns: [
      code('Report'),
      when('effective'),
      column('Status', ({ status }) => status ?? ''),
      column('Conclusion', ({ conclusion, conclusionCode }) => conclusion ?? joined(conclusionCode, conceptText)),
    ],
  },
  {
    id: 'procedures',
    title: 'Procedures',
    test: type('Procedure'),
    columns: [
      code('Procedure'),
      when('performed'),
      status,
      column('Site', ({ bodySite }) => joined(bodySite, conceptText)),
    ],
  },
  {
    id: 'encounters',
    title: 'Encounters',
    test: type('Encounter'),
    columns: [
      column(
        'Encounter',
        ({ type, class: kind }) => joined(type, conceptText) || kind?.display || kind?.code || '',
        ({ type }) => (type ?? []).flatMap(codesText),
      ),
      column('When', ({ period }) => periodText(period)),
      column('Where', ({ location, serviceProvider }, find) =>
        joined(
          [...(location ?? []).map((each) => each.location), serviceProvider].filter(Boolean),
          (reference) => labelOf(find(reference)) || reference.display || '',
        ),
      ),
      status,
    ],
  },
  {
    id: 'observations',
    title: 'Social history and other observations',
    test: type('Observation'),
    columns: [
      code('What'),
      value,
      when('effective'),
      column('Kind', ({ category }) => conceptText(category?.[0]).toLowerCase()),
    ],
  },
  {
    id: 'plans',
    title: 'Plans, goals and orders',
    test: type(
      'CarePlan',
      'Goal',
      'ServiceRequest',
      'CareTeam',
      'DeviceRequest',
      'NutritionOrder',
      'Appointment',
      'Communication',
      'Task',
    ),
    columns: [
      column(
        'What',
        (resource) => labelOf(resource),
        ({ code }) => codesText(code),
      ),
      column('Kind', ({ resourceType }) => resourceType),
      { ...status, text: (resource) => statusWords(resource).join(', ') || (resource.lifecycleStatus ?? '') },
      column(
        'When',
        (resource) =>
          choiceText(resource, 'occurrence') || choiceText(resource, 'start') || periodText(resource.period),
      ),
    ],
  },
  {
    id: 'people',
    title: 'People and places',
    folded: true,
    test: type('Practitioner', 'PractitionerRole', 'RelatedPerson', 'Organization', 'Location'),
    columns: [
      column('Name', (resource, find) => labelOf(resource, find)),
      column('Kind', ({ resourceType, relationship, code, specialty }) =>
        [resourceType, joined(relationship ?? code ?? specialty, conceptText)].filter(Boolean).join(': '),
      ),
      column('Contact', ({ telecom }) => joined(telecom, contactText)),
      column('Address', ({ address }) => addressText(Array.isArray(address) ? address[0] : address)),
    ],
  },
  {
    id: 'provenance',
    title: 'Who said it',
    folded: true,
    test: type('Provenance'),
    columns: [
      column('Authors', (resource, find) => agentsText(resource, find, (role) => role === 'author') || 'nobody named'),
      column('Others', (resource, find) => agentsText(resource, find, (role) => role !== 'author')),
      column('Resources', ({ target }) => String((target ?? []).length)),
      column('When', ({ recorded }) => dateText(recorded)),
    ],
  },
  {
    id: 'others',
    title: 'Everything else',
    folded: true,
    test: ({ resourceType }) => !['Patient', 'Composition'].includes(resourceType),
    columns: [
      column('What', (resource, find) => labelOf(resource, find) || resource.resourceType),
      column('Kind', ({ resourceType }) => resourceType),
      column('Status', ({ status }) => status ?? ''),
      column(
        'Date',
        (resource) =>
          dateText(resource.date ?? resource.recorded ?? resource.authoredOn) || choiceText(resource, 'effective'),
      ),
    ],
  },
];

function medicineText({ medicationCodeableConcept, medicationReference }, find) {
  return (
    conceptText(medicationCodeableConcept) ||
    conceptText(find(medicationReference)?.code) ||
    medicationReference?.display ||
    ''
  );
}

/** Names of those agents whose role passes; with the role where it is not that of an author. */
function agentsText({ agent }, find, passes) {
  const names = (agent ?? []).flatMap((each) => {
    const role = codeText(each.type) || codeText(each.role?.[0]);
    const name = labelOf(find(each.who), find) || each.who?.display;
    if (!name || !passes(role)) return [];
    return role === 'author' ? [name] : [`${name} (${role})`];
  });
  return [...new Set(names)].join(', ');
}

/** The best short name of any resource. */
export function labelOf(resource, find = () => undefined) {
  if (resource === undefined) return '';
  const { name, code, type, title, description, identifier, deviceName, vaccineCode, practitioner, organization } =
    resource;
  if (resource.resourceType === 'PractitionerRole') {
    return (
      [labelOf(find(practitioner)), labelOf(find(organization))].filter(Boolean).join(', ') || joined(code, conceptText)
    );
  }
  if (resource.resourceType === 'Provenance') {
    return agentsText(resource, find, (role) => role === 'author');
  }
  return (
    (Array.isArray(name) ? nameText(name) : name) ||
    conceptText(Array.isArray(code) ? code[0] : code) ||
    title ||
    (typeof description === 'string' ? description : conceptText(description)) ||
    conceptText(vaccineCode) ||
    conceptText(Array.isArray(type) ? type[0] : type) ||
    deviceName?.[0]?.name ||
    joined((identifier ? [identifier].flat() : []).slice(0, 1), identifierText)
  );
}

/** Resources by the kind that claims them first; kinds without any are left out. */
export function sorted(resources) {
  const left = new Set(resources);
  return kinds
    .map((kind) => {
      const rows = [...left].filter(kind.test);
      for (const row of rows) left.delete(row);
      return { kind, rows };
    })
    .filter(({ rows }) => rows.length > 0);
}
