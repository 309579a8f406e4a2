import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOfKey, newApiKey } from '../../../src/service/auth/keys.js';
import { document, post, startHarness, type Harness } from '../harness.js';

describe('service/auth/authenticate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-auth-'));
  const { key, hash } = newApiKey();
  const bound = newApiKey();
  const twin = newApiKey();
  let service: Harness;
  let privateKey: CryptoKey;

  before(async () => {
    const pair = await generateKeyPair('ES384');
    privateKey = pair.privateKey;
    const jwks = join(folder, 'jwks.json');
    writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES384' }] }));
    service = await startHarness({
      CAIRN_KEYS: `feed:${hash},clinic:${bound.hash}:st-mary:2,twin:${twin.hash}::1`,
      CAIRN_JWT_ISSUER: 'https://issuer.example',
      CAIRN_JWT_AUDIENCE: 'https://cairn.example',
      CAIRN_JWT_JWKS: jwks,
      CAIRN_FAILED_LOGINS_PER_MINUTE: '1000',
    });
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  const convert = (headers: Record<string, string>, query = ''): Promise<Response> =>
    service.call(`/convert${query}`, post(document('x'), headers));
  const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  async function token(payload: Record<string, unknown> = {}, sign = privateKey, algorithm = 'ES384'): Promise<string> {
    const claims: JWTPayload = {
      iss: 'https://issuer.example',
      aud: 'https://cairn.example',
      sub: 'payer-pipeline',
      scope: 'system/Bundle.c',
      exp: Math.floor(Date.now() / 1000) + 300,
      ...payload,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: 'one' }).sign(sign);
  }

  it('converts nothing without a key or token, and says what is needed', async () => {
    const response = await convert({});
    expect(response.status).to.equal(401);
    expect(response.headers.get('www-authenticate')).to.match(/^Bearer/);
  });

  it('accepts an API key in either header', async () => {
    expect((await convert({ 'X-API-Key': key })).status).to.equal(200);
    expect((await convert(bearer(key))).status).to.equal(200);
    expect(service.logs.at(-1)).to.include({ client: 'feed' });
  });

  it('refuses another key, the hash of a key, and an empty one', async () => {
    for (const wrong of [newApiKey().key, hash, `${key}x`, ' ']) {
      expect((await convert({ 'X-API-Key': wrong })).status).to.equal(401);
    }
    expect((await convert({ Authorization: `Basic ${key}` })).status).to.equal(401);
  });

  it('binds a key to its sender and its rate', async () => {
    const headers = { 'X-API-Key': bound.key };
    expect((await convert(headers, '?sender=other')).status).to.equal(403);
    const response = await convert(headers);
    expect(JSON.stringify(await response.json())).to.contain('"display":"st-mary"');
    expect((await convert(headers)).status).to.equal(429);
    expect((await convert({ 'X-API-Key': key })).status).to.equal(200);
  });

  it('accepts a token of the issuer for this audience with a sufficient scope', async () => {
    for (const scope of ['system/Bundle.c', 'openid system/*.cruds', 'system/*.write', 'system/*.*']) {
      expect((await convert(bearer(await token({ scope })))).status, scope).to.equal(200);
    }
    expect((await convert(bearer(await token({ scope: undefined, scp: ['system/Bundle.c'] })))).status).to.equal(200);
    expect(service.logs.at(-1)).to.include({ client: 'payer-pipeline' });
  });

  it('lets a token do what its scope is for, and no other operation', async () => {
    const scopes = {
      '/convert': 'system/Bundle.c',
      '/$submit-attachment': 'system/DocumentReference.c',
      '/Task/$answer': 'system/*.rs',
      '/purposes/quality-glycemic-status': 'system/*.rs',
    };
    for (const [path, needed] of Object.entries(scopes)) {
      for (const scope of new Set(Object.values(scopes))) {
        const response = await service.call(path, {
          method: 'POST',
          body: '{}',
          headers: { 'Content-Type': 'application/fhir+json', ...bearer(await token({ scope })) },
        });
        expect(response.status === 403, `${path} with ${scope}: ${response.status}`).to.equal(scope !== needed);
      }
    }
  });

  it('answers 403 to a token whose scopes grant too little', async () => {
    for (const scope of [
      'system/Bundle.rs',
      'patient/*.cruds',
      'system/Patient.c',
      '',
      'system/Bundle.c?type=document',
    ]) {
      const response = await convert(bearer(await token({ scope })));
      expect(response.status, scope).to.equal(403);
      expect(response.headers.get('www-authenticate')).to.contain('insufficient_scope');
    }
  });

  it('refuses tokens that are expired, from another issuer, for another audience, or not signed by the keys', async () => {
    const other = (await generateKeyPair('ES384')).privateKey;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"scope":"system/Bundle.c"}').toString('base64url')}.`;
    const secret = (await token()).split('.');
    const wrong = [
      await token({ exp: Math.floor(Date.now() / 1000) - 100 }),
      await token({ exp: undefined }),
      await token({ iss: 'https://other.example' }),
      await token({ aud: 'https://other.example' }),
      await token({ nbf: Math.floor(Date.now() / 1000) + 300 }),
      await token({}, other),
      unsigned,
      `${secret[0]!}.${secret[1]!}.`,
      'a.b.c',
    ];
    for (const text of wrong) expect((await convert(bearer(text))).status).to.equal(401);
  });

  it('leaves health checks and descriptions open, but not the metrics', async () => {
    for (const path of ['/', '/docs', '/livez', '/readyz', '/metadata', '/openapi.json']) {
      expect((await service.call(path)).status, path).to.equal(200);
    }
    expect((await service.call('/metrics')).status).to.equal(401);
    expect((await service.call('/metrics', { headers: { 'X-API-Key': key } })).status).to.equal(200);
  });

  it('counts a key separately from a token whose subject has the same name', async () => {
    const headers = { 'X-API-Key': twin.key };
    expect((await convert(headers)).status).to.equal(200);
    expect((await convert(headers)).status).to.equal(429);
    expect((await convert(bearer(await token({ sub: 'twin' })))).status).to.equal(200);
  });

  it('says 503 and not 401 when the signing keys cannot be fetched', async () => {
    const cut = await startHarness({
      CAIRN_JWT_ISSUER: 'https://issuer.example',
      CAIRN_JWT_AUDIENCE: 'https://cairn.example',
      // Nothing listens on the discard port.
      CAIRN_JWT_JWKS: 'https://127.0.0.1:9/jwks.json',
      CAIRN_METRICS_OPEN: 'true',
    });
    const response = await cut.call('/convert', post(document('x'), bearer(await token())));
    expect(response.status).to.equal(503);
    expect((await cut.call('/metrics')).status).to.equal(200);
    await cut.stop();
  });

  it('takes a token’s tenant from its claim, if that is configured, and refuses a token without it', async () => {
    const strict = await startHarness({
      CAIRN_JWT_ISSUER: 'https://issuer.example',
      CAIRN_JWT_AUDIENCE: 'https://cairn.example',
      CAIRN_JWT_JWKS: join(folder, 'jwks.json'),
      CAIRN_JWT_TENANT_CLAIM: 'tenant',
    });
    const status = async (payload: Record<string, unknown>, headers = {}): Promise<number> =>
      (await strict.call('/convert', post(document('x'), { ...bearer(await token(payload)), ...headers }))).status;
    try {
      expect(await status({})).to.equal(403);
      for (const tenant of ['', 7, '../north', 'a b', ['north']]) expect(await status({ tenant })).to.equal(403);
      expect(await status({ tenant: 'north' })).to.equal(200);
      expect(await status({ tenant: 'north' }, { 'Cairn-Tenant': 'north' })).to.equal(200);
      expect(await status({ tenant: 'north' }, { 'Cairn-Tenant': 'south' })).to.equal(403);
      const scope = 'system/Bundle.c cairn/tenants';
      expect(await status({ scope })).to.equal(200);
      expect(await status({ scope, tenant: 'north' }, { 'Cairn-Tenant': 'south' })).to.equal(200);
    } finally {
      await strict.stop();
    }
  });

  it('blocks an address that tries key after key, but not other clients with that address', async () => {
    const strict = await startHarness({ CAIRN_KEYS: `feed:${hashOfKey(key)}`, CAIRN_FAILED_LOGINS_PER_MINUTE: '3' });
    const statuses = [];
    for (const tried of ['a', 'b', 'c', 'd', key]) {
      statuses.push((await strict.call('/convert', post(document('x'), { 'X-API-Key': tried }))).status);
    }
    expect(statuses).to.deep.equal([401, 401, 401, 429, 200]);
    await strict.stop();
  });
});
