import { expect } from 'chai';
import type { FhirResource, Observation, ValueSet } from 'fhir/r4.js';
import { readQuery } from '../../src/search/query.js';
import { resourceIndex } from '../../src/search/resource-index.js';
import { SearchError } from '../../src/search/search-error.js';
import { search } from '../../src/search/search.js';
import type { DateReading } from '../../src/search/time-range.js';
import { valueSetIndex } from '../../src/search/value-set.js';

const SET = 'https://example.org/ValueSet/a1c';
const valueSets = valueSetIndex([
  {
    resourceType: 'ValueSet',
    url: SET,
    status: 'active',
    compose: { include: [{ system: 'http://loinc.org', concept: [{ code: '4548-4' }] }] },
  },
]);

function found(query: string, resources: readonly object[], dates: DateReading = 'search'): string[] {
  const context = { index: resourceIndex(resources as FhirResource[]), valueSets, dates };
  return search(readQuery(query), context).matches.map(({ id }) => id!);
}

const observation = (id: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' }], text: 'A1c' },
  ...more,
});

const at = (effectiveDateTime: string): Observation => observation(effectiveDateTime, { effectiveDateTime });
const during = (start: string | undefined, end: string | undefined): Observation =>
  observation(`${start ?? ''}/${end ?? ''}`, {
    effectivePeriod: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) },
  });

