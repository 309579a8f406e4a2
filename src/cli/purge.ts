import { setTimeout as delay } from 'node:timers/promises';
import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn purge (--patient ID | DOCUMENT...) --reason TEXT [--here-alone] [--to URL]

Takes away all that the store has of a patient (the id that Bundles give the patient) or of documents, and what receivers were sent for
them and no other document tells (--here-alone: they keep it). Says what each receiver has let go of, and what remains there and why;
a receiver that is down is asked again and again by the service. ${toHelp}

Exit status: 0 where nothing remains, 1 otherwise.
`;

/** `cairn purge --patient 7c1d… --reason "asked for by the patient"` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    ...serviceOptions,
    patient: { type: 'string' },
    reason: { type: 'string' },
    'here-alone': { type: 'boolean' },
  });
  if (values.reason === undefined) throw new UsageError('purge needs --reason TEXT: it is all that is kept');
  if ((values.patient === undefined) === (positionals.length === 0))
    throw new UsageError('purge takes --patient ID, or documents by their ids');
  const parameters = [
    ...(values.patient === undefined ? [] : [['patient', values.patient]]),
    ...positionals.map((id) => ['id', id]),
    ['reason', values.reason],
    ...(values['here-alone'] === true ? [['atReceivers', 'false']] : []),
  ].map(([name, valueString]) => ({ name, valueString }));
  const body = JSON.stringify({ resourceType: 'Parameters', parameter: parameters });
  const service = serviceAt(values);
  const answer = await service.call('$purge', { method: 'POST', body, type: 'application/fhir+json' });
  const { documents, receivers: begun } = (await answer.json()) as { documents: number; receivers: Removal[] };
  await print(terminal.stdout, `${documents} documents purged\n`);
  let receivers = begun;
  const place = new URL(answer.headers.get('content-location') ?? '', 'http://service').pathname;
  for (let tries = 0; tries < TRIES && receivers.some(({ state }) => state === 'waiting'); tries++) {
    await delay(500);
    ({ receivers } = (await service.json(place)) as { receivers: Removal[] });
  }
  for (const removal of receivers) await print(terminal.stdout, `${lineOf(removal)}\n`);
  return receivers.every(({ state }) => state === 'removed') ? 0 : 1;
}

interface Removal {
  readonly receiver: string;
  readonly state: 'waiting' | 'removed' | 'told' | 'remains';
  readonly removed: number;
  readonly remains: readonly string[];
  readonly why: string | null;
}

/** How long the command waits for the job. The service goes on without it. */
const TRIES = 60;

function lineOf({ receiver, state, removed, remains, why }: Removal): string {
  const reason = why === null ? '' : ` (${why})`;
  switch (state) {
    case 'removed':
      return `${receiver}: ${removed} removed`;
    case 'told':
      return `${receiver}: told, what it was sent can't be taken back`;
    case 'waiting':
      return `${receiver}: not yet${reason}; the service asks again`;
    case 'remains':
      return `${receiver}: ${removed} removed, ${remains.length} remain${reason}: ${remains.join(', ')}`;
  }
}
