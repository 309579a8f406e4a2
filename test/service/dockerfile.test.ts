/**
 * No container engine is needed: the file is read as a linter reads it, and its steps are done in clean folders, one
 * for each stage, under a stranger's user id where that is possible.
 */
import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { newApiKey } from '../../src/service/auth/keys.js';
import { root } from './harness.js';
import { freePort } from '../../scripts/free-port.js';

interface Instruction {
  readonly name: string;
  readonly value: string;
}

const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const instructions: Instruction[] = text
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replace(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => ({ name: line.split(' ')[0]!, value: line.slice(line.indexOf(' ') + 1).trim() }));
const stages = instructions.reduce<Instruction[][]>((all, each) => {
  if (each.name === 'FROM') all.push([]);
  all.at(-1)?.push(each);
  return all;
}, []);
const last = stages.at(-1)!;
const valuesOf = (name: string, within: readonly Instruction[] = instructions): string[] =>
  within.filter((each) => each.name === name).map(({ value }) => value);

describe('Dockerfile', () => {
  it('names the version of every image, never latest', () => {
    const images = valuesOf('FROM').map((value) => value.split(' ')[0]!);
    for (const image of images) expect(image).to.match(/^[a-z]+:\$\{NODE_VERSION\}-slim$/);
    expect(valuesOf('ARG')).to.deep.equal(['NODE_VERSION=24']);
  });

  it('uses nothing that linters warn about', () => {
    for (const name of ['ADD', 'MAINTAINER', 'SHELL', 'ONBUILD']) expect(valuesOf(name)).to.deep.equal([]);
    for (const value of valuesOf('RUN')) expect(value).not.to.match(/sudo|curl|wget|apt-get|npm install|\bcd /);
    for (const value of valuesOf('WORKDIR')) expect(value).to.match(/^\//);
    for (const name of ['CMD', 'ENTRYPOINT']) expect(JSON.parse(valuesOf(name, last)[0]!)).to.be.an('array');
    expect(valuesOf('ENV').join(' ')).not.to.match(/KEY|SECRET|PASSWORD|TOKEN|INSECURE/);
  });

  it('installs before it copies sources, so that changed sources need no new installation', () => {
    for (const stage of stages.slice(0, 2)) {
      const install = stage.findIndex(({ value }) => value.startsWith('npm ci'));
      for (const { name, value } of stage.slice(0, install)) {
        if (name === 'COPY') expect(value).to.equal('package.json package-lock.json ./');
      }
    }
  });

  it('runs as an unprivileged user with a health check, labels and a port', () => {
    const names = last.map(({ name }) => name);
    expect(valuesOf('USER', last)).to.deep.equal(['node']);
    expect(names.indexOf('USER')).to.be.greaterThan(names.lastIndexOf('COPY'));
    expect(valuesOf('HEALTHCHECK')).to.have.length(1);
    expect(valuesOf('HEALTHCHECK', last)[0]).to.contain('CMD ["node"').and.not.to.contain('curl');
    for (const label of ['title', 'description', 'licenses']) {
      expect(valuesOf('LABEL', last).join(' ')).to.contain(`org.opencontainers.image.${label}=`);
    }
    expect(valuesOf('EXPOSE', last)).to.deep.equal(['8080']);
    expect(valuesOf('STOPSIGNAL', last)).to.deep.equal(['SIGTERM']);
  });

  it('copies nothing that .dockerignore excludes', () => {
    const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).to.equal('*');
    const kept = rules.slice(1).map((rule) => rule.replace(/^!/, ''));
    const copied = valuesOf('COPY')
      .filter((value) => !value.startsWith('--from'))
      .flatMap((value) => value.split(' ').slice(0, -1));
    for (const path of copied)
      expect(
        kept.some((rule) => path === rule || path.startsWith(`${rule}/`)),
        path,
      ).to.equal(true);
  });

  it('has a compose file that publishes only on this machine and grants no extra rights', () => {
    const compose = readFileSync(join(root, 'compose.yaml'), 'utf8');
    for (const part of [
      "'127.0.0.1:8080:8080'",
      'read_only: true',
      'no-new-privileges:true',
      '- ALL',
      'stop_grace_period',
    ]) {
      expect(compose).to.contain(part);
    }
  });

  describe('built step by step', function () {
    this.timeout(600_000);
    const folder = mkdtempSync(join(tmpdir(), 'cairn-image-'));
    chmodSync(folder, 0o755);
    const result = join(folder, String(stages.length - 1), 'app');
    let child: ChildProcess | undefined;
    after(() => {
      child?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });

    before(function () {
      if (spawnSync('npm', ['ping'], { timeout: 30_000 }).status !== 0) {
        console.warn('    skipped: no package registry answers');
        this.skip();
      }
      const named = new Map<string, string>();
      for (const [index, stage] of stages.entries()) {
        const place = join(folder, String(index));
        const name = /AS (\w+)$/.exec(stage[0]!.value)?.[1];
        if (name !== undefined) named.set(name, place);
        doStage(stage, place, named);
      }
    });

    it('leaves no source, test or development dependency in the result', () => {
      for (const path of [
        'src',
        'test',
        'node_modules/typescript',
        'node_modules/mocha',
        'node_modules/playwright-core',
      ]) {
        expect(existsSync(join(result, path)), path).to.equal(false);
      }
      for (const path of [
        'dist/cli.js',
        'dist/service/page/index.html',
        'mappings',
        'node_modules/express',
        'LICENSE',
      ]) {
        expect(existsSync(join(result, path)), path).to.equal(true);
      }
    });

    it('refuses to start without authentication, with a clear message', () => {
      const { status, stderr } = spawnSync(process.execPath, command(), {
        cwd: result,
        env: environment({}),
        encoding: 'utf8',
      });
      expect(status).to.equal(1);
      expect(stderr).to.contain('--insecure');
    });

    it('starts, is healthy, converts, and exits with 0, as a user without write access', async () => {
      const { key, hash } = newApiKey();
      const port = await freePort();
      const settings = environment({ CAIRN_KEYS: `feed:${hash}`, PORT: String(port), TMPDIR: join(folder, 'nothing') });
      const stranger = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      child = spawn(process.execPath, command(), {
        cwd: result,
        env: settings,
        ...stranger,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stderr!.resume();
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`ended with ${String(code)}`);
      });
      await Promise.race([once(child.stdout!, 'data'), ended]);
      ended.catch(() => undefined);
      const health = JSON.parse(/CMD (\[.*\])$/.exec(valuesOf('HEALTHCHECK')[0]!)![1]!) as string[];
      expect(spawnSync(process.execPath, health.slice(1), { cwd: result, env: settings, ...stranger }).status).to.equal(
        0,
      );
      const response = await fetch(`http://127.0.0.1:${port}/convert`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/xml', 'X-API-Key': key },
        body: readFileSync(join(result, 'samples/progress-note.xml')),
      });
      expect(response.status).to.equal(200);
      child.kill('SIGTERM');
      expect((await once(child, 'exit'))[0]).to.equal(0);
      expect(spawnSync(process.execPath, health.slice(1), { cwd: result, env: settings }).status).to.equal(1);
    });

    function command(): string[] {
      const [entry, extra] = ['ENTRYPOINT', 'CMD'].map((name) => JSON.parse(valuesOf(name, last)[0]!) as string[]);
      return [...entry!.slice(1), ...extra!];
    }

    function environment(more: Record<string, string>): Record<string, string> {
      const own = valuesOf('ENV', last)
        .join(' ')
        .split(' ')
        .map((pair) => pair.split('='));
      return { PATH: process.env.PATH ?? '', ...(Object.fromEntries(own) as Record<string, string>), ...more };
    }

    function doStage(stage: readonly Instruction[], place: string, named: ReadonlyMap<string, string>): void {
      let work = place;
      for (const { name, value } of stage) {
        if (name === 'WORKDIR') mkdirSync((work = join(place, value)), { recursive: true });
        if (name === 'COPY') copy(value, work, named);
        if (name === 'RUN') {
          const { status, stderr } = spawnSync('sh', ['-c', value], {
            cwd: work,
            encoding: 'utf8',
            // What the machine of the test has in its cache need not come again.
            env: { ...process.env, npm_config_prefer_offline: 'true', NODE_ENV: '' },
          });
          expect(status, `${value}: ${stderr}`).to.equal(0);
        }
      }
    }

    function copy(value: string, work: string, named: ReadonlyMap<string, string>): void {
      const words = value.split(' ');
      const from = words[0]!.startsWith('--from=') ? named.get(words.shift()!.slice(7))! : root;
      const target = words.pop()!;
      for (const source of words) {
        const path = join(from, source);
        const into = target.endsWith('/') ? join(work, target, basename(path)) : join(work, target);
        mkdirSync(dirname(into), { recursive: true });
        cpSync(path, into, { recursive: true, filter: (each) => !relative(path, each).startsWith('..') });
      }
    }
  });
});
