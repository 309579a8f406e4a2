/** That accepted means synced, seen from outside: by what the process asks of the kernel, in its order. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const main = fileURLToPath(new URL('../drill/main.ts', import.meta.url));

const COUNT = 20;

/** With an end, so that none is the beginning of another. */
const keyOf = (number: number): string => `the-key-of-${number}-`;

interface Call {
  readonly name: string;
  readonly text: string;
  /** Of the log of changes, of an answer, or of neither. */
  readonly what: 'log' | 'answer' | 'sync' | 'other';
}

describe('an answer of 202', function () {
  this.timeout(120_000);

  it('is never sent before the log is synced after the last write', async function () {
    if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) {
      console.warn('    skipped: there is no strace here, or it may not trace');
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'cairn-sync-'));
    try {
      const trace = join(folder, 'trace');
      const service = spawn(
        'strace',
        [
          '-f',
          '-y',
          '-s',
          '4200',
          '-e',
          'trace=pwrite64,fsync,fdatasync,write,sendto,writev',
          '-o',
          trace,
          process.execPath,
          '--import',
          'tsx',
          main,
        ],
        {
          env: {
            ...process.env,
            PORT: '0',
            CAIRN_WORKERS: '1',
            CAIRN_LARGE_WORKERS: '0',
            CAIRN_STORE: join(folder, 'store'),
            CAIRN_INTAKE_MIN_FREE_MEGABYTES: '0',
          },
          stdio: ['ignore', 'pipe', 'inherit'],
          detached: true,
        },
      );
      const [line] = (await once(service.stdout, 'data')) as [Buffer];
      const address = line.toString().trim();
      for (let number = 0; number < COUNT; number++) {
        const { status } = await fetch(`${address}/documents`, {
          method: 'POST',
          // The key stands in the database as it is: so the write is found that has this document.
          headers: { 'Content-Type': 'application/xml', 'Idempotency-Key': keyOf(number) },
          body: `<ClinicalDocument patient="p1" number="${number}"/>`,
        });
        expect(status).to.equal(202);
      }
      await delay(500);
      process.kill(-service.pid!, 'SIGKILL');
      await once(service, 'close');
      const calls = callsIn(readFileSync(trace, 'utf8'));
      const answers = calls.flatMap(({ what }, place) => (what === 'answer' ? [place] : []));
      expect(answers).to.have.lengthOf(COUNT);
      for (const [number, answer] of answers.entries()) {
        const written = calls.findIndex(({ what, text }) => what === 'log' && text.includes(keyOf(number)));
        const synced = calls.findIndex(({ what }, place) => what === 'sync' && place > written);
        expect([written < 0, synced < 0], `${number}`).to.deep.equal([false, false]);
        expect(synced, `${number}: the answer before the sync`).to.be.lessThan(answer);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** In the order in which they ended: one that was interrupted in the log counts where it was resumed. */
function callsIn(text: string): Call[] {
  const open = new Map<string, string>();
  return text.split('\n').flatMap((line) => {
    const [, process = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest);
    if (begun !== null) {
      open.set(process, rest.replace(' <unfinished ...>', ''));
      // An answer is on its way as soon as it is begun.
      return begun[2]!.includes('HTTP/1.1 202') ? [callOf(rest)] : [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    if (resumed === null) return [callOf(rest)];
    const whole = `${open.get(process) ?? ''}${resumed[1]!}`;
    open.delete(process);
    return whole.includes('HTTP/1.1 202') ? [] : [callOf(whole)];
  });
}

function callOf(text: string): Call {
  const name = /^\w+/.exec(text)?.[0] ?? '';
  const isOfLog = /<[^>]*cairn\.sqlite-wal>/.test(text);
  if (text.includes('HTTP/1.1 202')) return { name, text, what: 'answer' };
  if (isOfLog && name === 'pwrite64') return { name, text, what: 'log' };
  if (isOfLog && /^f(data)?sync/.test(text) && text.endsWith(' = 0')) return { name, text, what: 'sync' };
  return { name, text, what: 'other' };
}
