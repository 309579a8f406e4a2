import { expect } from 'chai';
import { choose, conversionTo } from '../../src/fhir/conversions.js';
import { readingOf } from '../reading-of.js';

/** Where the facts of a fragment went when it became that FHIR type. */
function places(fhirType: string, cdaType: string, fragment: string): Record<string, string> {
  const { reading, root, mapped } = readingOf(fragment);
  conversionTo(fhirType)?.convert(reading, root, cdaType, []);
  return mapped();
}

describe('conversions', () => {
  it('note places below the element that they make, and never put the CDA type into them', () => {
    expect(places('Coding', 'CD', '<code code="1" codeSystem="2.16.840.1.113883.6.1"/>')).to.deep.equal({
      '@code': 'code',
      '@codeSystem': 'system',
    });
    expect(places('code', 'CS', '<statusCode code="active"/>')).to.deep.equal({ '@code': '' });
    expect(places('string', 'ST', '<title>Title</title>')).to.deep.equal({ 'text()': '' });
    expect(places('uri', 'TEL', '<reference value="http://example.org/a"/>')).to.deep.equal({ '@value': '' });
    expect(places('dateTime', 'TS', '<time value="2024"/>')).to.deep.equal({ '@value': '' });
    expect(places('Period', 'IVL_TS', '<effectiveTime><low value="2024"/></effectiveTime>')).to.deep.equal({
      'low/@value': 'start',
    });
  });

  it('note places of choice elements in the same way', () => {
    const { reading, root, mapped } = readingOf('<value xsi:type="PQ" value="3" unit="mg"/>');
    expect(choose(reading, root, 'PQ', ['Quantity', 'string'])?.type).to.equal('Quantity');
    expect(mapped()['@value']).to.equal('value');
  });

  it('put codings of the systems asked for first in a concept', () => {
    const { reading, root } = readingOf(
      '<code code="386661006" codeSystem="2.16.840.1.113883.6.96"><translation code="8310-5" codeSystem="2.16.840.1.113883.6.1"/></code>',
    );
    const concept = conversionTo('CodeableConcept')?.convert(reading, root, 'CD', ['http://loinc.org']);
    expect(concept).to.have.nested.property('coding[0].code', '8310-5');
  });
});
