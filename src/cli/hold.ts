import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn hold (--patient ID | DOCUMENT...) --reason TEXT [--until DATE] [--to URL]
cairn hold (--patient ID | DOCUMENT...) --reason TEXT --lift [--to URL]
cairn hold [--to URL]                      what is on hold, a line of JSON each

A legal hold: documents, or all of a patient (the id that Bundles give the patient; also what comes later), stay whatever their age,
and are not purged, until DATE (2027-12-31) or until the hold is lifted. ${toHelp}
`;

/** `cairn hold --patient 7c1d… --reason "case 24-117" --until 2027-12-31` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    ...serviceOptions,
    patient: { type: 'string' },
    reason: { type: 'string' },
    until: { type: 'string' },
    lift: { type: 'boolean' },
  });
  const { patient, reason, until, lift = false } = values;
  const service = serviceAt(values);
  if (patient === undefined && positionals.length === 0) {
    if (reason !== undefined || until !== undefined || lift)
      throw new UsageError('hold takes --patient ID, or documents by their ids');
    const { holds } = (await service.json('legal-holds')) as { holds: object[] };
    for (const one of holds) await print(terminal.stdout, `${JSON.stringify(one)}\n`);
    return 0;
  }
  if (patient !== undefined && positionals.length > 0)
    throw new UsageError('hold takes --patient ID, or documents by their ids');
  if (reason === undefined) throw new UsageError('hold needs --reason TEXT');
  if (lift && until !== undefined) throw new UsageError('a hold is lifted at once: --lift takes no --until');
  const parameter = [
    ...(patient === undefined ? [] : [['patient', patient]]),
    ...positionals.map((id) => ['id', id]),
    ['reason', reason],
    ...(until === undefined ? [] : [['until', until]]),
  ].map(([name, valueString]) => ({ name, valueString }));
  const answer = await service.call(lift ? '$lift-legal-hold' : '$legal-hold', {
    method: 'POST',
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
    type: 'application/fhir+json',
  });
  const told = (await answer.json()) as { documents?: number; until?: string; lifted?: number };
  const end = told.until === undefined ? 'until it is lifted' : `until ${told.until}`;
  await print(
    terminal.stdout,
    lift ? `${told.lifted ?? 0} holds lifted\n` : `${told.documents ?? 0} documents on hold ${end}\n`,
  );
  return 0;
}
