import { expect } from 'chai';
import { toContactPoint } from '../../../src/fhir/types/contact-point.js';
import { readingOf } from '../../reading-of.js';

function point(attributes: string, content = ''): unknown {
  const { reading, root } = readingOf(`<telecom ${attributes}>${content}</telecom>`);
  return toContactPoint(reading, root);
}

describe('A ContactPoint', () => {
  it('has its scheme as system and keeps the rest as it is written (guidance-57, -58)', () => {
    const value = (text: string): unknown => point(`value="${text}"`);
    expect(value('tel:+1(555)555-2003')).to.deep.equal({ system: 'phone', value: '+1(555)555-2003' });
    expect(value('TEL: (555) 555 2003')).to.deep.equal({ system: 'phone', value: '(555) 555 2003' });
    expect(value('tel:tel:5552003')).to.deep.equal({ system: 'phone', value: '5552003' });
    expect(value('fax:+1555')).to.deep.equal({ system: 'fax', value: '+1555' });
    expect(value('x-text-fax:+1555')).to.deep.equal({ system: 'fax', value: '+1555' });
    expect(value('sms:+1555')).to.deep.equal({ system: 'sms', value: '+1555' });
    expect(value('mailto:a@example.org')).to.deep.equal({ system: 'email', value: 'a@example.org' });
    expect(value('https://example.org/x')).to.deep.equal({ system: 'url', value: 'https://example.org/x' });
  });

  it('says that it is withheld, but is left out if nothing is known', () => {
    const masked = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' };
    expect(point('nullFlavor="MSK" use="HP"')).to.deep.equal({
      system: 'other',
      _value: { extension: [masked] },
      use: 'home',
    });
    for (const nullFlavor of ['UNK', 'NI', 'NAV', 'NA'])
      expect(point(`nullFlavor="${nullFlavor}"`)).to.equal(undefined);
  });

  it('recognizes numbers and addresses without a scheme', () => {
    const value = (text: string): unknown => point(`value="${text}"`);
    expect(value('(555) 555-2003')).to.deep.equal({ system: 'phone', value: '(555) 555-2003' });
    expect(value('555-2003 x12')).to.deep.equal({ system: 'phone', value: '555-2003 x12' });
    expect(value('a@example.org')).to.deep.equal({ system: 'email', value: 'a@example.org' });
    expect(value('www.example.org')).to.deep.equal({ system: 'url', value: 'www.example.org' });
    expect(value('ask at desk')).to.deep.equal({ system: 'other', value: 'ask at desk' });
    expect(value('constructor:x')).to.deep.equal({ system: 'other', value: 'constructor:x' });
    expect(value('sip:a@example.org')).to.deep.equal({ system: 'other', value: 'sip:a@example.org' });
  });

  it('is none if a telephone number has no digit', () => {
    for (const text of ['tel:none', 'tel:+', 'fax:N/A']) expect(point(`value="${text}"`)).to.equal(undefined);
    expect(point('value="tel:1-800-QUILLS2"')).to.deep.equal({ system: 'phone', value: '1-800-QUILLS2' });
  });

  it('has the use of CF-TelecomUse (guidance-56)', () => {
    const use = (code: string): unknown => point(`value="tel:1" use="${code}"`);
    expect(use('HP')).to.deep.equal({ system: 'phone', value: '1', use: 'home' });
    expect(use('WP')).to.deep.equal({ system: 'phone', value: '1', use: 'work' });
    expect(use('MC')).to.deep.equal({ system: 'phone', value: '1', use: 'mobile' });
    expect(use('BAD')).to.deep.equal({ system: 'phone', value: '1', use: 'old' });
    expect(use('EC')).to.deep.equal({ system: 'phone', value: '1' });
  });

  it('is a pager if its use says so, for work or mobile', () => {
    expect(point('value="tel:1" use="PG"')).to.deep.equal({ system: 'pager', value: '1', use: 'mobile' });
    expect(point('value="tel:1" use="WP PG"')).to.deep.equal({ system: 'pager', value: '1', use: 'work' });
  });

  it('marks a use only if FHIR has all of its meaning', () => {
    const marksUse = (code: string): boolean => {
      const { reading, root, mapped } = readingOf(`<telecom value="tel:1" use="${code}"/>`);
      toContactPoint(reading, root);
      return '@use' in mapped();
    };
    expect(['HP', 'MC', 'PG', 'WP PG'].map(marksUse)).to.deep.equal([true, true, true, true]);
    expect(['HV', 'PUB', 'EC', 'WP HP', 'PG HV'].map(marksUse)).to.deep.equal([false, false, false, false, false]);
  });

  it('has its time of use as its period', () => {
    expect(
      point('value="tel:1"', '<useablePeriod xsi:type="IVL_TS"><low value="2001"/></useablePeriod>'),
    ).to.deep.equal({
      system: 'phone',
      value: '1',
      period: { start: '2001' },
    });
  });

  it('is absent if there is no value', () => {
    expect(point('nullFlavor="UNK"')).to.equal(undefined);
    expect(point('value="tel:" use="HP"')).to.equal(undefined);
    expect(point('value=""')).to.equal(undefined);
  });
});
