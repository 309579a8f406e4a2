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

  it('tells an end that is unknown from none', () => {
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

  it('starts with a single point and has no end then', () => {
    const { reading, root, mapped } = readingOf('<effectiveTime value="20150622"/>');
    expect(toPeriod(reading, root)).to.deep.equal({ start: '2015-06-22' });
    expect(mapped()).to.deep.equal({ '@value': 'start' });
  });

  it('is absent as a whole for the null flavour of the interval', () => {
    const { reading, root } = readingOf('<effectiveTime nullFlavor="NASK"/>');
    expect(toPeriod(reading, root)).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'not-asked' }] });
    expect(period('')).to.equal(undefined);
  });

  it('drops exclusive bounds, and leaves width and center unmarked', () => {
    const { reading, root, mapped, dropped } = readingOf(
      '<effectiveTime><low value="2015" inclusive="false"/><width value="3" unit="d"/></effectiveTime>',
    );
    expect(toPeriod(reading, root)).to.deep.equal({ start: '2015' });
    expect(mapped()).to.deep.equal({ 'low/@value': 'start' });
    expect(dropped()).to.have.keys('low/@inclusive');
    expect(period('<center value="2015"/>')).to.equal(undefined);
  });

  it('is cut to what both bounds say where their order is open otherwise', () => {
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

  it('is left alone where the order is plain', () => {
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

  it('has no end where the source ends before it starts, but the text of it and a warning', () => {
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
