import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syslogTlsOf } from '../../../src/service/audit/syslog-tls.js';
import { settingsSchema } from '../../../src/service/settings/schema.js';
import { selfSigned } from '../../certificate.js';

describe('service/audit/syslog-tls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-syslog-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const auditOf = (audit: object) => settingsSchema.parse({ audit }).audit;
  const syslog = 'tls://logs.example.org';

  it('reads the PEM files once: the sink takes what the check of the settings has read', function () {
    const { cert } = selfSigned(this);
    const syslogCaFile = written('ca.pem', cert);
    const audit = auditOf({ syslog, syslogCaFile });
    expect(syslogTlsOf(audit).mistakes).to.deep.equal([]);
    rmSync(syslogCaFile);
    expect(syslogTlsOf(audit).tls.ca).to.equal(cert);
  });

  it('tells files that are not there, are not certificates, lack their key, or have no use', () => {
    const ca = written('no.pem', '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n');
    const mistakesOf = (audit: object): string => syslogTlsOf(auditOf(audit)).mistakes.join('\n');
    expect(mistakesOf({ syslog, syslogCaFile: join(folder, 'none.pem') })).to.match(
      /^audit.syslogCaFile: .* \(ENOENT\)$/,
    );
    expect(mistakesOf({ syslog, syslogCaFile: ca })).to.match(/^audit: the PEM files .* are not certificates/);
    expect(mistakesOf({ syslog, syslogCertificateFile: ca })).to.match(/belong together$/);
    expect(mistakesOf({ syslog: 'udp://logs.example.org', syslogCaFile: ca })).to.match(/only for a server with a tls/);
  });
});
