import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate of localhost that signs itself, with its key, in PEM. The test is skipped, aloud, where there is no openssl. */
export function selfSigned(test: Mocha.Context): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-certificate-'));
  try {
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const kind = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', 'key.pem', '-out', 'cert.pem'];
    const { status } = spawnSync('openssl', ['req', '-x509', ...kind, ...names], { cwd: folder });
    if (status !== 0) {
      console.warn('    skipped: there is no openssl on this machine');
      return test.skip();
    }
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { cert: text('cert.pem'), key: text('key.pem') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
