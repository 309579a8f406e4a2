import { expect } from 'chai';
import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import { document, post, realConverter, sample, startHarness, type Harness } from '../harness.js';

const good = {
  inputData: document('hello'),
  inputDataType: 'Ccda',
  templateCollectionReference: 'microsofthealth/ccdatemplates:default',
  rootTemplate: 'CCD',
};

function parameters(values: Record<string, string>): string {
  const parameter = Object.entries(values).map(([name, valueString]) => ({ name, valueString }));
  return JSON.stringify({ resourceType: 'Parameters', parameter });
}

describe('service/routes/convert-data', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness();
  });
  after(() => service.stop());

  const send = (body: string, headers: Record<string, string> = {}, path = '/$convert-data'): Promise<Response> =>
    service.call(path, post(body, { 'Content-Type': 'application/json', ...headers }));

  for (const path of ['/$convert-data', '/fhir/$convert-data']) {
    it(`answers ${path} with a plain Bundle`, async () => {
      const response = await send(parameters(good), {}, path);
      expect(response.status).to.equal(200);
      expect(response.headers.get('cairn-issues')).to.equal('none');
      expect(await response.json()).to.include({ resourceType: 'Bundle' });
    });
  }

  it('answers as text/plain to pipelines that accept nothing else', async () => {
    const response = await send(parameters(good), { Accept: 'text/plain' });
    expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(JSON.parse(await response.text())).to.include({ resourceType: 'Bundle' });
  });

  it('accepts the kind of data in any letter case, as Azure does', async () => {
    expect((await send(parameters({ ...good, inputDataType: 'CCDA' }))).status).to.equal(200);
  });

  it('only warns if rootTemplate names another or an unknown kind of document', async () => {
    for (const rootTemplate of ['ProgressNote', 'MyOwn']) {
      const response = await send(parameters({ ...good, rootTemplate }));
      expect(response.status).to.equal(200);
      expect(response.headers.get('cairn-issues')).to.equal('root-template-mismatch=1');
    }
  });

  for (const name of Object.keys(good)) {
    it(`answers 400 if ${name} is missing or empty`, async () => {
      const rest = Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
      for (const values of [rest, { ...good, [name]: '' }]) {
        const response = await send(parameters(values));
        expect(response.status).to.equal(400);
        expect(((await response.json()) as OperationOutcome).issue[0]!.code).to.equal('required');
      }
    });
  }

  for (const [what, body] of Object.entries({
    'a parameter of another name': parameters({ ...good, other: 'x' }),
    'another kind of data': parameters({ ...good, inputDataType: 'Hl7v2' }),
    'an unknown template collection': parameters({
      ...good,
      templateCollectionReference: 'example.azurecr.io/templates:1',
    }),
    'another resource': '{"resourceType":"Patient"}',
    'no JSON': '<Parameters/>',
    'JSON that is no object': 'null',
    'an ill-formed document': parameters({ ...good, inputData: document('do:illformed') }),
    'a document of another kind': parameters({ ...good, inputData: document('do:html') }),
  })) {
    it(`answers 400 to ${what}`, async () => {
      const response = await send(body);
      expect(response.status).to.equal(400);
      expect(await response.json()).to.include({ resourceType: 'OperationOutcome' });
    });
  }

  it('tells line and column of a body that is not JSON, and nothing of its content', async () => {
    const response = await send('{\n  "resourceType": "Parameters",\n  "parameter": Okafor\n}');
    expect(response.status).to.equal(400);
    const text = await response.text();
    const { issue } = JSON.parse(text) as OperationOutcome;
    expect(issue[0]!.diagnostics).to.equal('line 3, column 16');
    expect(issue[0]!.details!.text).to.equal('The body is not JSON.');
    expect(text).not.to.contain('Okafor');
  });

  it('answers 415 to a body that is not JSON by its type', async () => {
    expect((await send(parameters(good), { 'Content-Type': 'application/xml' })).status).to.equal(415);
  });

  it('reads the text as Unicode, whatever encoding its declaration names', async () => {
    const real = await startHarness({}, realConverter);
    const text = sample.toString('utf8');
    const asLatin = text.replace(/encoding="[^"]*"/i, 'encoding="ISO-8859-1"').replace('<title>', '<title>Größe ');
    expect(asLatin).to.contain('ISO-8859-1').and.to.contain('Größe');
    const response = await real.call(
      '/$convert-data',
      post(parameters({ ...good, inputData: asLatin, rootTemplate: 'ProgressNote' }), {
        'Content-Type': 'application/json',
      }),
    );
    expect(response.status).to.equal(200);
    const bundle = (await response.json()) as Bundle;
    expect(JSON.stringify(bundle)).to.contain('Größe');
    await real.stop();
  });

  it('uses a mapping set of the settings by its name', async () => {
    const own = await startHarness({
      CAIRN_MAPPINGS: `example.azurecr.io/templates:1=${new URL('../fixtures/set', import.meta.url).pathname}`,
    });
    const response = await own.call(
      '/$convert-data',
      post(parameters({ ...good, templateCollectionReference: 'example.azurecr.io/templates:1' }), {
        'Content-Type': 'application/json',
      }),
    );
    expect(response.headers.get('cairn-mapping-hash')).to.equal('{ "set": "of a test" }');
    await own.stop();
  });

  it('refuses a lone surrogate instead of replacing it', async () => {
    const response = await send(parameters(good).replace('hello', 'hel\\ud800lo'));
    expect(response.status).to.equal(400);
    expect(((await response.json()) as OperationOutcome).issue[0]!.details!.text).to.contain('surrogate');
    expect((await send(parameters(good).replace('hello', 'hel\\ud83d\\ude00lo'))).status).to.equal(200);
  });

  it('has the same address with an escaped dollar sign', async () => {
    const init = post(parameters(good), { 'Content-Type': 'application/json' });
    expect((await fetch(`${service.address}/%24convert-data`, init)).status).to.equal(200);
    expect((await fetch(`${service.address}/%24convert?bundle=document`, post(document('x')))).status).to.equal(200);
    expect((await fetch(`${service.address}/fhir/%24convert-data`, init)).status).to.equal(200);
  });
});
