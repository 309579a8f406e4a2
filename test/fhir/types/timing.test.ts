import { expect } from 'chai';
import { nameId } from '../../../src/cda/vocabulary.js';
import { EXACT } from '../../../src/fhir/decimal.js';
import { toTiming } from '../../../src/fhir/types/timing.js';
import { children } from '../../../src/xml/tree.js';
import { readingOf } from '../../reading-of.js';

const EFFECTIVE_TIME = nameId('effectiveTime');
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const BOUNDS = '<effectiveTime xsi:type="IVL_TS"><low value="20120806"/><high nullFlavor="UNK"/></effectiveTime>';

interface Made {
  readonly timing: unknown;
  readonly mapped: Record<string, string>;
  readonly used: string[];
}

function made(effectiveTimes: string): Made {
  const { reading, root, mapped, used } = readingOf(
    `<substanceAdministration>${effectiveTimes}</substanceAdministration>`,
  );
  const timing = toTiming(reading, children(reading.tree, root, EFFECTIVE_TIME));
  return { timing, mapped: mapped(), used: used() };
}

function pivl(period: string, attributes = 'operator="A"'): string {
  return `<effectiveTime xsi:type="PIVL_TS" ${attributes}>${period}</effectiveTime>`;
}

function eivl(parts: string, operator = 'A'): string {
  return `<effectiveTime xsi:type="EIVL_TS" operator="${operator}">${parts}</effectiveTime>`;
}

const every = (value: string, unit: string): string => pivl(`<period value="${value}" unit="${unit}"/>`);
const institution = (value: string, unit: string): string =>
  pivl(`<period value="${value}" unit="${unit}"/>`, 'institutionSpecified="true" operator="A"');

