import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { builtModule } from './built.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundle, ledger and trace of a sample, byte for byte, from a process of that time zone and language. */
function convertIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-determinism-'));
  try {
    const [ledger, trace] = [join(folder, 'ledger.json'), join(folder, 'trace.json')];
    const options = ['--time-zone', 'America/New_York', '--ledger', ledger, '--trace', trace];
    const bundle = execFileSync(
      process.execPath,
      [builtModule('cli.js'), 'convert', 'samples/visit-summary.xml', ...options],
      { cwd: root, env: { ...process.env, ...environment }, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 },
    );
    return { bundle, ledger: readFileSync(ledger, 'utf8'), trace: readFileSync(trace, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('determinism', () => {
  it('gives the same bytes in Tokyo in Turkish as in London in English', () => {
    // Turkish lower-cases I to ı, and sorts other letters than English: whoever asks the machine's locale is found out.
    const far = convertIn({ TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' });
    const near = convertIn({ TZ: 'Europe/London', LANG: 'en_GB.UTF-8', LC_ALL: 'en_GB.UTF-8' });
    for (const [name, text] of Object.entries(near)) {
      expect(text.length, name).to.be.greaterThan(1000);
      expect(far[name] === text, name).to.equal(true);
    }
  });
});
