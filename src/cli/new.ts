import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { formatJson } from '../author/format-json.js';
import { templateName } from '../author/known-templates.js';
import { newMapping } from '../author/new-mapping.js';
import { newSender } from '../author/new-sender.js';
import { typesNamed } from '../cda/type-graph.js';
import { createExaminer } from '../examine.js';
import { readMappingFiles } from '../mapping/read-files.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { mappingSet } from './mapping-set-name.js';
import { oneDocument } from './one-document.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn new mapping --template OID [--on ELEMENT] [--mappings DIR]
cairn new sender NAME --from FILE [--mappings DIR]

Writes the first files of a mapping, or of a sender's folder; both pass cairn lint and cairn test as they are.

mapping
  --template OID     the template of the statements
  --on ELEMENT       the CDA element that they stand on (observation)
  --resource TYPE    the FHIR resource; else what most mappings of the set make of such an element
  --id ID            name of the mapping and its file
  --folder FOLDER    folder of the set that it is written to (other)

sender
  --from FILE        a document of the sender, or an envelope with one: what it is known by, what takes its statements and what stays unmapped is told;
                     no more than the OID of the custodian is taken over

  --json             for programs

Exit status: 0 written, 1 otherwise; nothing is written over.
`;

const OPTIONS = {
  template: { type: 'string' },
  on: { type: 'string' },
  resource: { type: 'string' },
  id: { type: 'string' },
  folder: { type: 'string' },
  from: { type: 'string' },
  mappings: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = { readonly [K in keyof typeof OPTIONS]?: K extends 'json' ? boolean : string };

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  const [what, name, ...others] = positionals;
  if (others.length > 0 || (what === 'mapping' && name !== undefined))
    throw new UsageError('new takes one mapping or sender');
  if (what === 'mapping') return await mapping(values, terminal);
  if (what === 'sender') return await sender(name, values, terminal);
  throw new UsageError('new makes a mapping or a sender');
}

async function mapping(values: Values, terminal: Terminal): Promise<number> {
  const { template, on = 'observation', id, resource, folder = 'other' } = values;
  if (template === undefined || !/^[\w.-]+$/.test(template)) throw new UsageError('new mapping needs --template OID');
  if (typesNamed(on).size === 0) throw new UsageError(`CDA has no element ${on}`);
  const set = mappingSet(values.mappings);
  let made;
  try {
    const given = {
      ...(id === undefined ? {} : { id }),
      ...(resource === undefined ? {} : { resourceType: resource }),
    };
    made = newMapping(readMappingFiles(set, []), template, on, given);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'nothing can be made');
  }
  const files = {
    [join(set, folder, `${made.id}.json`)]: made.mapping,
    [join(set, folder, `${made.id}.test.json`)]: made.test,
  };
  return await write(
    files,
    ['Say in it what the statements are (title, basis), take out what they do not have, and run cairn test on it.'],
    made,
    values,
    terminal,
  );
}

async function sender(name: string | undefined, values: Values, terminal: Terminal): Promise<number> {
  if (name === undefined || !/^[A-Za-z0-9_][\w.-]{0,63}$/.test(name))
    throw new UsageError('new sender needs a name: letters, digits, dots, dashes and underscores');
  if (values.from === undefined) throw new UsageError('new sender needs --from FILE: a document of the sender');
  const set = mappingSet(values.mappings);
  let made;
  try {
    const read = values.from === '-' ? await buffer(terminal.stdin) : readFileSync(values.from);
    const { bytes } = await oneDocument(read, values.from);
    const examination = createExaminer({ mappings: set }, 'facts')(bytes);
    try {
      made = newSender(examination, name);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : 'nothing can be made');
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    await print(terminal.stderr, linesOf(complaintsOf(error, values.from)));
    return 1;
  }
  const files = Object.fromEntries(
    Object.entries(made.files).map(([path, value]) => [join(set, 'senders', name, path), value]),
  );
  const lines = [
    made.oids.length === 0
      ? `known by no OID: custodian and authors have none of their own (an NPI is of no one sender); ask for it with --sender ${name}`
      : `known by ${made.oids.join(', ')}: the custodian, else the organization of an author`,
    `taken by ${made.mappings.map(({ id, count }) => `${id} (${count})`).join(', ')}`,
    ...(made.unknownTemplates.length === 0
      ? ['every template of its statements is known']
      : [
          'templates that no mapping asks for:',
          ...made.unknownTemplates.map(({ template, count }) => `  ${templateName(template)} (${count} times)`),
        ]),
    `${made.unmapped.reduce((sum, { count }) => sum + count, 0)} facts are unmapped${made.unmapped.length === 0 ? '' : ':'}`,
    ...made.unmapped
      .slice(0, 20)
      .map(
        ({ count, template, path, reason }) =>
          `  ${count}  ${template === '' ? 'no template' : templateName(template)}  ${path}: ${reason}`,
      ),
    `Changes of a mapping for ${name} alone go beside sender.json, in a file named after the mapping's id (docs/mapping-guide.md).`,
  ];
  return await write(files, lines, made, values, terminal);
}

/** Never overwrites: if one of the files exists, none is written. */
async function write(
  files: Readonly<Record<string, unknown>>,
  lines: readonly string[],
  made: unknown,
  values: Values,
  terminal: Terminal,
): Promise<number> {
  const there = Object.keys(files).find((file) => existsSync(file));
  if (there !== undefined) throw new UsageError(`${there} is there already`);
  for (const [file, value] of Object.entries(files)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, formatJson(value));
  }
  const written = Object.keys(files);
  if (values.json === true)
    await print(terminal.stdout, `${JSON.stringify({ written, ...(made as object) }, undefined, 2)}\n`);
  else await print(terminal.stdout, linesOf([...written.map((file) => `written: ${file}`), ...lines]));
  return 0;
}
