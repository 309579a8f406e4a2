import { expect } from 'chai';

type Text = (value: unknown, name?: string) => string;
// The page's modules are plain JavaScript for browsers.
const modules: string[] = ['fhir', 'dosage', 'choice'].map((name) => `../../../src/service/page/${name}.js`);
const loaded = await Promise.all(modules.map((module) => import(module) as Promise<Record<string, Text>>));
const fhir = Object.assign({}, ...loaded) as Record<string, Text>;

const cases: [name: string, value: unknown, text: string][] = [
  ['dateText', '2024', '2024'],
  ['dateText', '2024-03', 'Mar 2024'],
  ['dateText', '2024-03-06', '6 Mar 2024'],
  ['dateText', '2024-03-06T10:45:12-05:00', '6 Mar 2024, 10:45 −05:00'],
  ['dateText', '2024-03-06T10:45:12.5Z', '6 Mar 2024, 10:45 UTC'],
  ['dateText', undefined, ''],
  ['periodText', { start: '2024-03-06' }, 'since 6 Mar 2024'],
  ['periodText', { end: '2024' }, 'until 2024'],
  ['periodText', { start: '2023', end: '2024' }, '2023 – 2024'],
  ['quantityText', { value: 5, unit: 'mg' }, '5 mg'],
  ['quantityText', { value: { rawJSON: '5.0' }, comparator: '<', unit: '%' }, '<5.0%'],
  ['quantityText', { value: 250, code: '10*3/uL' }, '250 10³/uL'],
  ['quantityText', { value: 1, unit: '{tablet}' }, '1 tablet'],
  ['rangeText', { low: { value: 1, unit: 'g' }, high: { value: 2, unit: 'g' } }, '1 – 2 g'],
  ['rangeText', { high: { value: 2, unit: 'g' } }, '≤ 2 g'],
  ['conceptText', { text: 'Words', coding: [{ display: 'Other' }] }, 'Words'],
  ['conceptText', { coding: [{ system: 'http://loinc.org', code: '1-8' }] }, 'LOINC 1-8'],
  [
    'conceptText',
    { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'asked-unknown' }] },
    '(asked unknown)',
  ],
  ['nameText', [{ family: 'Quan', given: ['Marisol', 'Inés'], suffix: ['MD'] }], 'Marisol Inés Quan MD'],
  ['addressText', { line: ['1 Road'], city: 'Town', state: 'WA', postalCode: '9' }, '1 Road, Town, WA 9'],
  ['dosageText', { text: 'One a day' }, 'One a day'],
  [
    'dosageText',
    {
      doseAndRate: [{ doseQuantity: { value: 2, unit: 'mL' } }],
      route: { text: 'oral' },
      timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
      asNeededBoolean: true,
    },
    '2 mL, oral, 2 times every day, as needed',
  ],
  ['timingText', { repeat: { period: 4, periodMax: 6, periodUnit: 'h' } }, 'every 4–6 hours'],
  ['languageText', { coding: [{ code: 'es' }] }, 'Spanish'],
];

describe('service/page/fhir', () => {
  for (const [name, value, text] of cases) {
    it(`writes ${text === '' ? 'nothing' : text} for ${value === undefined ? 'nothing' : JSON.stringify(value)}`, () => {
      expect(fhir[name]!(value).replaceAll('\u00A0', ' ')).to.equal(text);
    });
  }

  it('finds the value of an element with a choice of types, and the reason for a missing value', () => {
    expect(fhir.choiceText!({ valueString: 'x' }, 'value')).to.equal('x');
    expect(fhir.choiceText!({ onsetPeriod: { start: '2009' } }, 'onset')).to.equal('since 2009');
    const absent = [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }];
    expect(fhir.choiceText!({ _onsetDateTime: { extension: absent } }, 'onset')).to.equal('(unknown)');
  });
});
