import { buildTermPack, type BuildProgress } from '../terms/build.js';
import { openTermPack, type TermPack } from '../terms/pack/term-pack.js';
import { checkPackFile } from '../terms/pack/pack-file.js';
import type { PackManifest } from '../terms/pack/form.js';
import { systemOf } from '../terminology/systems.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn terms build SOURCE... --out FILE
cairn terms show FILE
cairn terms check FILE
cairn terms look FILE SYSTEM CODE [--to SYSTEM]

Makes a term pack of files that you have, and tells what is in one. convert --terms FILE and the service (CAIRN_TERMS) take it: codes
of the systems that US Core wants are added, missing displays filled, wrong and retired codes told (docs/terms.md). A SOURCE is a
file, a folder or a ZIP archive: RxNorm (RRF), CDC's CVX, MVX and NDC crosswalk, LOINC (Loinc.csv), ICD-10-CM (order or code
file), ICD-9 GEMs, SNOMED CT (RF2 snapshot), and any CodeSystem, ValueSet or ConceptMap of FHIR as JSON.

Options
  --out FILE    the pack; written when it is whole
  --to SYSTEM   what the code becomes in that system
  --json        for programs

Exit status: 0 done, 1 otherwise.
`;

const actions = ['build', 'show', 'check', 'look'] as const;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    out: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [given, ...rest] = positionals;
  const action = actions.find((name) => name === given);
  if (action === undefined) throw new UsageError(`terms is ${actions.join(', ')} (see cairn terms --help)`);
  const json = values.json === true;
  try {
    switch (action) {
      case 'build':
        return await build(rest, values.out, json, terminal);
      case 'show':
        return await show(rest, json, terminal);
      case 'check':
        return await check(rest, terminal);
      case 'look':
        return await look(rest, values.to, json, terminal);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    await print(terminal.stderr, linesOf(complaintsOf(error, rest[0] ?? 'terms')));
    return 1;
  }
}

async function build(
  sources: readonly string[],
  out: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  if (sources.length === 0 || out === undefined) throw new UsageError('terms build needs a SOURCE and --out FILE');
  const live = terminal.stderr.isTTY === true;
  const say = (line: string): void => void terminal.stderr.write(live ? `\r\u001b[K${line}` : `${line}\n`);
  const progress: BuildProgress = {
    ...(live ? { reading: (file, bytes) => say(`${file}: ${megabytes(bytes)}`) } : {}),
    done: (file, title, version, statements) =>
      say(`${file}: ${title} ${version}, ${statements} statements${live ? '\n' : ''}`),
    writing: () => say('writing'),
  };
  const manifest = await buildTermPack(sources, out, progress);
  if (live) terminal.stderr.write('\r\u001b[K');
  await print(
    terminal.stdout,
    json ? jsonOf(manifest) : linesOf([`${out}: ${manifest.rows} rows, ${manifest.sha256}`]),
  );
  return 0;
}

async function show(files: readonly string[], json: boolean, terminal: Terminal): Promise<number> {
  return await withPack(files, 1, 'terms show takes one FILE', async ({ manifest }) => {
    await print(terminal.stdout, json ? jsonOf(manifest) : linesOf(manifestLines(manifest)));
    return 0;
  });
}

async function check(files: readonly string[], terminal: Terminal): Promise<number> {
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('terms check takes one FILE');
  const { sha256, rows } = checkPackFile(file);
  await print(terminal.stdout, linesOf([`${file}: whole, ${rows} rows, ${sha256}`]));
  return 0;
}

async function look(
  given: readonly string[],
  to: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const usage = 'terms look takes FILE SYSTEM CODE, such as all.terms LOINC 718-7';
  return await withPack(given, 3, usage, async (pack) => {
    const [, name = '', code = ''] = given;
    const found =
      to === undefined
        ? pack.concept(systemNamed(name), code)
        : pack.translate(systemNamed(name), code, systemNamed(to));
    if (found === undefined) {
      await print(terminal.stderr, linesOf(['the pack does not have it']));
      return 1;
    }
    const lines =
      found === 'ambiguous'
        ? ['ambiguous: several targets, or it depends on more than the code']
        : 'strength' in found
          ? [`${found.code} (${found.strength}, ${found.source.title} ${found.source.version})`]
          : [
              `${found.display ?? 'no name'}${found.retired ? ` (retired${replaced(found.replacedBy)})` : ''}`,
              ...found.names,
            ];
    await print(terminal.stdout, json ? jsonOf(found) : linesOf(lines));
    return 0;
  });
}

function replaced(code: string | undefined): string {
  return code === undefined ? '' : `; ${code} takes its place`;
}

async function withPack(
  given: readonly string[],
  count: number,
  usage: string,
  then: (pack: TermPack) => Promise<number>,
): Promise<number> {
  const [file] = given;
  if (file === undefined || given.length !== count) throw new UsageError(usage);
  const pack = openTermPack(file);
  try {
    return await then(pack);
  } finally {
    pack.close();
  }
}

/** By URI, OID or name: `LOINC`. */
function systemNamed(name: string): string {
  return systemOf(name) ?? name;
}

function manifestLines({ sources, systems, maps, notices, rows, sha256 }: PackManifest): string[] {
  return [
    `${rows} rows, ${sha256}`,
    ...sources.map(
      ({ title, version, file, bytes, sha256: hash }) =>
        `source  ${title} ${version}  ${file}, ${megabytes(bytes)}, ${hash.slice(0, 12)}`,
    ),
    ...systems
      .filter(({ source }) => source !== undefined)
      .map(({ uri, complete }) => `names   ${uri}${complete ? '  (all codes)' : ''}`),
    ...maps.map(({ from, to }) => `map     ${systems[from]!.uri} -> ${systems[to]!.uri}`),
    ...notices.map((notice) => `notice  ${notice}`),
  ];
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
