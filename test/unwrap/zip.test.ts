import { expect } from 'chai';
import { documentOf, zipOf } from './make.js';
import { documentsIn, idsIn, partsOf, told } from './parts.js';

const metadata = (documents: readonly { id: string; uri: string; uniqueId: string }[]): string =>
  `<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>${documents
    .map(
      ({ id, uri, uniqueId }) =>
        `<ExtrinsicObject id="${id}" mimeType="text/xml"><Slot name="URI"><ValueList><Value>${uri}</Value></ValueList></Slot>` +
        `<ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="${uniqueId}"/></ExtrinsicObject>`,
    )
    .join('')}</RegistryObjectList></lcm:SubmitObjectsRequest>`;

describe('a ZIP archive', () => {
  it('gives its documents in the order of the archive, folders and all', async () => {
    const archive = zipOf([
      { name: 'export/b.xml', data: documentOf('b') },
      { name: 'export/', data: '' },
      { name: 'export/2024/a.CDA', data: documentOf('a') },
      { name: 'export/without-ending', data: documentOf('c') },
    ]);
    expect(await idsIn(archive)).to.deep.equal(['b', 'a', 'c']);
  });

  it('skips files that are not documents', async () => {
    const archive = zipOf([
      { name: 'INDEX.HTM', data: '<html/>' },
      { name: 'CDA.xsl', data: '<xsl:stylesheet/>' },
      { name: 'README', data: 'Read me' },
      { name: 'scan.pdf', data: '%PDF-1.4' },
      { name: 'a.xml', data: documentOf('a') },
    ]);
    expect(told(await partsOf(archive))).to.deep.equal(['document: zip a.xml']);
  });

  it('gives a document the files beside it to which it refers', async () => {
    const body =
      '<component><nonXMLBody><text mediaType="image/tiff"><reference value="scan.tif"/></text></nonXMLBody></component>';
    const archive = zipOf([
      { name: 'p/a.xml', data: documentOf('a', body) },
      { name: 'p/scan.tif', data: 'II*\0scan' },
      { name: 'p/other.tif', data: 'II*\0other' },
      { name: 'scan.tif', data: 'II*\0of another' },
    ]);
    const [document] = await documentsIn(archive);
    expect([...document!.files].map(([name, file]) => [name, Buffer.from(file).toString()])).to.deep.equal([
      ['scan.tif', 'II*\0scan'],
    ]);
  });

  it('takes the documents of an XDM package that METADATA.XML names, with their unique ids', async () => {
    const archive = zipOf([
      { name: 'INDEX.HTM', data: '<html/>' },
      {
        name: 'IHE_XDM/SUBSET01/METADATA.XML',
        data: metadata([{ id: 'D1', uri: 'DOC0001.XML', uniqueId: '1.2.840.1' }]),
      },
      { name: 'IHE_XDM/SUBSET01/DOC0001.XML', data: documentOf('one') },
      { name: 'IHE_XDM/SUBSET01/STYLE.XML', data: '<notes/>' },
    ]);
    const parts = await documentsIn(archive);
    expect(told(parts)).to.deep.equal(['document: xdm IHE_XDM/SUBSET01/DOC0001.XML']);
    expect(parts[0]!.facts).to.deep.equal({ uniqueId: '1.2.840.1' });
  });

  it('reports a missing document that METADATA.XML names', async () => {
    const archive = zipOf([
      {
        name: 'IHE_XDM/S/METADATA.XML',
        data: metadata([
          { id: 'D1', uri: 'A.XML', uniqueId: '1' },
          { id: 'D2', uri: 'B.XML', uniqueId: '2' },
        ]),
      },
      { name: 'IHE_XDM/S/B.XML', data: documentOf('b') },
    ]);
    expect(told(await partsOf(archive))).to.deep.equal([
      'document: xdm IHE_XDM/S/B.XML',
      'structure: zip IHE_XDM/S/A.XML: METADATA.XML names this file, but the archive does not have it',
    ]);
  });

  it('refuses paths out of the archive, links and encrypted files, and gives the other files', async () => {
    const archive = zipOf([
      { name: '../../etc/passwd.xml', data: documentOf('x') },
      { name: '/abs.xml', data: documentOf('x') },
      { name: 'link.xml', data: '/etc/passwd', mode: 0o120777 },
      { name: 'locked.xml', data: documentOf('x'), encrypted: true },
      { name: 'a.xml', data: documentOf('a') },
    ]);
    const parts = await partsOf(archive);
    expect(told(parts)).to.deep.equal([
      'not-supported: zip ../../etc/passwd.xml: its name leads out of the archive',
      'not-supported: zip /abs.xml: its name leads out of the archive',
      'not-supported: zip link.xml: it is a symbolic link',
      'not-supported: zip locked.xml: it is encrypted',
      'document: zip a.xml',
    ]);
  });

  it('does not inflate a file beyond the size that it claims', async () => {
    const archive = zipOf([
      { name: 'bomb.xml', data: Buffer.alloc(20_000_000, 0x20), claims: 100 },
      { name: 'a.xml', data: documentOf('a') },
    ]);
    expect(told(await partsOf(archive))).to.deep.equal([
      'structure: zip bomb.xml: it cannot be inflated: the archive is damaged',
      'document: zip a.xml',
    ]);
  });

  it('refuses an archive of a hundred thousand files before it reads one', async () => {
    // The count in the end record has 16 bits; 50,000 is what it can say.
    const archive = zipOf(Array.from({ length: 50_000 }, (_, index) => ({ name: `${index}.xml`, data: '' })));
    expect(told(await partsOf(archive))).to.deep.equal([
      'too-costly: : the ZIP archive has 50000 files, more than 20000',
    ]);
  });

  it('says that an archive is cut off', async () => {
    const archive = zipOf([{ name: 'a.xml', data: documentOf('a') }]);
    expect(told(await partsOf(archive.subarray(0, archive.length - 30)))).to.deep.equal([
      'structure: : the ZIP archive is damaged or not whole',
    ]);
  });

  it('reports a damaged file, and gives the others', async () => {
    const archive = zipOf([
      { name: 'a.xml', data: documentOf('a') },
      { name: 'b.xml', data: documentOf('b') },
    ]);
    archive.fill(0xff, 36, 60);
    expect((await partsOf(archive)).map(({ kind }) => kind)).to.deep.equal(['problem', 'document']);
  });
});
