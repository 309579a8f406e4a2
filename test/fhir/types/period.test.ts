import { expect } from 'chai';
import { toPeriod } from '../../../src/fhir/types/period.js';
import { readingOf, type ReadingOptions } from '../../reading-of.js';

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const text = (valueString: string): object => ({
  url: 'http://hl7.org/fhir/StructureDefinition/originalText',
  valueString,
});

function period(parts: string, options?: ReadingOptions): unknown {
  const { reading, root } = readingOf(`<effectiveTime>${parts}</effectiveTime>`, options);
  return toPeriod(reading, root);
}

describe('A Period', () => {
  it('has low and high, each with its own precision', () => {
    const { reading, root, mapped } = readingOf(
      '<effectiveTime><low value="201506"/><high value="20160102103000-0500"/></effectiveTime>',
    );
    expect(toPeriod(reading, root, 'repeat.boundsPeriod')).to.deep.equal({
      start: '2015-06',
      end: '2016-01-02T10:30:00-05:00',
    });
    expect(mapped()).to.deep.equal({
      'low/@value': 'repeat.boundsPeriod.start',
      'high/@value': 'repeat.boundsPeriod.end',
    });
  });

  it('distinguishes an unknown end from no end', () => {
    expect(period('<low value="2015"/>')).to.deep.equal({ start: '2015' });
    expect(period('<low value="2015"/><high nullFlavor="UNK"/>')).to.deep.equal({
      start: '2015',
      _end: { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    });
    expect(period('<low value="2015"/><high nullFlavor="NA"/>')).to.deep.equal({
      start: '2015',
      _end: { extension: [{ url: ABSENT, valueCode: 'not-applicable' }] },
    });
  });

  it('starts at a single point, and then has no end', () => {
    const { reading, root, mapped } = readingOf('<effectiveTime value="20150622"/>');
    expect(toPeriod(reading, root)).to.deep.equal({ start: '2015-06-22' });
    expect(mapped()).to.deep.equal({ '@value': 'start' });
  });

  it('is absent as a whole for the null flavour of the interval', () => {
    const { reading, root } = readingOf('<effectiveTime nullFlavor="NASK"/>');
    expect(toPeriod(reading, root)).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'not-asked' }] });
    expect(period('')).to.equal(undefined);
  });

  it('drops exclusive bounds', () => {
    const { reading, root, mapped, dropped } = readingOf(
      '<effectiveTime><low value="2015" inclusive="false"/></effectiveTime>',
    );
    expect(toPeriod(reading, root)).to.deep.equal({ start: '2015' });
    expect(mapped()).to.deep.equal({ 'low/@value': 'start' });
    expect(dropped()).to.have.keys('low/@inclusive');
  });

  it('has the bound that follows from a width, with the width as text', () => {
    const width = (value: string, unit: string) => `<width value="${value}" unit="${unit}"/>`;
    const said = (text_: string) => ({ extension: [text(text_)] });
    expect(period(`<low value="20240301"/>${width('2', 'wk')}`)).to.deep.equal({
      start: '2024-03-01',
      end: '2024-03-15',
      _end: said('2 wk'),
    });
    expect(period(`${width('1', 'mo')}<high value="20240331"/>`)).to.deep.equal({
      start: '2024-02-29',
      _start: said('1 mo'),
      end: '2024-03-31',
    });
    expect(period(`<center value="20240310"/>${width('4', 'd')}`)).to.deep.equal({
      start: '2024-03-08',
      _start: said('4 d'),
      end: '2024-03-12',
      _end: said('4 d'),
    });
    expect(period(`<low value="202403010830-0500"/>${width('45', 'min')}`)).to.deep.equal({
      start: '2024-03-01T08:30:00-05:00',
      _start: said('202403010830-0500'),
      end: '2024-03-01T09:15:00-05:00',
      _end: said('45 min'),
    });
    expect(period(`<low value="2015"/>${width('1', 'a')}`)).to.deep.include({ start: '2015', end: '2016' });
  });

  it('has no bound if none follows: for a year in days, a day in hours, a width that is not a time', () => {
    for (const width of [
      ['3', 'd'],
      ['8', 'h'],
      ['5', 'mg'],
      ['x', 'a'],
      ['-1', 'a'],
      ['0.5', 'a'],
    ])
      expect(
        period(`<low value="2015"/><width value="${width[0]}" unit="${width[1]}"/>`),
        width.join(' '),
      ).to.deep.equal({ start: '2015' });
    expect(period('<low value="20150101"/><high value="20150105"/><width value="9" unit="d"/>')).to.deep.include({
      end: '2015-01-05',
    });
  });

  it('takes a center without bounds as a point', () => {
    expect(period('<center value="2015"/>')).to.deep.equal({ start: '2015' });
  });

  it('is cut to the precision of both bounds if their order would be unclear otherwise', () => {
    expect(period('<low value="20150622"/><high value="20150622103000-0500"/>')).to.deep.equal({
      start: '2015-06-22',
      end: '2015-06-22',
      _end: { extension: [text('20150622103000-0500')] },
    });
    expect(period('<low value="20150622"/><high value="201506"/>')).to.deep.equal({
      start: '2015-06',
      _start: { extension: [text('20150622')] },
      end: '2015-06',
    });
    // In UTC it starts on the 23rd, which is how validators compare it with a date.
    expect(period('<low value="20150622233000-0500"/><high value="20150623"/>')).to.deep.equal({
      start: '2015-06-22',
      _start: { extension: [text('20150622233000-0500')] },
      end: '2015-06-23',
    });
  });

  it('keeps its precision if the order is clear', () => {
    expect(period('<low value="20150621"/><high value="20150622103000-0500"/>')).to.deep.equal({
      start: '2015-06-21',
      end: '2015-06-22T10:30:00-05:00',
    });
    expect(period('<low value="20150622103000+0500"/><high value="20150622103000-0500"/>')).to.deep.equal({
      start: '2015-06-22T10:30:00+05:00',
      end: '2015-06-22T10:30:00-05:00',
    });
    expect(period('<low value="2015"/><high value="2015"/>')).to.deep.equal({ start: '2015', end: '2015' });
  });

  it('has no end if the source ends before it starts, but the text of the end and a warning', () => {
    const { reading, root, warnings } = readingOf(
      '<effectiveTime><low value="20150622103000-0500"/><high value="20150622102959.9-0500"/></effectiveTime>',
    );
    expect(toPeriod(reading, root)).to.deep.equal({
      start: '2015-06-22T10:30:00-05:00',
      _end: { extension: [{ url: ABSENT, valueCode: 'error' }, text('20150622102959.9-0500')] },
    });
    expect(warnings.map(({ code }) => code)).to.deep.equal(['impossible-date']);
  });
});
