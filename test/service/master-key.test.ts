import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SettingsError } from '../../src/service/settings/load.js';
import { StoreError } from '../../src/store/schema.js';
import { document, post, startHarness } from './harness.js';

const hex = '0123456789abcdef'.repeat(4);

describe('the master key of a service', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'cairn-master-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function refusal(environment: Record<string, string>): Promise<Error> {
    try {
      await (await startHarness({ CAIRN_STORE: folder, ...environment })).stop();
    } catch (error) {
      return error as Error;
    }
    throw new Error('it started');
  }

  it('comes from a command whose output is not logged; without it the service does not start', async () => {
    const environment = { CAIRN_STORE: folder, CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0' };
    const service = await startHarness({ ...environment, CAIRN_MASTER_KEY_COMMAND: `echo ${hex}` });
    expect((await service.call('/documents', post(document('x')))).status).to.equal(202);
    await service.stop();
    expect(JSON.stringify(service.logs)).not.to.contain(hex);
    const failed = await refusal({ CAIRN_MASTER_KEY_COMMAND: 'exit 4' });
    expect(failed).to.be.instanceOf(StoreError);
    expect(failed.message).to.match(/^masterKeyCommand: the command ended with 4: run it by hand/);
    const other = await refusal({ CAIRN_MASTER_KEY_COMMAND: `echo ${hex.replaceAll('0', 'f')}` });
    expect(other.message).to.match(/^the master key is not the one of this store/);
    const both = await refusal({ CAIRN_MASTER_KEY_COMMAND: 'true', CAIRN_MASTER_KEY_FILE: join(folder, 'none') });
    expect(both).to.be.instanceOf(SettingsError);
    expect(both.message).to.contain('masterKeyCommand: the key comes from masterKeyFile already');
  });
});
