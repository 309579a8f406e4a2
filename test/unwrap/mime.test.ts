import { expect } from 'chai';
import { documentOf } from './make.js';
import { documentsIn, idsIn, partsOf, told } from './parts.js';

const base64 = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');

const soap = (body: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;

const provide = (documents: string): string =>
  soap(
    `<xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="urn:ihe:iti:xds-b:2007"><SubmitObjectsRequest><RegistryObjectList>` +
      `<ExtrinsicObject id="Document01"><ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="1.2.3^77"/></ExtrinsicObject>` +
      `</RegistryObjectList></SubmitObjectsRequest>${documents}</xds:ProvideAndRegisterDocumentSetRequest>`,
  );

describe('MIME and SOAP', () => {
  it('gives the attachments of a message that are documents', async () => {
    const message = [
      'From: direct@linden.example',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="x"',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'Please find the summary attached.',
      '--x',
      'Content-Type: application/xml; name="summary.xml"',
      'Content-Transfer-Encoding: base64',
      '',
      base64(documentOf('a')),
      '--x',
      'Content-Type: image/png; name="logo.png"',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0KGgo=',
      '--x--',
      '',
    ].join('\r\n');
    const parts = await partsOf(message);
    expect(told(parts)).to.deep.equal(['document: mime part 1']);
    expect((await documentsIn(message))[0]!.name).to.equal('summary.xml');
  });

  it('recognizes a body by the boundary of its Content-Type, or by its own first line', async () => {
    const body = `--y\r\nContent-Type: text/xml\r\n\r\n${documentOf('a')}\r\n--y--\r\n`;
    expect(await idsIn(body, { mediaType: 'multipart/related; boundary=y' })).to.deep.equal(['a']);
    expect(await idsIn(body)).to.deep.equal(['a']);
  });

  it('opens MTOM: the SOAP message names the part by its Content-ID', async () => {
    const request = provide(
      '<xds:Document id="Document01"><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:doc%401"/></xds:Document>',
    );
    const body = [
      '--m',
      'Content-Type: application/xop+xml; type="application/soap+xml"',
      'Content-ID: <root>',
      '',
      request,
      '--m',
      'Content-Type: application/octet-stream',
      'Content-ID: <doc@1>',
      'Content-Transfer-Encoding: binary',
      '',
      documentOf('mtom'),
      '--m--',
      '',
    ].join('\r\n');
    const [document] = await documentsIn(body, {
      mediaType: 'multipart/related; boundary=m; type="application/xop+xml"',
    });
    expect(Buffer.from(document!.bytes).toString()).to.equal(documentOf('mtom'));
    expect(document!.facts).to.deep.equal({ uniqueId: '1.2.3^77' });
  });

  it('opens SOAP with the document in it', async () => {
    const [document] = await documentsIn(
      provide(`<xds:Document id="Document01">${base64(documentOf('s'))}</xds:Document>`),
    );
    expect(document!.facts).to.deep.equal({ uniqueId: '1.2.3^77' });
    const retrieve = soap(
      `<RetrieveDocumentSetResponse><DocumentResponse><DocumentUniqueId>9.9</DocumentUniqueId><Document>${base64(documentOf('r'))}</Document></DocumentResponse></RetrieveDocumentSetResponse>`,
    );
    expect((await documentsIn(retrieve))[0]!.facts).to.deep.equal({ uniqueId: '9.9' });
  });

  it('says that the parts of a SOAP message are missing', async () => {
    const request = provide('<xds:Document id="Document01"><Include href="cid:1"/></xds:Document>');
    expect(told(await partsOf(request))).to.deep.equal([
      'structure: : the SOAP message names parts beside it (XOP); send the whole MIME message',
    ]);
  });

  it('refuses a document type declaration in an envelope', async () => {
    const attack = `<!DOCTYPE x [<!ENTITY a "b">]>${provide('')}`;
    expect(told(await partsOf(attack))).to.deep.equal([
      'not-supported: : the SOAP message has a document type declaration',
    ]);
  });
});
