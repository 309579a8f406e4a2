import { writeJson } from '../bundle/write-json.js';
import { OptionError } from '../option-error.js';
import { answerPurpose, purposeOf } from '../purpose/answer-purpose.js';
import { answerBundle, answerParametersOf } from '../purpose/answers/parameters.js';
import { loadPurposes, type PurposeSet } from '../purpose/load.js';
import { buildRecords } from '../record/build-records.js';
import { UsageError } from './command.js';
import { place } from './complaints.js';
import { DOCUMENT_OPTIONS, readRecordDocuments } from './record-documents.js';
import { readCommandOptions } from './read-options.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn purpose ID FILE|DIR... --set NAME=VALUE...
cairn purpose --list

Asks a purpose (what a payer wants to know) of documents about one person, and prints a FHIR Parameters resource: what was
found, with its proof; what was found and not accepted, and why; what is missing, and why.

  cairn purpose quality-glycemic-status visit.xml --set from=2024-01-01 --set to=2024-12-31

Options
  --set NAME=VALUE     a parameter of the purpose
  --answer FORM        parameters (default), bundle: the collection alone
  --missing FORM       guidance (default): a GuidanceResponse for each; outcome: one OperationOutcome
  --people many        an answer for each person; else documents about two people are an error
  --received INSTANT   when the documents arrived; --manifest FILE tells it for each: { "note.xml": { "received": "…" } }
  --trace              the source line of each value that was found
  --purposes DIR       a payer's own purposes; a file whose id is ours patches ours
  --value-sets DIR     the user's ValueSets, beside ours
  --categories DIR     the user's tables of categories, beside ours
  --base URI           canonical base of our purposes and ValueSets (https://cairn.example/fhir)
  --assemblers FILE    who puts other people's records together: [{ "oid": "…", "npi": "…", "name": "…" }]
  --mappings DIR       another mapping set
  --terms FILE         a term pack (docs/terms.md)
  --pretty             indented output

Exit status: 0 answered, 1 otherwise.
`;

const OPTIONS = {
  set: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  answer: { type: 'string' },
  missing: { type: 'string' },
  people: { type: 'string' },
  ...DOCUMENT_OPTIONS,
  trace: { type: 'boolean' },
  purposes: { type: 'string', multiple: true },
  'value-sets': { type: 'string', multiple: true },
  categories: { type: 'string', multiple: true },
  base: { type: 'string' },
  assemblers: { type: 'string' },
} as const;

export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  const [answer, missing] = [values.answer ?? 'parameters', values.missing ?? 'guidance'];
  if (answer !== 'parameters' && answer !== 'bundle') throw new UsageError('--answer is parameters or bundle');
  if (missing !== 'guidance' && missing !== 'outcome') throw new UsageError('--missing is guidance or outcome');
  if (values.people !== undefined && values.people !== 'many') throw new UsageError('--people is many, or left out');
  const [id, ...names] = positionals;
  const assemblers = values.assemblers === undefined ? [] : await readAssemblers(values.assemblers);
  const set = loadPurposes({
    purposes: values.purposes ?? [],
    valueSets: values['value-sets'] ?? [],
    categories: values.categories ?? [],
    assemblers,
    ...(values.base === undefined ? {} : { base: values.base }),
  });
  if (values.list === true) {
    await print(terminal.stdout, listOf(set));
    return 0;
  }
  if (id === undefined) throw new UsageError('name a purpose; cairn purpose --list tells them');
  const { purpose } = purposeOf(set, id);
  const own = set.warnings.filter(({ file }) => file.replace(/^.*\//, '') === `${purpose.id}.json`);
  const warnings = own.map(({ file, line, column, message }) => `${place(file, line, column)}: warning: ${message}\n`);
  await print(terminal.stderr, warnings.join(''));
  const { documents, failed } = await readRecordDocuments(names, values, terminal, modules);
  if (documents.length === 0) return 1;
  const records = buildRecords(documents, { assemblers });
  if (records.length > 1 && values.people !== 'many') {
    throw new OptionError(
      `the documents are about ${records.length} people; --people many answers for each of them (cairn record tells why)`,
    );
  }
  for (const record of records) {
    const answered = answerPurpose(set, id, record, settings(values.set ?? []));
    const resource =
      answer === 'bundle'
        ? answerBundle(answered)
        : answerParametersOf(answered, { missing, trace: values.trace ?? false });
    await print(terminal.stdout, `${writeJson(resource, values.pretty ?? false)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

function listOf({ purposes }: PurposeSet): string {
  const lines = [...purposes.values()].map(({ purpose: { id, title, parameters = {} } }) => {
    const wanted = Object.entries(parameters).map(([name, { required }]) => (required === true ? name : `[${name}]`));
    return `${id}\t${title}\t${wanted.join(' ')}\n`;
  });
  return lines.join('');
}

/** `from=2023-01-01` */
function settings(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError('--set is NAME=VALUE');
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

async function readAssemblers(file: string): Promise<{ name?: string; oid?: string; npi?: string }[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(file, 'utf8');
  try {
    const value = JSON.parse(text) as unknown;
    if (Array.isArray(value)) return value as { name?: string }[];
  } catch {
    // Told below.
  }
  throw new OptionError(`${file} has a list: [{ "name": "Example Health Information Exchange" }]`);
}