describe('A Timing', () => {
  it('joins bounds and rhythm, and marks each fact with its place', () => {
    const { timing, mapped, used } = made(BOUNDS + every('12', 'h'));
    expect(timing).to.deep.equal({
      repeat: {
        boundsPeriod: { start: '2012-08-06', _end: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } },
        frequency: 1,
        period: 12,
        periodUnit: 'h',
      },
    });
    expect(mapped).to.deep.equal({
      'effectiveTime/low/@value': 'repeat.boundsPeriod.start',
      'effectiveTime/high/@nullFlavor': 'repeat.boundsPeriod.end',
      'effectiveTime/period/@value': 'repeat.period',
      'effectiveTime/period/@unit': 'repeat.periodUnit',
    });
    expect(used).to.deep.equal(['effectiveTime/@operator']);
  });

  it('is a number of times a day if the institution chooses the hours', () => {
    const { timing, used } = made(institution('8', 'h'));
    expect(timing).to.deep.equal({ repeat: { frequency: 3, period: 1, periodUnit: 'd' } });
    expect(used).to.have.members(['effectiveTime/@institutionSpecified', 'effectiveTime/@operator']);
    expect(made(institution('24', 'h')).timing).to.deep.equal({ repeat: { frequency: 1, period: 1, periodUnit: 'd' } });
    expect(made(institution('0.5', 'd')).timing).to.deep.equal({
      repeat: { frequency: 2, period: 1, periodUnit: 'd' },
    });
    expect(made(institution('480', 'min')).timing).to.deep.equal({
      repeat: { frequency: 3, period: 1, periodUnit: 'd' },
    });
  });

  it('is once in every period if the period does not divide a day, whoever chooses the hours', () => {
    const { timing, used } = made(institution('36', 'h'));
    expect(timing).to.deep.equal({ repeat: { frequency: 1, period: 36, periodUnit: 'h' } });
    expect(used, 'institutionSpecified decided nothing').to.deep.equal(['effectiveTime/@operator']);
    expect(made(institution('1', 'wk')).timing).to.deep.equal({
      repeat: { frequency: 1, period: 1, periodUnit: 'wk' },
    });
    expect(made(institution('2', 'd')).timing).to.deep.equal({ repeat: { frequency: 1, period: 2, periodUnit: 'd' } });
  });

  it('knows every unit of time', () => {
    for (const unit of ['s', 'min', 'h', 'd', 'wk', 'mo', 'a']) {
      expect(made(every('2', unit)).timing).to.deep.equal({ repeat: { frequency: 1, period: 2, periodUnit: unit } });
    }
  });

  it('keeps the digits of the period', () => {
    const { timing } = made(every('1.50', 'h'));
    expect((timing as { repeat: { [EXACT]: object } }).repeat[EXACT]).to.deep.equal({ period: '1.50' });
  });

  it('has a range of periods', () => {
    const range = '<period><low value="4" unit="h"/><high value="6" unit="h"/></period>';
    const { timing, mapped } = made(pivl(range));
    expect(timing).to.deep.equal({ repeat: { frequency: 1, period: 4, periodMax: 6, periodUnit: 'h' } });
    expect(mapped).to.have.keys(
      'effectiveTime/period/low/@value',
      'effectiveTime/period/low/@unit',
      'effectiveTime/period/high/@value',
      'effectiveTime/period/high/@unit',
    );
    expect(made(pivl(range, 'institutionSpecified="true"')).timing).to.deep.equal({
      repeat: { frequency: 4, frequencyMax: 6, period: 1, periodUnit: 'd' },
    });
    expect(made(pivl('<period><low value="4" unit="h"/></period>')).timing).to.deep.equal({
      repeat: { frequency: 1, period: 4, periodUnit: 'h' },
    });
  });

  it('leaves the high of a range unmarked if it has another unit or is below the low', () => {
    for (const high of ['<high value="1" unit="d"/>', '<high value="2" unit="h"/>', '<high nullFlavor="UNK"/>']) {
      const { timing, mapped } = made(pivl(`<period><low value="4" unit="h"/>${high}</period>`));
      expect(timing).to.deep.equal({ repeat: { frequency: 1, period: 4, periodUnit: 'h' } });
      expect(mapped).to.have.keys('effectiveTime/period/low/@value', 'effectiveTime/period/low/@unit');
    }
  });

  it('has a period that is not a time as the text of its code', () => {
    const { timing, mapped } = made(pivl('<period unit="TWICE,A,DAY"/>'));
    expect(timing).to.deep.equal({ code: { text: 'TWICE,A,DAY' } });
    expect(mapped).to.deep.equal({ 'effectiveTime/period/@unit': 'code.text' });
    expect(made(every('1', 'QWEEK')).timing).to.deep.equal({ code: { text: '1 QWEEK' } });
  });

  it('has an unknown rhythm as an absent code', () => {
    expect(made(BOUNDS + pivl('<period nullFlavor="UNK"/>')).timing).to.deep.equal({
      repeat: { boundsPeriod: { start: '2012-08-06', _end: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } } },
      code: { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    });
    expect(made('<effectiveTime xsi:type="PIVL_TS" nullFlavor="UNK"/>').timing).to.deep.equal({
      code: { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    });
    expect(made('<effectiveTime xsi:type="IVL_TS" nullFlavor="UNK"/>').timing).to.deep.equal({
      repeat: { boundsPeriod: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } },
    });
  });

  it('is absent for an empty period', () => {
    for (const period of [
      '<period value="0" unit="h"/>',
      '<period value="-8" unit="h"/>',
      '<period value="8"/>',
      '<period/>',
    ]) {
      expect(made(pivl(period)), period).to.deep.equal({ timing: undefined, mapped: {}, used: [] });
    }
  });

  it('has single times as events', () => {
    const { timing, mapped } = made('<effectiveTime value="20120806"/><effectiveTime value="201208071030"/>');
    expect(timing).to.deep.equal({
      event: ['2012-08-06', '2012-08-07'],
      _event: [
        null,
        { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: '201208071030' }] },
      ],
    });
    expect(Object.values(mapped)).to.deep.equal(['event[1]']);
  });

  it('has events of the day', () => {
    const { timing, mapped, used } = made(
      eivl('<event code="ACM" codeSystem="2.16.840.1.113883.5.139"/>') + eivl('<event code="HS"/>', 'I'),
    );
    expect(timing).to.deep.equal({ repeat: { when: ['ACM', 'HS'] } });
    expect(mapped).to.deep.equal({ 'effectiveTime/event/@code': 'repeat.when[1]' });
    expect(used).to.have.members(['effectiveTime/@operator', 'effectiveTime/event/@codeSystem']);
  });

  it('has events of the day beside a rhythm', () => {
    expect(made(every('1', 'd') + eivl('<event code="HS"/>')).timing).to.deep.equal({
      repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['HS'] },
    });
  });

  it('counts the minutes away from an event in the direction that the event has', () => {
    const offset = (code: string, value: string, unit: string): unknown =>
      made(eivl(`<event code="${code}"/><offset><low value="${value}" unit="${unit}"/></offset>`)).timing;
    expect(offset('AC', '-1', 'h')).to.deep.equal({ repeat: { when: ['AC'], offset: 60 } });
    expect(offset('PCM', '30', 'min')).to.deep.equal({ repeat: { when: ['PCM'], offset: 30 } });
    expect(offset('HS', '0.5', 'h')).to.deep.equal({ repeat: { when: ['HS'], offset: 30 } });
    expect(offset('C', '0', 's'), 'no offset').to.deep.equal({ repeat: { when: ['C'] } });
  });

  it('is in words if FHIR has no place for the time between the event and the dose', () => {
    const offset = (code: string, value: string, unit: string): unknown =>
      made(eivl(`<event code="${code}"/><offset><low value="${value}" unit="${unit}"/></offset>`)).timing;
    expect(offset('AC', '1', 'h'), 'after "before"').to.deep.equal({ code: { text: 'at AC offset 1 h' } });
    expect(offset('HS', '-1', 'h'), 'before "after"').to.deep.equal({ code: { text: 'at HS offset -1 h' } });
    expect(offset('C', '1', 'h'), 'FHIR R4 tim-9').to.deep.equal({ code: { text: 'at C offset 1 h' } });
    expect(offset('PC', '45', 's'), 'no whole minute').to.deep.equal({ code: { text: 'at PC offset 45 s' } });
  });

  it('lasts as long as the width', () => {
    expect(made(eivl('<event code="PC"/><offset><width value="10" unit="min"/></offset>')).timing).to.deep.equal({
      repeat: { when: ['PC'], duration: 10, durationUnit: 'min' },
    });
    expect(made(pivl('<phase><width value="2" unit="h"/></phase><period value="1" unit="d"/>')).timing).to.deep.equal({
      repeat: { frequency: 1, period: 1, periodUnit: 'd', duration: 2, durationUnit: 'h' },
    });
  });

  it('has events that FHIR lacks in its code', () => {
    expect(made(eivl('<event code="ICM"/>')).timing).to.deep.equal({
      code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-TimingEvent', code: 'ICM' }] },
    });
    expect(made(eivl('<event code="QHS"/>')).timing).to.deep.equal({ code: { text: 'QHS' } });
    expect(made(eivl('<event code="HS" codeSystem="1.2.3"/>'))).to.deep.equal({
      timing: undefined,
      mapped: {},
      used: [],
    });
  });

  it('has only a width as the length of its bounds', () => {
    expect(made('<effectiveTime xsi:type="IVL_TS"><width value="10" unit="d"/></effectiveTime>').timing).to.deep.equal({
      repeat: { boundsDuration: { value: 10, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } },
    });
  });

  it('looks into a parenthetic expression', () => {
    const inside = (BOUNDS + every('12', 'h')).replaceAll('effectiveTime', 'comp');
    expect(made(`<effectiveTime xsi:type="SXPR_TS">${inside}</effectiveTime>`).timing).to.deep.equal(
      made(BOUNDS + every('12', 'h')).timing,
    );
  });

  it('never has the times that the source excludes, or another set than the source has: those are text', () => {
    for (const operator of ['E', 'H', 'P']) {
      const other = pivl('<period value="12" unit="h"/>', `operator="${operator}"`);
      expect(made(BOUNDS + other).timing, operator).to.have.nested.property(
        'code.text',
        operator === 'E' ? 'except every 12 h' : 'every 12 h',
      );
      expect(made(BOUNDS + other).timing, operator).not.to.have.nested.property('repeat.period');
    }
    expect(made('<effectiveTime operator="E" value="2015"/>').timing).to.deep.equal({ code: { text: 'except 2015' } });
    const but =
      '<effectiveTime xsi:type="IVL_TS" operator="E"><low value="20240105"/><high value="20240107"/></effectiveTime>';
    expect(made(every('8', 'h') + but).timing).to.deep.equal({
      code: { text: 'every 8 h, except 2024-01-05 to 2024-01-07' },
    });
  });

  it('ignores the operator of the first part, which joins it to nothing', () => {
    expect(made(pivl('<period value="12" unit="h"/>', 'operator="I"')).timing).to.deep.equal(
      made(every('12', 'h')).timing,
    );
  });

  it('has one rhythm; two rhythms together are text, with no half coded', () => {
    const week = pivl('<period value="7" unit="d"/>');
    const { timing, mapped } = made(BOUNDS + every('24', 'h') + week);
    expect(timing).to.deep.equal({
      repeat: { boundsPeriod: { start: '2012-08-06', _end: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } } },
      code: { text: 'every 24 h, only where also every 7 d' },
    });
    expect(Object.values(mapped)).to.include.members(['code.text']);
    expect(mapped['effectiveTime/period/@value']).to.equal('code.text');
    expect(made(every('12', 'h') + pivl('<period value="1" unit="wk"/>', 'operator="I"')).timing).to.deep.equal({
      code: { text: 'every 12 h, and also every 1 wk' },
    });
    expect(made(every('4', 'h') + eivl('<event code="HS" codeSystem="1.2.3"/>')).timing).to.deep.equal({
      code: { text: 'every 4 h, only where also at HS' },
    });
  });

  it('has a rhythm and events of the day together, and different events with an offset as text', () => {
    expect(made(pivl('<period value="7" unit="d"/>') + eivl('<event code="HS"/>')).timing).to.deep.equal({
      repeat: { frequency: 1, period: 7, periodUnit: 'd', when: ['HS'] },
    });
    const before = eivl('<event code="AC"/><offset><low value="-30" unit="min"/></offset>');
    const after = eivl('<event code="PC"/><offset><low value="1" unit="h"/></offset>', 'I');
    expect(made(before + after).timing).to.deep.equal({
      code: { text: 'at AC offset -30 min, and also at PC offset 1 h' },
    });
  });

  it('has two times of the day as two', () => {
    const at = (time: string, operator: string, period = '<period value="1" unit="d"/>') =>
      `<comp xsi:type="PIVL_TS" ${operator}><phase value="${time}"/>${period}</comp>`;
    const both = (second: string) =>
      `<effectiveTime xsi:type="SXPR_TS">${at('202401010800', '')}${second}</effectiveTime>`;
    const original = (text: string) => ({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: text }],
    });
    for (const operator of ['operator="I"', '', 'operator="A"']) {
      expect(made(both(at('202401012000', operator))).timing, operator).to.deep.equal({
        repeat: {
          frequency: 2,
          period: 1,
          periodUnit: 'd',
          timeOfDay: ['08:00:00', '20:00:00'],
          _timeOfDay: [original('202401010800'), original('202401012000')],
        },
      });
    }
    expect(made(both(at('202401012000', 'operator="E"'))).timing).to.deep.equal({
      code: { text: 'every 1 d from 2024-01-01 08:00, except every 1 d from 2024-01-01 20:00' },
    });
    expect(made(both(at('202401012000', 'operator="I"', '<period value="2" unit="d"/>'))).timing).to.deep.equal({
      code: { text: 'every 1 d from 2024-01-01 08:00, and also every 2 d from 2024-01-01 20:00' },
    });
  });

  it('has the hour of a daily rhythm, and how long it lasts', () => {
    const phase = '<phase><low value="20240101080000-0500"/><width value="30" unit="min"/></phase>';
    expect(made(pivl(`${phase}<period value="24" unit="h"/>`)).timing).to.deep.nested.include({
      'repeat.frequency': 1,
      'repeat.period': 24,
      'repeat.periodUnit': 'h',
      'repeat.timeOfDay': ['08:00:00'],
      'repeat.duration': 30,
    });
  });

  it('has one bounds element; a second stays unmarked', () => {
    const { timing, mapped } = made(every('12', 'h') + BOUNDS + BOUNDS);
    expect(timing).to.deep.include({
      repeat: {
        frequency: 1,
        period: 12,
        periodUnit: 'h',
        boundsPeriod: { start: '2012-08-06', _end: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } },
      },
    });
    expect(Object.keys(mapped)).to.have.length(4);
  });

  it('is absent without any time', () => {
    expect(made('<effectiveTime/>').timing).to.equal(undefined);
    expect(made('').timing).to.equal(undefined);
  });
});
