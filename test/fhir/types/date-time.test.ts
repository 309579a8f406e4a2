import { expect } from 'chai';
import type { TimeZoneRule } from '../../../src/cda/reading.js';
import { nameId } from '../../../src/cda/vocabulary.js';
import { toDateTime } from '../../../src/fhir/types/date-time.js';
import { toDate } from '../../../src/fhir/types/date.js';
import { toInstant } from '../../../src/fhir/types/instant.js';
import { toTime } from '../../../src/fhir/types/time.js';
import { attribute } from '../../../src/xml/tree.js';
import { readingOf } from '../../reading-of.js';

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const ORIGINAL = 'http://hl7.org/fhir/StructureDefinition/originalText';
const NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';
const NEW_YORK: TimeZoneRule = { kind: 'zone', zone: 'America/New_York' };

function dateTime(text: string, timeZone?: TimeZoneRule): unknown {
  const { reading, root } = readingOf(`<time value="${text}"/>`, timeZone && { timeZone });
  return toDateTime(reading, root);
}

const withText = (value: string, text: string): unknown => ({
  value,
  extension: [{ url: ORIGINAL, valueString: text }],
});
const error = (text: string): unknown => ({
  extension: [
    { url: ABSENT, valueCode: 'error' },
    { url: ORIGINAL, valueString: text },
  ],
});

describe('A dateTime', () => {
  it('is as precise as its source', () => {
    expect(dateTime('2015')).to.deep.equal({ value: '2015' });
    expect(dateTime('201506')).to.deep.equal({ value: '2015-06' });
    expect(dateTime('20150622')).to.deep.equal({ value: '2015-06-22' });
    expect(dateTime('20150622103045-0500')).to.deep.equal({ value: '2015-06-22T10:30:45-05:00' });
    expect(dateTime('20150622103045.250+0000')).to.deep.equal({ value: '2015-06-22T10:30:45.250+00:00' });
    expect(dateTime('20150622103045Z')).to.deep.equal({ value: '2015-06-22T10:30:45Z' });
  });

  it('has seconds of 00 if the source has none, with the original text beside it', () => {
    expect(dateTime('201506221030-0500')).to.deep.equal(withText('2015-06-22T10:30:00-05:00', '201506221030-0500'));
  });

  it('is only the date if the time has no offset and none is known, and the text is kept', () => {
    expect(dateTime('20150622103045')).to.deep.equal(withText('2015-06-22', '20150622103045'));
    expect(dateTime('201506221030')).to.deep.equal(withText('2015-06-22', '201506221030'));
  });

  it('is only the date for an hour without minutes, which FHIR cannot say', () => {
    expect(dateTime('2015062210-0500', NEW_YORK)).to.deep.equal(withText('2015-06-22', '2015062210-0500'));
  });

  it('takes the offset of the zone, in summer and in winter, and keeps the text', () => {
    expect(dateTime('20150701120000', NEW_YORK)).to.deep.equal(withText('2015-07-01T12:00:00-04:00', '20150701120000'));
    expect(dateTime('20150101120000', NEW_YORK)).to.deep.equal(withText('2015-01-01T12:00:00-05:00', '20150101120000'));
  });

  it('takes the offset of the header', () => {
    expect(dateTime('20150701120000', { kind: 'offset', offset: '-06:00' })).to.deep.equal(
      withText('2015-07-01T12:00:00-06:00', '20150701120000'),
    );
  });

  it('keeps its own offset, whatever the zone is', () => {
    expect(dateTime('20150701120000+0200', NEW_YORK)).to.deep.equal({ value: '2015-07-01T12:00:00+02:00' });
  });

  it('is only the date for an hour that the zone has twice or never', () => {
    expect(dateTime('20151101013000', NEW_YORK)).to.deep.equal(withText('2015-11-01', '20151101013000'));
    expect(dateTime('20150308023000', NEW_YORK)).to.deep.equal(withText('2015-03-08', '20150308023000'));
  });

  it('writes the end of a day as the start of the next day', () => {
    expect(dateTime('20151231240000-0500')).to.deep.equal(withText('2016-01-01T00:00:00-05:00', '20151231240000-0500'));
    expect(dateTime('20151231240000')).to.deep.equal(withText('2015-12-31', '20151231240000'));
  });

  it('keeps a leap second', () => {
    expect(dateTime('20150630235960Z')).to.deep.equal({ value: '2015-06-30T23:59:60Z' });
  });

  it('keeps the year of a date whose other parts are 00', () => {
    expect(dateTime('20150000')).to.deep.equal(withText('2015', '20150000'));
  });

  it('is absent by error for an impossible date, with its text and a warning that does not quote it', () => {
    const { reading, root, warnings, mapped } = readingOf('<time value="20150230"/>');
    expect(toDateTime(reading, root)).to.deep.equal(error('20150230'));
    expect(warnings).to.have.length(1);
    expect(warnings[0]!.code).to.equal('impossible-date');
    expect(warnings[0]!.text).not.to.contain('20150230');
    expect(mapped()).to.deep.equal({ '@value': '' });
  });

  it('is absent for the reason of the null flavour, from which the null flavour can be recovered', () => {
    const of = (xml: string): unknown => {
      const { reading, root } = readingOf(xml);
      return toDateTime(reading, root);
    };
    expect(of('<time nullFlavor="UNK"/>')).to.deep.equal({ extension: [{ url: ABSENT, valueCode: 'unknown' }] });
    expect(of('<time nullFlavor="NI"/>')).to.deep.equal({
      extension: [
        { url: ABSENT, valueCode: 'unknown' },
        { url: NULL_FLAVOR, valueCode: 'NI' },
      ],
    });
    expect(of('<time/>')).to.equal(undefined);
    expect(of('<time value=""/>')).to.equal(undefined);
  });

  it('takes the value of an interval, else the low, else the center, never the high', () => {
    const of = (xml: string): [unknown, unknown] => {
      const { reading, root, mapped } = readingOf(`<effectiveTime>${xml}</effectiveTime>`);
      return [toDateTime(reading, root)?.value, mapped()];
    };
    expect(of('<low value="2014"/><high value="2015"/>')).to.deep.equal(['2014', { 'low/@value': '' }]);
    expect(of('<low nullFlavor="UNK"/><center value="2015"/>')).to.deep.equal(['2015', { 'center/@value': '' }]);
    expect(of('<low nullFlavor="UNK"/><high value="2015"/>')).to.deep.equal([undefined, { 'low/@nullFlavor': '' }]);
    expect(of('<high value="2015"/>')).to.deep.equal([undefined, {}]);
  });

  it('is read from an attribute that a selector chose', () => {
    const { reading, root, mapped } = readingOf('<time value="2015"/>');
    expect(toDateTime(reading, attribute(reading.tree, root, nameId('value')), 'event[0]')).to.deep.equal({
      value: '2015',
    });
    expect(mapped()).to.deep.equal({ '@value': 'event[0]' });
  });

  it('differs whenever its source differs', () => {
    const texts = ['2015', '201500', '20150000', '201506', '2015-06', '20150600', '20150622', '2015-06-22', '20150230'];
    texts.push('2015062210', '201506221030', '20150622103000', '20150622103000.0', '201506221030-0500');
    texts.push('20150622103000-0500', '20150622103000-05', '20150622103000-9900', '20150622103000Z');
    texts.push('20150622103000+0000', '2015-06-22T10:30:00-05:00', '20150622240000-0500', '20150623000000-0500');
    const made = texts.flatMap((text) => [JSON.stringify(dateTime(text)), JSON.stringify(dateTime(text, NEW_YORK))]);
    expect(new Set(made.filter((_, index) => index % 2 === 0)).size).to.equal(texts.length);
    expect(new Set(made.filter((_, index) => index % 2 === 1)).size).to.equal(texts.length);
  });
});

