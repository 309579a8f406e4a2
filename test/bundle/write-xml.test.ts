import { DOMParser, XMLSerializer, type Element } from '@xmldom/xmldom';
import { expect } from 'chai';
import { writeXml } from '../../src/bundle/write-xml.js';
import { setDecimal } from '../../src/fhir/decimal.js';
import { elementOf, isPrimitive, isResource } from '../../src/fhir/elements.js';

const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Pulse &lt; 60, "slow"</p><br/></div>';

// The keys stand in no order of FHIR's, on purpose.
const patient = {
  resourceType: 'Patient',
  active: true,
  birthDate: '1970-03-01',
  _birthDate: { id: 'b1', extension: [{ valueDateTime: '1970-03-01T10:00:00-05:00', url: 'http://example.org/time' }] },
  name: [
    {
      given: ['Ada', null, 'May'],
      _given: [null, { extension: [{ url: 'http://example.org/absent', valueCode: 'masked' }] }, null],
      family: "O'Neil & <Sons>",
      id: 'name-1',
    },
  ],
  _gender: { extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] },
  contained: [
    { resourceType: 'Organization', name: 'Clinic', id: 'org' },
    { resourceType: 'Organization', name: 'Ward', id: 'ward' },
  ],
  text: { div, status: 'generated' },
  id: 'p1',
};

const observation = {
  resourceType: 'Observation',
  valueQuantity: { unit: 'mg', value: 0 },
  status: 'final',
  code: { text: 'two\nlines\tand a tab' },
  component: [
    { code: { text: 'first' }, valueString: 'a', referenceRange: [{ text: 'b' }] },
    { valueInteger: 0, code: { text: 'second' } },
  ],
  subject: { reference: 'urn:uuid:1' },
};
setDecimal(observation.valueQuantity, 'value', '5.0');

const bundle = {
  resourceType: 'Bundle',
  entry: [
    { resource: patient, fullUrl: 'urn:uuid:1', request: { url: 'Patient/p1', method: 'PUT' } },
    { resource: observation, fullUrl: 'urn:uuid:2' },
  ],
  type: 'transaction',
};

/** Reads FHIR XML into FHIR JSON, as another program would. */
function readXml(xml: string): unknown {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  if (root === null) throw new Error('no root');
  return readResource(root);
}

function readResource(resource: Element): Record<string, unknown> {
  return { resourceType: resource.tagName, ...readElement(resource, resource.tagName) };
}

function readElement(parent: Element, typePath: string): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const { name, value } of Array.from(parent.attributes))
    if (name !== 'xmlns' && name !== 'value') made[name] = value;
  for (const child of Array.from(parent.childNodes)) {
    if (child.nodeType !== 1) continue;
    const element = child as Element;
    const name = element.tagName;
    const definition = elementOf(typePath, name);
    if (definition === undefined) throw new Error(`${typePath}.${name}`);
    const type = definition.types[0] ?? '';
    const add = (key: string, value: unknown): void => {
      if (definition.array) ((made[key] ??= []) as unknown[]).push(value);
      else made[key] = value;
    };
    if (type === 'xhtml') {
      add(name, new XMLSerializer().serializeToString(element));
    } else if (isPrimitive(type)) {
      const text = element.getAttribute('value');
      const extra = readElement(element, 'Element');
      const hasExtra = Object.keys(extra).length > 0;
      if (text !== null || definition.array) add(name, text === null ? null : readPrimitive(text, type));
      if (hasExtra || definition.array) add(`_${name}`, hasExtra ? extra : null);
    } else if (type === 'Resource') {
      add(name, readResource(Array.from(element.childNodes).find((node) => node.nodeType === 1) as Element));
    } else {
      add(name, readElement(element, definition.path ?? type));
    }
  }
  return made;
}

function readPrimitive(text: string, type: string): unknown {
  if (type === 'boolean') return text === 'true';
  return ['decimal', 'integer', 'positiveInt', 'unsignedInt'].includes(type) ? Number(text) : text;
}

describe('writeXml', () => {
  it('writes a Bundle that reads back as the same resources', () => {
    expect(readXml(writeXml(bundle))).to.deep.equal(JSON.parse(JSON.stringify(bundle)));
  });

  it('means the same with indentation', () => {
    expect(readXml(writeXml(bundle, true))).to.deep.equal(JSON.parse(JSON.stringify(bundle)));
    expect(writeXml(bundle, true)).to.include('\n  <type value="transaction"/>\n');
  });

  it('writes elements in the order of their definitions', () => {
    const names = [...writeXml(patient).matchAll(/<(id|text|contained|active|name|gender|birthDate)[ >]/g)];
    expect([...new Set(names.map((match) => match[1]))]).to.deep.equal([
      'id',
      'text',
      'contained',
      'name',
      'active',
      'gender',
      'birthDate',
    ]);
  });

  it('writes a primitive that has only extensions, a choice, a nested element of its own', () => {
    expect(writeXml(patient)).to.include(
      '<gender><extension url="http://example.org/absent"><valueCode value="unknown"/></extension></gender>',
    );
    expect(writeXml(observation)).to.include(
      '<component><code><text value="first"/></code><valueString value="a"/><referenceRange><text value="b"/></referenceRange></component>',
    );
  });

  it('keeps the digits of a decimal', () => {
    expect(writeXml(observation)).to.include('<value value="5.0"/>');
  });

  it('keeps line feeds and tabs, which a reader would turn into spaces', () => {
    expect(writeXml(observation)).to.include('value="two&#10;lines&#9;and a tab"');
  });

  it('gives a resource its id as an element and an element its id as an attribute', () => {
    expect(isResource('Patient')).to.be.true;
    expect(writeXml(patient)).to.include('<id value="p1"/>').and.to.include('<name id="name-1">');
  });

  it('refuses elements that FHIR does not have', () => {
    expect(() => writeXml({ resourceType: 'Patient', colour: 'red' })).to.throw('Patient has no element colour');
  });
});
