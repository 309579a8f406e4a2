import { writeJson } from '../bundle/write-json.js';
import { OptionError } from '../option-error.js';
import { ENGINE, findEngine } from '../measure/engine.js';
import { evaluateMeasure } from '../measure/evaluate-measure.js';
import { readMeasure, readMeasureValueSets } from '../measure/measure-file.js';
import { buildRecords } from '../record/build-records.js';
import { readTime } from '../search/time-range.js';
import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { DOCUMENT_OPTIONS, readRecordDocuments } from './record-documents.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn measure FILE|DIR... --measure FILE --from DAY --to DAY

Runs an official measure (eCQM, a FHIR Bundle with Measure and ELM) over documents or Bundles, and prints a MeasureReport
for each person, a Bundle of them where there are several. The engine is ${ENGINE}, an optional install:

  npm install ${ENGINE}
  cairn measure visit.xml --measure measure.json --valuesets sets --from 2024-01-01 --to 2024-12-31

Options
  --measure FILE       the measure's Bundle
  --valuesets DIR      ValueSets that it names, as JSON; nothing is fetched
  --from DAY --to DAY  the measurement period
  --date DAY           what the measure takes for today (the last day of the period)
  --engines DIR        where the engine is installed (beside Cairn, or in the current folder)
  --time-limit N       seconds (300)
  --memory N           megabytes that the engine may take (2048)
  --mappings DIR       another mapping set
  --manifest FILE      when documents arrived, who sent them
  --pretty             indented output

Exit status: 0 reported, 1 otherwise.
`;

const OPTIONS = {
  ...DOCUMENT_OPTIONS,
  measure: { type: 'string' },
  valuesets: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  date: { type: 'string' },
  'time-limit': { type: 'string' },
  memory: { type: 'string' },
  engines: { type: 'string' },
} as const;

export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  if (values.measure === undefined) throw new UsageError('--measure names the Bundle of a measure');
  const [from, to] = [dayOf('from', values.from), dayOf('to', values.to)];
  const date = values.date === undefined ? to : dayOf('date', values.date);
  if (to < from) throw new UsageError('--from is later than --to');
  const limits = {
    seconds: numberOf('time-limit', values['time-limit'], 300),
    megabytes: numberOf('memory', values.memory, 2048),
  };
  const engine = findEngine(values.engines ?? process.cwd());
  if (engine === undefined) {
    throw new OptionError(`${ENGINE} is not installed: npm install ${ENGINE}, beside Cairn or in this folder`);
  }
  const measure = await readMeasure(values.measure);
  const valueSets = await readMeasureValueSets(values.valuesets ?? []);
  const { documents, failed } = await readRecordDocuments(positionals, values, terminal, modules);
  if (documents.length === 0) return 1;
  const records = buildRecords(documents);
  const reports = await evaluateMeasure(engine, records, { measure, valueSets, from, to, date, limits });
  const [report] = reports;
  const entry = reports.map((resource) => ({ fullUrl: `urn:uuid:${resource.id ?? ''}`, resource }));
  const answer = reports.length === 1 ? report! : { resourceType: 'Bundle', type: 'collection', entry };
  await print(terminal.stdout, `${writeJson(answer, values.pretty ?? false)}\n`);
  return failed === 0 ? 0 : 1;
}

/** Whole days, because a measurement period consists of days. */
function dayOf(name: string, text: string | undefined): string {
  if (text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && readTime(text) !== undefined) return text;
  throw new UsageError(`--${name} is a day such as 2024-03-06`);
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} is a whole number above 0`);
  return number;
}
