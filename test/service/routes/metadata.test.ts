import { expect } from 'chai';
import type { CapabilityStatement, OperationDefinition } from 'fhir/r4.js';
import { startHarness, type Harness } from '../harness.js';

describe('service/routes/metadata', () => {
  let service: Harness;
  before(async () => {
    service = await startHarness({ CAIRN_WORKERS: '1' });
  });
  after(() => service.stop());

  it('lists the operations, with the addresses of their definitions', async () => {
    for (const path of ['/metadata', '/fhir/metadata']) {
      const statement = (await (await service.call(path)).json()) as CapabilityStatement;
      expect(statement).to.include({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
      const operations = statement.rest![0]!.operation!;
      expect(operations.map(({ name }) => name)).to.deep.equal(['convert', 'convert-data', 'submit-attachment']);
      const ofTask = statement.rest![0]!.resource!.find(({ type }) => type === 'Task')!.operation!;
      for (const { name, definition } of [...operations, ...ofTask]) {
        // CDex defines its own.
        if (name === 'submit-attachment') continue;
        const address = new URL(definition);
        expect(address.origin).to.equal(service.address);
        const found = (await (await service.call(address.pathname)).json()) as OperationDefinition;
        expect(found).to.include({ resourceType: 'OperationDefinition', code: name, system: name !== 'answer' });
      }
    }
  });

  it('answers in XML too', async () => {
    const response = await service.call('/metadata', { headers: { Accept: 'application/fhir+xml' } });
    expect(await response.text()).to.contain('<CapabilityStatement xmlns="http://hl7.org/fhir">');
    expect((await service.call('/metadata', { headers: { Accept: 'text/html' } })).status).to.equal(406);
  });

  it('ignores a Host header that is not a host', async () => {
    const answer = await service.raw('GET /metadata HTTP/1.1\r\nHost: "><script>\r\nConnection: close\r\n\r\n');
    expect(answer).not.to.contain('script>');
  });
});
