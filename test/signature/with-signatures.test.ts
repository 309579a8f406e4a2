/** What becomes of signatures in a conversion, by the library and by the service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Extension, OperationOutcome, Provenance, Signature } from 'fhir/r4.js';
import { writeXml } from '../../src/bundle/write-xml.js';
import { converter } from '../packaged-converter.js';
import { withSignatures, type SignatureMode } from '../../src/signature/with-signatures.js';
import { DocumentError } from '../../src/xml/document-error.js';
import { post, realConverter, sample, startHarness } from '../service/harness.js';
import { peopleOrSkip, signed } from './sign.js';

/** Of each finding its result and the signer. */
function wordsOf(extensions: readonly Extension[] | undefined): (string | undefined)[][] {
  return (extensions ?? []).map(({ extension }) => {
    const valueOf = (url: string): string | undefined => {
      const found = extension!.find((one) => one.url === url);
      return found?.valueCode ?? found?.valueString;
    };
    return [valueOf('result'), valueOf('subject')];
  });
}

describe('signatures of documents', function () {
  this.timeout(60_000);
  let people: ReturnType<typeof peopleOrSkip>;
  let xml: string;

  before(function () {
    people = peopleOrSkip(this);
    ({ xml } = signed(sample.toString(), people.ecdsa, { at: '/*' }));
  });

  const convert = (mode: SignatureMode, text: string): string[] =>
    withSignatures(converter, { mode, anchors: people.authority.pem })
      .convert(Buffer.from(text))
      .issues.map(({ code }) => code)
      .filter((code) => code.startsWith('signature-'));
  const refusal = (text: string): string => {
    try {
      convert('require', text);
    } catch (error) {
      expect(error).to.be.instanceOf(DocumentError).and.to.have.property('code', 'not-supported');
      return (error as DocumentError).message;
    }
    return 'none';
  };

  it('give an issue if they are verified, and change only the Provenance of the document', () => {
    expect(convert('keep', xml)).to.deep.equal([]);
    expect(convert('verify', sample.toString())).to.deep.equal([]);
    expect(convert('verify', xml)).to.deep.equal(['signature-valid']);
    const changed = xml.replace(/<title>[^<]*/, '<title>Changed');
    expect(convert('verify', changed)).to.deep.equal(['signature-invalid']);
    const { bundle } = withSignatures(converter, { mode: 'verify', anchors: people.authority.pem }).convert(
      Buffer.from(xml),
    );
    const before = converter.convert(Buffer.from(xml)).bundle.entry!;
    const changes = bundle.entry!.filter((entry, index) => JSON.stringify(entry) !== JSON.stringify(before[index]));
    expect(changes.map(({ resource }) => resource!.resourceType)).to.deep.equal(['Provenance']);
    // It stands at the end of the document, so nobody says there whose it is.
    const [provenance] = changes.map(({ resource }) => resource as Provenance);
    expect(provenance!.signature).to.equal(undefined);
    expect(wordsOf(provenance!.extension)).to.deep.equal([['valid', 'CN=Dr ecdsa']]);
    const nobody = withSignatures(converter, { mode: 'verify', anchors: people.stranger.pem }).convert(
      Buffer.from(xml),
    );
    expect(nobody.issues.map(({ code }) => code)).to.include('signature-untrusted');
  });

  it('have their result on the signature of the signer, with the subject of the certificate', () => {
    const holder = (text: string): string =>
      sample
        .toString()
        .replace(
          /(<legalAuthenticator[^]*?<signatureCode[^>]*\/>)/,
          `$1<sdtc:signatureText mediaType="text/xml"${text}`,
        );
    const findings = (text: string, anchors = people.authority.pem): Signature[] => {
      const { bundle } = withSignatures(converter, { mode: 'verify', anchors }).convert(Buffer.from(text));
      const found = bundle.entry!.flatMap(({ resource }) =>
        resource?.resourceType === 'Provenance' ? ((resource as Provenance).signature ?? []) : [],
      );
      // FHIR as it should be: XML has an order and names of its own.
      expect(writeXml(bundle)).to.include('signature-finding');
      return found;
    };
    const empty = ' representation="B64"></sdtc:signatureText>';
    const { xml: inXml, signature } = signed(holder(empty), people.rsa);
    const encoded = Buffer.from(signature).toString('base64');
    const inBase64 = holder(` representation="B64">${encoded}</sdtc:signatureText>`);
    for (const text of [inXml, inBase64]) {
      const [one, ...others] = findings(text);
      expect(others).to.deep.equal([]);
      expect(one!.who).to.have.property('reference');
      expect(wordsOf(one!.extension)).to.deep.equal([['valid', 'CN=Dr rsa']]);
      expect(one!.extension![0]!.extension!.at(-1)).to.deep.include({ url: 'certificate' });
    }
    expect(findings(inBase64)[0]!.data).to.equal(encoded);
    expect(wordsOf(findings(inBase64, people.stranger.pem)[0]!.extension)[0]![0]).to.equal('untrusted');
    const changed = inBase64.replace(/<title>[^<]*/, '<title>Changed');
    expect(wordsOf(findings(changed)[0]!.extension)).to.deep.equal([['invalid', 'CN=Dr rsa']]);
    const inWords = holder('>Signed by hand</sdtc:signatureText>');
    expect(wordsOf(findings(inWords)[0]!.extension)).to.deep.equal([['not-judged', undefined]]);
  });

  it('must be there if the settings require them', () => {
    expect(convert('require', xml)).to.deep.equal(['signature-valid']);
    expect(refusal(sample.toString())).to.equal('The document has no digital signature, and one is required');
    expect(refusal(xml.replace(/<title>[^<]*/, '<title>Changed'))).to.match(/^The signature is invalid: /);
    expect(refusal(signed(sample.toString(), people.stranger, { at: '/*' }).xml)).to.match(/its signer is not trusted/);
    // A second one that is not of this document is no less wrong beside one that is.
    const other = signed(sample.toString().replace(/<title>[^<]*/, '<title>Other'), people.rsa, { at: '/*' });
    const both = signed(
      sample.toString().replace('</ClinicalDocument>', `${other.signature}</ClinicalDocument>`),
      people.ecdsa,
      { at: '/*' },
    );
    expect(refusal(both.xml)).to.match(/^The signature is invalid: /);
  });

  it('are checked by the service according to its settings', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-signatures-'));
    const certificates = join(folder, 'anchors.pem');
    writeFileSync(certificates, people.authority.pem);
    const service = await startHarness(
      { CAIRN_SIGNATURES: 'require', CAIRN_SIGNATURE_CERTIFICATES: certificates },
      realConverter,
    );
    try {
      const good = await service.call('/convert', post(xml));
      expect([good.status, good.headers.get('cairn-issues')]).to.satisfy(
        ([status, issues]: [number, string]) => status === 200 && issues.includes('signature-valid=1'),
      );
      const refused = await service.call('/convert', post(sample));
      expect(refused.status).to.equal(422);
      const { issue } = (await refused.json()) as OperationOutcome;
      expect(issue[0]!.details?.text).to.match(/no digital signature, and one is required/);
    } finally {
      await service.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
