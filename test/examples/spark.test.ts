import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdtempSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../built.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm run spark` takes 10,000. */
const count = Number(process.env.SPARK_DOCUMENTS ?? 200);
const PARTITIONS = 2;

describe('the example for Spark', function () {
  this.timeout(180_000 + count * 200);
  const folder = mkdtempSync(join(tmpdir(), 'cairn-spark-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  before(function () {
    const python = spawnSync('python3', ['-c', 'import pyspark; print(pyspark.__version__)'], { encoding: 'utf8' });
    const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
    if (python.status === 0 && /version "(1[7-9]|2\d)/.test(java.stderr)) return;
    console.warn('    skipped: there is no pyspark (pip install pyspark), or no Java 17');
    this.skip();
  });

  it(`gives the same bytes for ${count} documents as one process`, async () => {
    const documents = join(folder, 'documents');
    mkdirSync(documents);
    const samples = readdirSync(join(root, 'samples'))
      .filter((name) => name.endsWith('.xml'))
      .map((name) => readFileSync(join(root, 'samples', name), 'utf8'))
      .filter((text) => text.length < 60_000);
    const names = Array.from({ length: count }, (_none, number) => `document-${number}.xml`);
    for (const [number, name] of names.entries()) {
      // Each has other bytes, and so other ids; one is none.
      const text = number === 7 ? '<ClinicalDocument>' : `${samples[number % samples.length]!}<!-- ${number} -->`;
      writeFileSync(join(documents, name), text);
    }
    const command = [process.execPath, builtModule('cli.js')];
    const spark = spawnSync(
      'python3',
      [join(root, 'examples/spark/convert.py'), documents, join(folder, 'bundles'), String(PARTITIONS)],
      {
        env: {
          ...process.env,
          CAIRN: command.join(' '),
          PYSPARK_PYTHON: 'python3',
          PYSPARK_SUBMIT_ARGS: '--master local[2] --driver-memory 1g --conf spark.ui.enabled=false pyspark-shell',
          SPARK_LOCAL_IP: '127.0.0.1',
        },
        encoding: 'utf8',
        maxBuffer: 1e9,
      },
    );
    expect(spark.status, spark.stderr.slice(-2000)).to.equal(0);
    const parts = readdirSync(join(folder, 'bundles')).filter((name) => name.startsWith('part-'));
    expect(parts).to.have.length(PARTITIONS);
    const made: string[] = [];
    for (const name of parts) made.push(...(await hashesOf(join(folder, 'bundles', name))));

    const input = join(folder, 'lines.ndjson');
    const lines = names.map((name) => ({ id: `file:${join(documents, name)}`, path: join(documents, name) }));
    writeFileSync(input, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const output = join(folder, 'bundles.ndjson');
    const one = spawnSync(command[0]!, [...command.slice(1), 'convert', '--ndjson'], {
      stdio: [openSync(input, 'r'), openSync(output, 'w'), 'inherit'],
    });
    expect(one.status).to.equal(0);
    expect(made).to.have.length(count);
    expect(made.sort()).to.deep.equal((await hashesOf(output)).sort());
    expect(made.filter((hash) => hash.endsWith('outcome'))).to.have.length(1);
  });
});

/** Of each line; all of them together may be more than a text can hold. */
async function hashesOf(file: string): Promise<string[]> {
  const hashes: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const what = line.includes(',"outcome":') ? 'outcome' : 'bundle';
    hashes.push(`${createHash('sha256').update(line).digest('hex')} ${what}`);
  }
  return hashes;
}
