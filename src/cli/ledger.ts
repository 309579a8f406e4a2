import { unmappedPlaces } from '../author/unmapped.js';
import { templateName } from '../author/known-templates.js';
import type { FactStatus } from '../conversion.js';
import { UsageError } from './command.js';
import { complaintsOf } from './complaints.js';
import { eachDocument } from './each-document.js';
import { documentFiles } from './inputs.js';
import { mappingSet } from './mapping-set-name.js';
import { readCommandOptions } from './read-options.js';
import { linesOf, print, type Terminal } from './terminal.js';

export const help = `cairn ledger FILE|DIR...

Counts the facts of documents that no mapping takes, by template and path, the most frequent first: what to map next. Nothing of a
patient is told but where facts stand, unless --values asks for them. Envelopes are not opened: cairn unwrap writes their documents.

Options
  --values          the most frequent values of each place: a patient's data
  --status STATUS   unmapped (default), dropped or narrative
  --most N          so many places (40); 0 for all
  --mappings SET    another mapping set, or a pack
  --sender ID       as for convert
  --json            for programs, all of them

Exit status: 0 every document could be read, 1 otherwise.
`;

const STATUSES: readonly FactStatus[] = ['unmapped', 'dropped', 'narrative'];
const MOST = 40;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    values: { type: 'boolean' },
    status: { type: 'string' },
    most: { type: 'string' },
    mappings: { type: 'string' },
    sender: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) throw new UsageError('ledger needs documents');
  const status = STATUSES.find((one) => one === (values.status ?? 'unmapped'));
  if (status === undefined) throw new UsageError(`--status is ${STATUSES.join(', ')}; not ${values.status ?? ''}`);
  if (values.most !== undefined && !/^\d+$/.test(values.most)) throw new UsageError('--most is a number');
  const files = await documentFiles(positionals);
  let answers;
  try {
    const sender = values.sender === undefined ? {} : { sender: values.sender };
    answers = await eachDocument(files, { kind: 'ledger', mappings: mappingSet(values.mappings), status, ...sender });
  } catch (error) {
    await print(terminal.stderr, linesOf(complaintsOf(error, values.mappings ?? 'mappings')));
    return 1;
  }
  const failed = answers.flatMap((answer) => (answer.kind === 'failed' ? answer.complaints : []));
  await print(terminal.stderr, linesOf(failed));
  const read = answers.flatMap((answer) => (answer.kind === 'ledger' ? [answer] : []));
  const places = unmappedPlaces(
    read.map(({ facts }) => facts),
    values.values ?? false,
  );
  const total = read.reduce((sum, answer) => sum + answer.total, 0);
  const count = places.reduce((sum, place) => sum + place.count, 0);
  if (values.json === true) {
    await print(
      terminal.stdout,
      `${JSON.stringify({ documents: read.length, facts: total, [status]: count, places }, undefined, 2)}\n`,
    );
    return failed.length === 0 ? 0 : 1;
  }
  const most = values.most === undefined ? MOST : Number(values.most) || Infinity;
  await print(
    terminal.stdout,
    linesOf([
      `${count} of ${total} facts in ${read.length} documents are ${status}, in ${places.length} place${places.length === 1 ? '' : 's'}`,
      ...places
        .slice(0, most)
        .flatMap(({ template, path, count: times, documents, reason, values: said }) => [
          `${String(times).padStart(6)}  in ${documents} document${documents === 1 ? '' : 's'}  ${template === '' ? 'no template' : templateName(template)}  ${path}: ${reason}`,
          ...(said ?? []).map(
            ({ value, count: often }) =>
              `          ${often} ${often === 1 ? 'time' : 'times'} ${JSON.stringify(value)}`,
          ),
        ]),
      ...(places.length > most ? [`and ${places.length - most} places more (--most 0 tells all)`] : []),
    ]),
  );
  return failed.length === 0 ? 0 : 1;
}
