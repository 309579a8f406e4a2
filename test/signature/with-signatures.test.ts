/** What becomes of signatures in a conversion, by the library and by the service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { OperationOutcome } from 'fhir/r4.js';
import { createConverter } from '../../src/convert.js';
import { withSignatures, type SignatureMode } from '../../src/signature/with-signatures.js';
import { DocumentError } from '../../src/xml/document-error.js';
import { post, realConverter, sample, startHarness } from '../service/harness.js';
import { peopleOrSkip, signed } from './sign.js';

describe('signatures of documents', function () {
  this.timeout(60_000);
  let people: ReturnType<typeof peopleOrSkip>;
  let xml: string;

  before(function () {
    people = peopleOrSkip(this);
    ({ xml } = signed(sample.toString(), people.ecdsa, { at: '/*' }));
  });

  const plain = createConverter();
  const convert = (mode: SignatureMode, text: string): string[] =>
    withSignatures(plain, { mode, anchors: people.authority.pem })
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

  it('are told among the issues where they are verified, and change nothing else', () => {
    expect(convert('keep', xml)).to.deep.equal([]);
    expect(convert('verify', sample.toString())).to.deep.equal([]);
    expect(convert('verify', xml)).to.deep.equal(['signature-valid']);
    const changed = xml.replace(/<title>[^<]*/, '<title>Changed');
    expect(convert('verify', changed)).to.deep.equal(['signature-invalid']);
    const { bundle } = withSignatures(plain, { mode: 'verify', anchors: people.authority.pem }).convert(
      Buffer.from(xml),
    );
    expect(JSON.stringify(bundle)).to.equal(JSON.stringify(plain.convert(Buffer.from(xml)).bundle));
    const nobody = withSignatures(plain, { mode: 'verify', anchors: people.stranger.pem }).convert(Buffer.from(xml));
    expect(nobody.issues.map(({ code }) => code)).to.include('signature-untrusted');
  });

  it('are wanted where they are required', () => {
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

  it('are judged by the service as its settings say', async () => {
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
