import { expect } from 'chai';
import type { OperationOutcome } from 'fhir/r4.js';
import { document, post, startHarness, type Harness } from './harness.js';

describe('service/app', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness();
  });
  after(() => service.stop());

  const codeOf = async (response: Response): Promise<string> =>
    ((await response.json()) as OperationOutcome).issue[0]!.code;

  it('answers 404 with an OperationOutcome, and never logs the path', async () => {
    const response = await service.call('/Patient/Marge-Simpson');
    expect(response.status).to.equal(404);
    expect(await codeOf(response)).to.equal('not-found');
    expect(JSON.stringify(service.logs)).not.to.contain('Marge');
  });

  it('answers 405 with what is allowed', async () => {
    for (const [path, method, allow] of [
      ['/convert', 'GET', 'POST, OPTIONS'],
      ['/convert', 'DELETE', 'POST, OPTIONS'],
      ['/metadata', 'POST', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const response = await service.call(path, { method });
      expect(response.status).to.equal(405);
      expect(response.headers.get('allow')).to.equal(allow);
    }
  });

  it('answers OPTIONS and HEAD', async () => {
    expect((await service.call('/convert', { method: 'OPTIONS' })).headers.get('allow')).to.equal('POST, OPTIONS');
    const head = await fetch(`${service.address}/metadata`, { method: 'HEAD' });
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal('');
  });

  it('answers errors as XML to clients that prefer it', async () => {
    const response = await service.call('/nothing', { headers: { Accept: 'application/fhir+xml' } });
    expect(response.headers.get('content-type')).to.equal('application/fhir+xml; charset=utf-8');
    expect(await response.text()).to.contain('<OperationOutcome xmlns="http://hl7.org/fhir"');
  });

  it('keeps a well-formed request id, and makes one if there is none', async () => {
    const idOf = async (sent?: string): Promise<string> =>
      (await service.call('/livez', sent === undefined ? {} : { headers: { 'X-Request-Id': sent } })).headers.get(
        'x-request-id',
      )!;
    expect(await idOf('abc-123.4:5')).to.equal('abc-123.4:5');
    for (const insane of [undefined, 'two words', 'x'.repeat(200), '<script>']) {
      expect(await idOf(insane)).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  it('continues the trace of the client, and logs it', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const response = await service.call(
      '/convert',
      post(document('x'), { traceparent: `00-${trace}-b7ad6b7169203331-01` }),
    );
    const answered = response.headers.get('traceparent')!;
    expect(answered)
      .to.match(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
      .and.not.to.contain('b7ad6b7169203331');
    expect(service.logs.at(-1)).to.include({ traceId: trace, parentId: 'b7ad6b7169203331' });
    for (const wrong of [
      '00-zz-b7ad6b7169203331-01',
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `ff-${trace}-b7ad6b7169203331-01`,
    ]) {
      expect((await service.call('/livez', { headers: { traceparent: wrong } })).headers.get('traceparent')).to.equal(
        null,
      );
    }
  });

  it('logs a request without content of its document', async () => {
    await service.call('/convert?sender=clinic', post(document('Lisa Simpson warn')));
    const line = service.logs.at(-1)!;
    expect(line).to.include({
      client: '127.0.0.1',
      method: 'POST',
      route: '/convert',
      status: 200,
      sender: 'clinic',
      documentType: '34133-9',
    });
    expect(line.facts).to.include({ unmapped: 1 });
    expect(line.warnings).to.deep.equal({ 'dangling-reference': 1 });
    expect(JSON.stringify(line)).not.to.contain('Lisa');
  });

  it('sends protective headers, and no HSTS without TLS', async () => {
    const { headers } = await service.call('/livez');
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.get('x-frame-options')).to.equal('DENY');
    expect(headers.get('referrer-policy')).to.equal('no-referrer');
    for (const name of ['strict-transport-security', 'x-powered-by', 'server'])
      expect(headers.get(name)).to.equal(null);
  });

  it('sends no CORS headers to pages of other origins', async () => {
    const response = await service.call('/livez', { headers: { Origin: 'https://evil.example' } });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
  });

  it('lets pages of configured origins call', async () => {
    const open = await startHarness({ CAIRN_CORS_ORIGINS: 'https://app.example, https://other.example' });
    const preflight = await open.call('/convert', {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('https://app.example');
    expect(preflight.headers.get('access-control-allow-methods')).to.equal('GET, POST');
    const other = await open.call('/livez', { headers: { Origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).to.equal(null);
    expect(other.headers.get('vary')).to.contain('Origin');
    await open.stop();
  });

  it('limits the requests of each client, and says when to try again', async () => {
    const strict = await startHarness({ CAIRN_REQUESTS_PER_MINUTE: '3' });
    const responses = [];
    for (let i = 0; i < 4; i++) responses.push(await strict.call('/convert', post(document('x'))));
    expect(responses.map(({ status }) => status)).to.deep.equal([200, 200, 200, 429]);
    expect(responses[3]!.headers.get('retry-after')).to.match(/^\d+$/);
    expect(await codeOf(responses[3]!)).to.equal('throttled');
    expect((await strict.call('/readyz')).status).to.equal(200);
    await strict.stop();
  });

  it('trusts only the X-Forwarded-For of configured proxies', async () => {
    const clientOf = async (settings: Record<string, string>): Promise<unknown> => {
      const own = await startHarness(settings);
      await own.call('/convert', post(document('x'), { 'X-Forwarded-For': '192.0.2.7' }));
      await own.stop();
      return own.logs.find(({ route }) => route === '/convert')!.client;
    };
    expect(await clientOf({})).to.equal('127.0.0.1');
    expect(await clientOf({ CAIRN_TRUST_PROXY: '127.0.0.0/8' })).to.equal('192.0.2.7');
  });

  for (const [what, request, status] of [
    ['a request without Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['two lengths', 'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length beside chunks',
      'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a transfer coding that is not read',
      'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
      501,
    ],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n', 405],
    ['a header of nothing', 'GET /livez HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400],
    ['a percent sign of nothing', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  ] as const) {
    it(`answers ${what} with ${status} and an OperationOutcome, and closes`, async () => {
      const own = await startHarness();
      const answer = await own.raw(request, { wait: 5000 });
      expect(answer).to.match(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).to.include({ resourceType: 'OperationOutcome' });
      await own.stop();
    });
  }
});
