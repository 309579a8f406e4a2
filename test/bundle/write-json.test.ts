import { expect } from 'chai';
import { writeJson } from '../../src/bundle/write-json.js';
import { setDecimal } from '../../src/fhir/decimal.js';

function quantity(text: string): { value?: number; unit: string } {
  const made = { unit: 'mg' };
  setDecimal(made, 'value', text);
  return made;
}

describe('writeJson', () => {
  it('writes the same as JSON.stringify if no decimal needs its digits kept', () => {
    const resource = { resourceType: 'Observation', valueQuantity: { value: 5 }, note: [null, 'a "b" \\ \n', true] };
    expect(writeJson(resource)).to.equal(JSON.stringify(resource));
    expect(writeJson(resource, true)).to.equal(JSON.stringify(resource, undefined, 2));
  });

  for (const digits of ['5.0', '0.10', '-1.50', '100.00', '1.0e3', '0.00000000000000000001']) {
    it(`keeps the digits ${digits}`, () => {
      const json = writeJson({ resourceType: 'Observation', component: [{ valueQuantity: quantity(digits) }] });
      expect(json).to.include(`"value":${digits}`);
      expect(JSON.parse(json)).to.deep.equal({
        resourceType: 'Observation',
        component: [{ valueQuantity: { unit: 'mg', value: Number(digits) } }],
      });
    });
  }

  it('keeps the digits in indented text', () => {
    expect(writeJson({ dose: quantity('5.0') }, true)).to.equal(
      '{\n  "dose": {\n    "unit": "mg",\n    "value": 5.0\n  }\n}',
    );
  });

  it('leaves the resource as it was, numbers and all', () => {
    const dose = Object.freeze(quantity('5.0'));
    const resource = Object.freeze({ dose });
    writeJson(resource);
    expect(resource.dose).to.equal(dose);
    expect(dose.value).to.equal(5);
  });

  it('writes a number that was changed after its digits were kept', () => {
    const dose = quantity('5.0');
    dose.value = 7;
    expect(writeJson({ dose })).to.equal('{"dose":{"unit":"mg","value":7}}');
  });

  it('never takes a text of the document for a decimal, whatever characters it has', () => {
    const text = ['\uE000:5.0', '\uE0001:5.0', '"\uE000:1"', '\uE000'];
    const json = writeJson({ text, dose: quantity('5.0') });
    expect(JSON.parse(json)).to.deep.equal({ text, dose: { unit: 'mg', value: 5 } });
    expect(json).to.include('"value":5.0');
  });
});
