/**
 * What the page shows of each kind of resource. A kind has a title, a test, and columns. A resource of no other kind
 * belongs to the last one, so no resource is hidden.
 */
import { code, column, flag, notes, range, status, statusWords, value, when } from './columns.js';
import { choiceText } from './choice.js';
import { addressText, codesText, conceptText, contactText, dateText, periodText, quantityText } from './fhir.js';
import { dosageText } from './dosage.js';
import { agentsText, joined, labelOf, medicineText } from './label.js';

const type =
  (...names) =>
  ({ resourceType }) =>
    names.includes(resourceType);

const observation =
  (...categories) =>
  (resource) =>
    resource.resourceType === 'Observation' &&
    (resource.category ?? []).some(({ coding }) => (coding ?? []).some(({ code }) => categories.includes(code)));

const kinds = [
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

/** The resources of each kind. A resource belongs to the first kind whose test it passes; empty kinds are left out. */
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