describe('search', () => {
  describe('by token', () => {
    const resources = [
      observation('coded'),
      observation('text', { code: { text: 'A1c by hand' } }),
      observation('local', { code: { coding: [{ code: '4548-4' }] } }),
      observation('preliminary', { status: 'preliminary' }),
    ];

    for (const [query, expected] of [
      ['code=4548-4', ['coded', 'local', 'preliminary']],
      ['code=http://loinc.org|4548-4', ['coded', 'preliminary']],
      ['code=http://loinc.org|', ['coded', 'preliminary']],
      ['code=|4548-4', ['local']],
      ['code:not=http://loinc.org|', ['local', 'text']],
      [`code:in=${SET}`, ['coded', 'preliminary']],
      [`code:not-in=${SET}`, ['local', 'text']],
      ['code:text=hemo', ['coded', 'preliminary']],
      ['status=final,amended', ['coded', 'local', 'text']],
      ['status:not=final', ['preliminary']],
      ['value-quantity:missing=true', ['coded', 'local', 'preliminary', 'text']],
      ['code=4548-4&status=final&_sort=-_id&_count=1', ['local']],
    ] as const) {
      it(query, () => expect(found(`Observation?${query}`, resources)).to.deep.equal(expected));
    }
  });

  describe("by date, FHIR's own examples (R4 3.1.1.4.7)", () => {
    for (const [query, date, expected] of [
      ['eq2013-01-14', '2013-01-14T00:00', true],
      ['eq2013-01-14', '2013-01-14T10:00', true],
      ['eq2013-01-14', '2013-01-15T00:00', false],
      ['ne2013-01-14', '2013-01-15T00:00', true],
      ['ne2013-01-14', '2013-01-14T00:00', false],
      ['lt2013-01-14T10:00', '2013-01-14', true],
      ['gt2013-01-14T10:00', '2013-01-14', true],
      ['ge2013-03-14', '2013-03-21', true],
      ['le2013-03-14', '2013-01-21', true],
      ['sa2013-03-14', '2013-03-15', true],
      ['sa2013-03-14', '2013-03-14', false],
      ['eb2013-03-14', '2013-03-13', true],
      ['eb2013-03-14', '2013-03-14', false],
    ] as const) {
      it(`date=${query} ${expected ? 'finds' : 'leaves out'} ${date}`, () => {
        expect(found(`Observation?date=${query}`, [at(date)])).to.have.length(expected ? 1 : 0);
      });
    }

    it('finds a Period that reaches into the window, and one that has not ended', () => {
      const window = 'Observation?date=ge2023-01-17&date=le2023-01-17';
      expect(found(window, [during('2023-01-10', '2023-01-17T14:00:00-06:00')])).to.have.length(1);
      expect(found(window, [during('2023-01-10', undefined)])).to.have.length(1);
      expect(found(window, [during('2023-01-10', '2023-01-16')])).to.have.length(0);
      expect(found('Observation?date=2023-01-17', [during('2023-01-10', '2023-01-17')])).to.have.length(0);
    });

    it('compares instants if both have an offset, else the written days', () => {
      const late = at('2023-01-17T23:30:00-06:00');
      expect(found('Observation?date=2023-01-17', [late])).to.have.length(1);
      expect(found('Observation?date=ge2023-01-18T05:00:00Z', [late])).to.have.length(1);
      expect(found('Observation?date=ge2023-01-18T06:00:00Z', [late])).to.have.length(0);
    });
  });

  describe('by an imprecise date', () => {
    const window = 'Observation?date=ge2023-03-01&date=le2023-12-31';

    it('is certain only if the whole span matches', () => {
      expect(found(window, [at('2023'), at('2023-06'), at('2023-03')], 'certain')).to.deep.equal([
        '2023-03',
        '2023-06',
      ]);
    });

    it('is possible if a part of the span matches', () => {
      expect(found(window, [at('2023'), at('2022'), at('2023-06')], 'possible')).to.deep.equal(['2023', '2023-06']);
    });

    it('is not certain of a stay that began before and has no stated end', () => {
      expect(found(window, [during('2020-01-01', undefined)], 'certain')).to.have.length(0);
      expect(found(window, [during('2023-04-01', undefined)], 'certain')).to.have.length(1);
    });
  });

  describe("by quantity, FHIR's own examples (R4 3.1.1.4.6)", () => {
    const value = (number: number, code = 'mg', comparator?: '<' | '>'): Observation =>
      observation('q', {
        valueQuantity: {
          value: number,
          system: 'http://unitsofmeasure.org',
          code,
          ...(comparator === undefined ? {} : { comparator }),
        },
      });
    for (const [query, resource, expected] of [
      ['5.4|http://unitsofmeasure.org|mg', value(5.4), true],
      ['5.40|http://unitsofmeasure.org|mg', value(5.41), false],
      ['5.4|http://unitsofmeasure.org|mg', value(5.42), true],
      ['gt5.4', value(5.5), true],
      ['gt5.4', value(5.4), false],
      ['le5.4', value(5.4), true],
      ['ap5.4', value(5.8), true],
      ['ap5.4', value(6.5), false],
      ['gt1|http://unitsofmeasure.org|g', value(1500), true],
      ['gt2|http://unitsofmeasure.org|g', value(1500), false],
      ['lt5', value(5, 'mg', '<'), true],
      ['lt4', value(5, 'mg', '<'), false],
      ['gt5', value(5, 'mg', '>'), true],
    ] as const) {
      it(`value-quantity=${query} ${expected ? 'finds' : 'leaves out'} ${JSON.stringify(resource.valueQuantity)}`, () => {
        expect(found(`Observation?value-quantity=${query}`, [resource])).to.have.length(expected ? 1 : 0);
      });
    }
  });

  describe('by reference', () => {
    const medication = { resourceType: 'Medication', id: 'm', code: { coding: [{ system: 's', code: 'statin' }] } };
    const request = {
      resourceType: 'MedicationRequest',
      id: 'r',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/p' },
      medicationReference: { reference: 'Medication/m' },
    };
    const patient = { resourceType: 'Patient', id: 'p', name: [{ family: 'Müller' }], birthDate: '1970-01-01' };
    const provenance = {
      resourceType: 'Provenance',
      id: 'v',
      target: [{ reference: 'MedicationRequest/r' }],
      recorded: '2023-01-01T00:00:00Z',
      agent: [],
    };
    const all = [medication, request, patient, provenance];

    for (const [query, expected] of [
      ['MedicationRequest?medication=m', ['r']],
      ['MedicationRequest?medication=Medication/m', ['r']],
      ['MedicationRequest?medication=Medication/other', []],
      ['MedicationRequest?medication.code=s|statin', ['r']],
      ['MedicationRequest?subject:Patient.birthdate=1970', ['r']],
      ['MedicationRequest?_has:Provenance:target:recorded=ge2023', ['r']],
      ['MedicationRequest?_has:Provenance:target:recorded=ge2024', []],
      ['Patient?family=mull', ['p']],
      ['Patient?family:exact=Muller', []],
    ] as const) {
      it(query, () => expect(found(query, all)).to.deep.equal(expected));
    }

    it('returns the resources that _include and _revinclude name', () => {
      const query = readQuery('MedicationRequest?_include=MedicationRequest:medication&_revinclude=Provenance:target');
      const context = { index: resourceIndex(all as unknown as FhirResource[]), valueSets, dates: 'search' as const };
      expect(search(query, context).included.map(({ id }) => id)).to.deep.equal(['m', 'v']);
    });
  });

  describe('refuses parameters that it does not support', () => {
    for (const [query, message] of [
      ['Observation?cod=1', /no search parameter cod; did you mean code\?/],
      ['Observaton?code=1', /no search of Observaton; did you mean Observation\?/],
      ['Observation?code:above=1', /:above can't be asked of a token/],
      ['Observation?date=yesterday', /is no date/],
      ['Observation?date=2023-02-30', /is no date/],
      ['Observation?date=ap2023', /no clock/],
      ['Observation?value-quantity=much', /is no number/],
      ['Observation?code', /has no value/],
      ['Observation?_count=all', /_count is a number/],
      ['Observation?code.display=1', /is no reference/],
      ['Observation?_include=Observation:code', /is no reference/],
      ['Observation?constructor=1', /no search parameter constructor/],
      ['Observation?code=%zz', /hexadecimal/],
    ] as const) {
      it(query, () => expect(() => readQuery(query)).to.throw(SearchError, message));
    }
  });

  describe('agrees with Medplum’s matcher where Medplum is right', () => {
    const resources = [
      at('2023-01-17'),
      at('2023-01-18T10:00:00Z'),
      at('2022-12-31'),
      observation('x', { status: 'amended', code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] } }),
    ];
    let medplum: typeof import('@medplum/core');
    before(async () => {
      // It extends WebSocket when it is loaded, which Node 20 does not have.
      Object.assign(globalThis, { WebSocket: Object });
      medplum = await import('@medplum/core');
      for (const [code, type, expression] of [
        ['code', 'token', 'Observation.code'],
        ['status', 'token', 'Observation.status'],
        ['date', 'date', 'Observation.effective'],
      ] as const) {
        medplum.indexSearchParameter({
          resourceType: 'SearchParameter',
          url: `http://hl7.org/fhir/SearchParameter/Observation-${code}`,
          status: 'active',
          name: code,
          description: code,
          code,
          type,
          base: ['Observation'],
          expression,
        });
      }
    });

    for (const query of [
      'Observation?code=4548-4',
      'Observation?code=http://loinc.org|8480-6',
      'Observation?code:not=4548-4',
      'Observation?status=amended',
      'Observation?date=ge2023-01-01',
      'Observation?date=lt2023-01-01',
      'Observation?status=final&date=gt2023-01-17',
    ]) {
      it(query, () => {
        const judge = resources.filter((one) =>
          medplum.matchesSearchRequest(one as never, medplum.parseSearchRequest(query)),
        );
        expect(found(query, resources).sort()).to.deep.equal(judge.map(({ id }) => id!).sort());
      });
    }
  });

  describe('with ValueSets', () => {
    const set = (url: string, compose: ValueSet['compose']): ValueSet => ({
      resourceType: 'ValueSet',
      url,
      status: 'active',
      ...(compose === undefined ? {} : { compose }),
    });

    it('supports whole systems, other sets, exclusions and expansions', () => {
      const index = valueSetIndex([
        set('a', { include: [{ system: 's' }], exclude: [] }),
        set('b', {
          include: [{ system: 's', concept: [{ code: '1' }, { code: '2' }] }],
          exclude: [{ system: 's', concept: [{ code: '2' }] }],
        }),
        set('c', { include: [{ valueSet: ['b'] }] }),
        { ...set('d', undefined), expansion: { timestamp: '2023-01-01', contains: [{ system: 's', code: '9' }] } },
      ]);
      expect(['a', 'b', 'c', 'd'].map((url) => index.has(url, 's', '1'))).to.deep.equal([true, true, true, false]);
      expect(['a', 'b', 'c', 'd'].map((url) => index.has(url, 's', '2'))).to.deep.equal([true, false, false, false]);
      expect(index.has('d', 's', '9')).to.equal(true);
    });

    it('says why a set cannot be used', () => {
      const index = valueSetIndex([
        set('f', { include: [{ system: 's', filter: [{ property: 'concept', op: 'is-a', value: '1' }] }] }),
        set('g', { include: [{ valueSet: ['nowhere'] }] }),
      ]);
      expect(index.why('f')).to.contain('filter');
      expect(index.why('g')).to.contain('nowhere');
      expect(index.why('h')).to.contain('no ValueSet h');
    });
  });
});
