import { UsageError } from './command.js';
import { readOptions } from './read-options.js';
import { serviceAt, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn purge (--patient ID | DOCUMENT...) --reason TEXT [--to URL]

Takes away all that the store has of a patient (the id that Bundles give the patient) or of documents; receivers keep what they
were sent. ${toHelp}
`;

/** `cairn purge --patient 7c1d… --reason "asked for by the patient"` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, {
    to: { type: 'string' },
    patient: { type: 'string' },
    reason: { type: 'string' },
  });
  if (values.reason === undefined) throw new UsageError('purge needs --reason TEXT: it is all that is kept');
  if ((values.patient === undefined) === (positionals.length === 0))
    throw new UsageError('purge takes --patient ID, or documents by their ids');
  const parameters = [
    ...(values.patient === undefined ? [] : [['patient', values.patient]]),
    ...positionals.map((id) => ['id', id]),
    ['reason', values.reason],
  ].map(([name, valueString]) => ({ name, valueString }));
  const body = JSON.stringify({ resourceType: 'Parameters', parameter: parameters });
  const answer = await serviceAt(values.to).call('$purge', { method: 'POST', body, type: 'application/fhir+json' });
  const { documents } = (await answer.json()) as { documents: number };
  await print(terminal.stdout, `${documents} documents purged\n`);
  return 0;
}