describe('A date', () => {
  it('is the written date, whatever its time and offset', () => {
    const { reading, root } = readingOf('<birthTime value="20150622233000-0500"/>');
    expect(toDate(reading, root)).to.deep.equal(withText('2015-06-22', '20150622233000-0500'));
  });

  it('is as precise as its source', () => {
    const { reading, root } = readingOf('<birthTime value="196502"/>');
    expect(toDate(reading, root)).to.deep.equal({ value: '1965-02' });
  });
});

describe('An instant', () => {
  it('is known to the second', () => {
    const { reading, root } = readingOf('<time value="20150622103045.5-0500"/>');
    expect(toInstant(reading, root)).to.deep.equal({ value: '2015-06-22T10:30:45.5-05:00' });
  });

  it('has seconds of 00 if the source has minutes, as a dateTime has, and keeps the text', () => {
    const { reading, root } = readingOf('<time value="202403051000-0500"/>');
    const instant = {
      value: '2024-03-05T10:00:00-05:00',
      extension: [{ url: ORIGINAL, valueString: '202403051000-0500' }],
    };
    expect(toInstant(reading, root)).to.deep.equal(instant);
    expect(toDateTime(reading, root)).to.deep.equal(instant);
  });

  it('is absent, with its text, if the source is less precise', () => {
    for (const text of ['20150622', '2015062210-0500', '201506221030', '20150622103045']) {
      const { reading, root } = readingOf(`<time value="${text}"/>`);
      expect(toInstant(reading, root)).to.deep.equal({
        extension: [
          { url: ABSENT, valueCode: 'unknown' },
          { url: ORIGINAL, valueString: text },
        ],
      });
    }
  });

  it('takes the offset of the zone', () => {
    const { reading, root } = readingOf('<time value="20150622103045"/>', { timeZone: NEW_YORK });
    expect(toInstant(reading, root)?.value).to.equal('2015-06-22T10:30:45-04:00');
  });
});

describe('A time', () => {
  it('is what the clock shows', () => {
    const { reading, root } = readingOf('<time value="201506221030-0500"/>');
    expect(toTime(reading, root)).to.deep.equal(withText('10:30:00', '201506221030-0500'));
  });

  it('is absent, with its text, if the source has no minutes', () => {
    const { reading, root } = readingOf('<time value="20150622"/>');
    expect(toTime(reading, root)?.value).to.equal(undefined);
    expect(toTime(reading, root)?.extension).to.have.length(2);
  });
});
