/** The banner: the patient, and the title, date and authors of the document. */
import { element } from './element.js';
import { choiceText } from './choice.js';
import { addressText, conceptText, contactText, dateText, identifierText, languageText, nameText } from './fhir.js';
import { labelOf } from './label.js';
import { detailsButton } from './resource-dialog.js';

export function banner(patient, composition, context) {
  const about = composition && [
    element('strong', {}, composition.title ?? conceptText(composition.type)),
    dateText(composition.date),
    labelOf(context.find(composition.custodian), context.find),
    (composition.author ?? [])
      .map((author) => labelOf(context.find(author), context.find))
      .filter(Boolean)
      .slice(0, 2)
      .join('; '),
  ];
  const deceased = patient && choiceText(patient, 'deceased');
  const facts = patient
    ? [
        ['Sex', patient.gender],
        ['Born', dateText(patient.birthDate)],
        ['Deceased', deceased === 'no' ? '' : deceased],
        ['Identifiers', (patient.identifier ?? []).map(identifierText).filter(Boolean).join(', ')],
        ['Address', addressText(patient.address?.[0])],
        ['Contact', (patient.telecom ?? []).map(contactText).join(', ')],
        [
          'Language',
          (patient.communication ?? [])
            .map(({ language }) => languageText(language))
            .filter(Boolean)
            .join(', '),
        ],
      ].filter(([, text]) => text)
    : [];
  return element(
    'section',
    { class: 'banner', 'aria-label': 'Patient and document' },
    element(
      'div',
      { class: 'who' },
      element('h2', {}, patient ? nameText(patient.name) || 'No name' : 'No patient'),
      patient && detailsButton(patient, context),
    ),
    element(
      'dl',
      { class: 'facts' },
      facts.map(([name, text]) => element('div', {}, element('dt', {}, name), element('dd', {}, text))),
    ),
    about &&
      element(
        'p',
        { class: 'about' },
        about.filter(Boolean).flatMap((part, index) => (index === 0 ? [part] : [' · ', part])),
      ),
  );
}
