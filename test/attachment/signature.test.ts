import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CompactSign } from 'jose';
import { canonicalJson } from '../../src/attachment/canonical-json.js';
import { readCertificates } from '../../src/attachment/certificates.js';
import type { Resource } from '../../src/attachment/read-resource.js';
import { verifySignature } from '../../src/attachment/signature.js';

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const key = createPrivateKey(fixture('signer.key.pem'));
const certificate = new X509Certificate(fixture('signer.cert.pem'));
const WHEN = '2027-03-06T10:00:00Z';
const VERIFICATION = '1.2.840.10065.1.12.1.5';

const bundle = {
  resourceType: 'Bundle',
  id: 'stored-as',
  meta: { lastUpdated: '2027-03-07T00:00:00Z' },
  type: 'document',
  timestamp: WHEN,
  entry: [{ fullUrl: 'urn:uuid:1', resource: { resourceType: 'Basic', code: { text: 'é ☃ invented' } } }],
};

/** Signs as CDex says; a change makes it another signature than it should be. */
async function signed(change: { header?: object; who?: string; type?: string; when?: string } = {}): Promise<Resource> {
  const { id, meta, ...content } = bundle;
  expect([id, meta]).not.to.include(undefined);
  const jws = await new CompactSign(Buffer.from(canonicalJson(content)))
    .setProtectedHeader({
      alg: 'ES256',
      x5c: [certificate.raw.toString('base64')],
      sigT: WHEN,
      srCms: [{ commId: { id: `urn:oid:${VERIFICATION}` } }],
      ...change.header,
    })
    .sign(key);
  const [header, , value] = jws.split('.');
  return {
    ...bundle,
    signature: {
      type: [{ system: 'urn:iso-astm:E1762-95:2013', code: change.type ?? VERIFICATION }],
      when: change.when ?? WHEN,
      who: { identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: change.who ?? '1999999992' } },
      sigFormat: 'application/jose',
      data: Buffer.from(`${header!}..${value!}`).toString('base64'),
    },
  };
}

describe('attachment/signature', () => {
  it('verifies a signature over the content without id, meta and signature', async () => {
    expect(await verifySignature(await signed(), [certificate])).to.deep.equal({ problems: [], warnings: [] });
    const stored = { ...(await signed()), id: 'another', meta: { versionId: '7' } };
    expect((await verifySignature(stored, [certificate])).problems).to.deep.equal([]);
  });

  it('says that it did not check who issued the certificate if no authority is named as trusted', async () => {
    expect((await verifySignature(await signed(), [])).warnings).to.deep.equal([
      'Who has issued the certificate was not judged.',
    ]);
  });

  const bad: readonly (readonly [string, () => Promise<Resource>, RegExp])[] = [
    [
      'content that was changed',
      async () => ({ ...(await signed()), timestamp: '2027-03-06T10:00:01Z' }),
      /not that of this content/,
    ],
    ['another signer than the certificate names', () => signed({ who: '1999999991' }), /SAN/],
    ['a part of a name', () => signed({ who: '199999999' }), /SAN/],
    ['another time', () => signed({ when: '2027-03-06T10:00:01Z' }), /sigT/],
    ['another purpose', () => signed({ type: '1.2.840.10065.1.12.1.1' }), /Signature.type/],
    ['no verification signature', () => signed({ header: { srCms: [] } }), /srCms/],
    ['no certificate', () => signed({ header: { x5c: [] } }), /x5c/],
    ['no JWS', async () => ({ ...(await signed()), signature: { data: 'AAAA' } }), /compact form/],
    [
      'no signature',
      async () => {
        const { signature, ...rest } = await signed();
        expect(signature).not.to.equal(undefined);
        return rest;
      },
      /no signature/,
    ],
  ];
  for (const [what, make, problem] of bad) {
    it(`does not take ${what}`, async () => {
      const { problems } = await verifySignature(await make(), [certificate]);
      expect(problems.join(' ')).to.match(problem);
    });
  }

  it('refuses algorithms with a shared key, and the algorithm none', async () => {
    const resource = await signed();
    const { signature } = resource as unknown as { signature: { data: string } };
    const [, , value] = Buffer.from(signature.data, 'base64').toString().split('.');
    for (const alg of ['none', 'HS256']) {
      const header = Buffer.from(
        JSON.stringify({ alg, x5c: [certificate.raw.toString('base64')], sigT: WHEN }),
      ).toString('base64url');
      const forged = {
        ...resource,
        signature: { ...signature, data: Buffer.from(`${header}..${value!}`).toString('base64') },
      };
      expect((await verifySignature(forged, [])).problems.join()).to.contain('algorithm');
    }
  });

  it('writes JSON in its canonical form, which can be signed', () => {
    expect(canonicalJson({ b: [1, 1e21, 0.1, -0], a: { é: 'x\n', Z: null }, A: true })).to.equal(
      '{"A":true,"a":{"Z":null,"é":"x\\n"},"b":[1,1e+21,0.1,0]}',
    );
  });

  it('reads the certificates of a PEM file', () => {
    const pem = fixture('signer.cert.pem');
    expect(readCertificates(`${pem}\n${pem}`).map(({ serialNumber }) => serialNumber)).to.deep.equal([
      certificate.serialNumber,
      certificate.serialNumber,
    ]);
    expect(readCertificates('nothing')).to.deep.equal([]);
  });
});
