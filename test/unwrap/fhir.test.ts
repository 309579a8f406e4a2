import { expect } from 'chai';
import { documentOf } from './make.js';
import { documentsIn, idsIn, partsOf, told } from './parts.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const binary = (id: string) => ({
  resourceType: 'Binary',
  id,
  contentType: 'application/xml',
  data: base64(documentOf(id)),
});
const reference = (attachment: object) => ({
  resourceType: 'DocumentReference',
  masterIdentifier: { value: 'urn:oid:1.2.3' },
  content: [{ attachment }],
});
const json = (value: object): string => JSON.stringify(value);

describe('FHIR resources with documents', () => {
  it('gives the content of a Binary, a DocumentReference and a Communication', async () => {
    expect(await idsIn(json(binary('a')))).to.deep.equal(['a']);
    const [document] = await documentsIn(json(reference({ data: base64(documentOf('b')) })));
    expect(document!.facts.uniqueId).to.equal('urn:oid:1.2.3');
    const communication = {
      resourceType: 'Communication',
      payload: [{ contentAttachment: { data: base64(documentOf('c')) } }],
    };
    expect(await idsIn(json(communication))).to.deep.equal(['c']);
  });

  it('follows an attachment to the Binary in the same Bundle, and takes each once', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { fullUrl: 'urn:uuid:1', resource: binary('one') },
        { resource: reference({ url: 'urn:uuid:1' }) },
        { resource: reference({ url: 'http://server/fhir/Binary/two/_history/1' }) },
        { resource: binary('two') },
        { resource: binary('alone') },
        { resource: { resourceType: 'Patient', name: [{ family: 'Quist' }] } },
      ],
    };
    expect(await idsIn(json(bundle))).to.deep.equal(['one', 'two', 'alone']);
  });

  it('takes the CDA of a document that also comes as a PDF', async () => {
    const both = {
      resourceType: 'DocumentReference',
      content: [
        { attachment: { contentType: 'application/pdf', data: base64('%PDF-1.7') } },
        { attachment: { contentType: 'application/xml', data: base64(documentOf('cda')) } },
      ],
    };
    expect(told(await partsOf(json(both)))).to.deep.equal(['document: fhir content 2']);
  });

  it('reports an attachment that is elsewhere, or is not CDA', async () => {
    const bundle = {
      resourceType: 'Bundle',
      entry: [
        { resource: reference({ url: 'https://elsewhere/Binary/9' }) },
        { resource: reference({ contentType: 'application/pdf', data: base64('%PDF-1.7') }) },
        { resource: { resourceType: 'Binary', id: 'x' } },
      ],
    };
    expect(told(await partsOf(json(bundle)))).to.deep.equal([
      'not-supported: fhir entry 1: its attachment is a URL of something that was not sent with it',
      'not-supported: fhir entry 2: it is a PDF file, no CDA',
      'structure: fhir Binary x: it has no data',
    ]);
  });

  it('opens Parameters, also those of $submit-attachment', async () => {
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'AttachTo', valueCode: 'claim' },
        { name: 'Attachment', part: [{ name: 'Content', resource: reference({ data: base64(documentOf('p')) }) }] },
        { name: 'return', resource: { resourceType: 'Bundle', entry: [{ resource: binary('q') }] } },
      ],
    };
    expect(await idsIn(json(parameters))).to.deep.equal(['p', 'q']);
  });

  it('reports line and column where one resource stops being JSON', async () => {
    const [part] = await partsOf('{\n  "resourceType": Binary\n}');
    expect(part).to.deep.include({ kind: 'problem', text: 'it is not well-formed JSON', line: 2, column: 19 });
  });

  it('reads NDJSON, and reports the line of a mistake', async () => {
    const text = [json(binary('a')), '', '{"resourceType":', json(reference({ data: base64(documentOf('b')) }))].join(
      '\n',
    );
    expect(told(await partsOf(text))).to.deep.equal(
      ['document: fhir line 1, ', 'structure: fhir line 3: it is not well-formed JSON', 'document: fhir line 4'].map(
        (line) => line.replace(/, $/, ''),
      ),
    );
  });

  it('reads the XML form', async () => {
    const xml = `<Bundle xmlns="http://hl7.org/fhir"><entry><fullUrl value="urn:uuid:1"/><resource><Binary><id value="a"/><data value="${base64(documentOf('a'))}"/></Binary></resource></entry><entry><resource><DocumentReference><content><attachment><url value="urn:uuid:1"/></attachment></content></DocumentReference></resource></entry></Bundle>`;
    expect(await idsIn(xml)).to.deep.equal(['a']);
    expect(
      await idsIn(`<Binary xmlns="http://hl7.org/fhir"><data value="${base64(documentOf('b'))}"/></Binary>`),
    ).to.deep.equal(['b']);
  });

  it('says of a Bundle of clinical resources that there is no document in it', async () => {
    const bundle = { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Patient' } }] };
    expect(told(await partsOf(json(bundle)))).to.deep.equal(['not-supported: : there is no document in this JSON']);
  });

  it('does not follow resources that nest without end', async () => {
    const open = '{"resourceType":"Bundle","entry":[{"resource":';
    const nested = open.repeat(2000) + json(binary('deep')) + '}]}'.repeat(2000);
    expect((await partsOf(nested)).map(({ kind }) => kind)).to.deep.equal(['problem']);
  });
});
