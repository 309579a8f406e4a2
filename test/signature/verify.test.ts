import { createHash, createHmac, createSign } from 'node:crypto';
import { expect } from 'chai';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.js';
import { C14N, digestOf, documentWith, DS, ENVELOPED, EXC, HOLDER, peopleOrSkip, signed, type Person } from './sign.js';

describe('a signature of a document', function () {
  this.timeout(30_000);
  let people: ReturnType<typeof peopleOrSkip>;

  before(function () {
    people = peopleOrSkip(this);
  });

  const verify = (xml: string, at?: Date): SignatureFinding[] =>
    verifySignatures(Buffer.from(xml), { anchors: [people.authority.certificate], at });
  const state = (xml: string): string =>
    verify(xml)
      .map((one) => one.state)
      .join(' ');
  const empty = documentWith(HOLDER(''));

  it('gives no issue if there is none', () => {
    expect(verify(documentWith(''))).to.deep.equal([]);
  });

  it('is valid in the document, by RSA and ECDSA, by each canonicalization', () => {
    for (const person of [people.rsa, people.ecdsa]) {
      for (const canonicalization of [C14N, EXC, `${C14N}#WithComments`, `${EXC}WithComments`]) {
        const { xml } = signed(empty, person, { canonicalization, transforms: [ENVELOPED, canonicalization] });
        expect(verify(xml)[0], canonicalization).to.deep.include({ state: 'valid', line: 4 });
      }
    }
    const elsewhere = signed(documentWith(''), people.rsa, { at: "//*[local-name()='ClinicalDocument']" });
    expect(state(elsewhere.xml)).to.equal('valid');
  });

  it('is valid as base64, made over the document with it in its place, or without it', () => {
    const { signature } = signed(empty, people.rsa);
    expect(state(documentWith(HOLDER(Buffer.from(signature).toString('base64'))))).to.equal('valid');
    // Over the document as it was before somebody wrote the signature into it.
    const before = documentWith('');
    const made = signed(before, people.ecdsa, { at: "//*[local-name()='legalAuthenticator']" });
    const detached = Buffer.from(made.signature).toString('base64').replace(/.{76}/g, '$&\n');
    expect(state(documentWith(HOLDER(detached)))).to.equal('valid');
    expect(state(documentWith(HOLDER(detached), '<title>Pflaume</title>'))).to.equal('invalid');
  });

  it('is invalid if anything in the document was changed', () => {
    const { xml } = signed(empty, people.rsa);
    expect(state(xml.replace('Zwetschge', 'Pflaume'))).to.equal('invalid');
    expect(state(xml.replace('S-1', 'S-2'))).to.equal('invalid');
    expect(state(xml.replace('</legalAuthenticator>', '</legalAuthenticator><component/>'))).to.equal('invalid');
    const [finding] = verify(xml.replace('Zwetschge', 'Pflaume'));
    expect(finding!.text)
      .to.match(/the document was changed/)
      .and.not.to.match(/Pflaume|digest/);
  });

  it('is untrusted if no trusted authority knows its signer, or if no authority is set', () => {
    const { xml } = signed(empty, people.stranger);
    expect(verify(xml)[0]).to.deep.include({
      state: 'untrusted',
      text: 'its certificate does not lead to a trusted authority',
    });
    const none = verifySignatures(Buffer.from(signed(empty, people.rsa).xml), { anchors: [] });
    expect(none[0]!.state).to.equal('untrusted');
    // The signer's own certificate may be an anchor; a signer that is no authority has issued nothing.
    const own = { anchors: [people.stranger.certificate] };
    expect(verifySignatures(Buffer.from(xml), own)[0]!.state).to.equal('valid');
  });

  it('is checked at the time that it states or the user gives, never at the present time', () => {
    const { xml } = signed(empty, people.rsa);
    expect(verify(xml)[0]!.text).to.match(/does not say when it was made/);
    expect(verify(xml, new Date())[0]).to.deep.include({ state: 'valid' });
    expect(verify(xml, new Date('2001-01-01'))[0]).to.deep.include({
      state: 'untrusted',
      text: 'a certificate was not valid when it was signed',
    });
  });

  it('has its certificate and time in XAdES, where these are signed with it', () => {
    const at = new Date().toISOString();
    const xml = xades(people.rsa, at, digestOf(people.rsa));
    expect(verify(xml)[0]).to.deep.include({
      state: 'valid',
      text: 'it matches this document, and its signer is trusted',
    });
    // The time that it says is before its certificate was made, whatever the user gives.
    expect(verify(xades(people.rsa, '2001-01-01T00:00:00Z', digestOf(people.rsa)), new Date())[0]).to.deep.include({
      state: 'untrusted',
    });
    expect(verify(xades(people.rsa, at, digestOf(people.ecdsa)))[0]).to.deep.include({ state: 'invalid' });
    const [, encoded = ''] = />([A-Za-z0-9+/=]{100,})</.exec(xml)!;
    const other = Buffer.from(encoded, 'base64')
      .toString()
      .replace(/SigningTime>[^<]+</, 'SigningTime>2026-01-01T00:00:00Z<');
    expect(state(xml.replace(encoded, Buffer.from(other).toString('base64')))).to.equal('invalid');
  });

  it('is not judged if it uses something dangerous, or is broken', () => {
    const { xml } = signed(empty, people.rsa);
    const changed = (from: string | RegExp, to: string): string => verify(xml.replace(from, to))[0]!.state;
    for (const transform of [
      'http://www.w3.org/TR/1999/REC-xslt-19991116',
      'http://www.w3.org/TR/1999/REC-xpath-19991116',
      `${DS}base64`,
    ])
      expect(changed(`<ds:Transform Algorithm="${ENVELOPED}"/>`, `<ds:Transform Algorithm="${transform}"/>`)).to.equal(
        'not-judged',
      );
    expect(changed('URI=""', 'URI="http://127.0.0.1:1/x.xml"')).to.equal('not-judged');
    expect(changed('URI=""', 'URI="file:///etc/passwd"')).to.equal('not-judged');
    expect(changed('xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha1')).to.equal('not-judged');
    expect(changed(/http:\/\/www.w3.org\/2001\/04\/xmldsig-more#rsa-sha256/, `${DS}hmac-sha1`)).to.equal('not-judged');
    expect(changed('xmlenc#sha256', 'xmlenc#sha1')).to.equal('not-judged');
    expect(changed(/<ds:X509Data>.*<\/ds:X509Data>/s, '')).to.equal('not-judged');
    expect(state(documentWith(HOLDER('Signed by Dr Example')))).to.equal('not-judged');
    expect(state(documentWith(HOLDER(Buffer.from('%PDF').toString('base64'))))).to.equal('not-judged');
    expect(state(xml.replace('<ClinicalDocument', '<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument'))).to.equal(
      'not-judged',
    );
    expect(state(xml.slice(0, -20))).to.equal('not-judged');
  });

  it('may not be an HMAC with the public key, which everybody has', () => {
    const { xml } = signed(empty, people.rsa);
    const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml)![0];
    const forged = info.replace(/http:\/\/www.w3.org\/2001\/04\/xmldsig-more#rsa-sha256/, `${DS}hmac-sha1`);
    const value = createHmac('sha1', people.rsa.pem).update(forged).digest('base64');
    const attack = xml.replace(info, forged).replace(/(<ds:SignatureValue>)[^<]*/, `$1${value}`);
    expect(state(attack)).to.equal('not-judged');
  });

  it('is not valid for the document if it signs a part that was moved away', () => {
    // The signed document stands inside of another one.
    const inner = '<component ID="signed"><title>Good</title></component>';
    const digest = createHash('sha256')
      .update('<component xmlns="urn:hl7-org:v3" ID="signed"><title>Good</title></component>')
      .digest('base64');
    const wrapped = byHand(
      people.rsa,
      `<ds:Reference URI="#signed"><ds:Transforms><ds:Transform Algorithm="${EXC}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`,
    );
    expect(state(documentWith(wrapped, `<title>Evil</title>${inner}`))).to.equal('invalid');
    // Copies of the signature are left out of the digest, and would hide what is in them.
    const { xml, signature } = signed(empty, people.rsa);
    const copy = signature.replace(
      '</ds:Signature>',
      '<ds:Object><observation xmlns="urn:hl7-org:v3"/></ds:Object></ds:Signature>',
    );
    expect(state(xml.replace('</ClinicalDocument>', `${copy}</ClinicalDocument>`))).to.equal('invalid invalid');
    expect(
      state(
        xml.replace('</ds:Signature>', '<ds:Object><observation xmlns="urn:hl7-org:v3"/></ds:Object></ds:Signature>'),
      ),
    ).to.equal('invalid');
    expect(state(xml.replace('</ds:Signature>', '<ds:Object><x/></ds:Object></ds:Signature>'))).to.equal('invalid');
  });

  it('does not take long, however large or deep the document is', () => {
    const started = performance.now();
    const { xml } = signed(empty, people.rsa);
    const big = xml.replace('</title>', `</title><text>${'x'.repeat(11_000_000)}</text>`);
    expect(verify(big)[0]).to.deep.include({ state: 'not-judged', text: 'the document is larger than 10 MB' });
    const deep = xml.replace('</title>', `</title>${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`);
    expect(['not-judged', 'invalid']).to.include(verify(deep)[0]!.state);
    const many = xml.replace('</title>', `</title>${HOLDER('U2ln').repeat(500)}`);
    expect(verify(many)).to.have.lengthOf(501);
    const references = xml.replace(/<ds:Reference .*<\/ds:Reference>/s, (one) => one.repeat(2000));
    expect(verify(references)[0]!.state).to.equal('not-judged');
    expect(performance.now() - started).to.be.below(15_000);
  });

  /** A signature over one reference, whatever that is. */
  function byHand({ key, certificate }: Person, reference: string, object = ''): string {
    const info = `<ds:SignedInfo xmlns:ds="${DS}"><ds:CanonicalizationMethod Algorithm="${EXC}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>${expanded(reference)}</ds:SignedInfo>`;
    const value = createSign('RSA-SHA256').update(info).sign(key, 'base64');
    return `<ds:Signature xmlns:ds="${DS}">${info.replace(` xmlns:ds="${DS}"`, '')}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate.raw.toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${object}</ds:Signature>`;
  }

  /** Empty elements as canonical XML has them. */
  function expanded(xml: string): string {
    return xml.replace(/<([\w:]+)((?: [\w:]+="[^"]*")*)\/>/g, '<$1$2></$1>');
  }

  /** A document with a XAdES-BES signature in its sdtc:signatureText, as base64. */
  function xades(person: Person, time: string, digest: string): string {
    const X = 'http://uri.etsi.org/01903/v1.3.2#';
    const sha = 'http://www.w3.org/2001/04/xmlenc#sha256';
    const properties = `<xades:SignedProperties xmlns:xades="${X}" Id="props"><xades:SignedSignatureProperties><xades:SigningTime>${time}</xades:SigningTime><xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod xmlns:ds="${DS}" Algorithm="${sha}"></ds:DigestMethod><ds:DigestValue xmlns:ds="${DS}">${digest}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties></xades:SignedProperties>`;
    const [, body = ''] = /(<ClinicalDocument.*<\/ClinicalDocument>)/s.exec(documentWith(HOLDER('')))!;
    // Exclusive canonical XML of the document: no comments, no empty tags, namespaces where they are used.
    const canonical = expanded(
      body.replace(/<!--.*?-->/g, '').replace('root="1.2.3" extension="S-1"', 'extension="S-1" root="1.2.3"'),
    )
      .replace(' xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', '')
      .replace('<sdtc:signatureText ', '<sdtc:signatureText xmlns:sdtc="urn:hl7-org:sdtc" ');
    const reference = (uri: string, transforms: string, text: string): string =>
      `<ds:Reference URI="${uri}"><ds:Transforms>${transforms}<ds:Transform Algorithm="${EXC}"/></ds:Transforms><ds:DigestMethod Algorithm="${sha}"/><ds:DigestValue>${createHash('sha256').update(text).digest('base64')}</ds:DigestValue></ds:Reference>`;
    const signature = byHand(
      person,
      reference('', `<ds:Transform Algorithm="${ENVELOPED}"/>`, canonical) + reference('#props', '', properties),
      `<ds:Object><xades:QualifyingProperties xmlns:xades="${X}">${properties}</xades:QualifyingProperties></ds:Object>`,
    );
    return documentWith(HOLDER(Buffer.from(signature).toString('base64')));
  }
});
