import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn status [DOCUMENT] [--to URL]

How many documents are in each state, what waits, and how the receivers stand; of one document (its id) all that happened to it.
${toHelp}
`;

interface Summary {
  readonly states: Readonly<Record<string, number>>;
  readonly waiting: number;
  readonly oldest: string | null;
  readonly receivers: readonly {
    name: string;
    state: string;
    reason: string | null;
    waiting: number;
    dead: number;
    delivered: number;
  }[];
}

/** `cairn status` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, { ...serviceOptions });
  const service = serviceAt(values);
  const [document] = positionals;
  if (document !== undefined) {
    const task = (await service.json(`documents/${document}`)) as {
      businessStatus: { text: string };
      statusReason?: { text: string };
    };
    const events = (await service.json(`documents/${document}/$events`)) as {
      at: string;
      what: string;
      detail: object | null;
    }[];
    const reason = task.statusReason === undefined ? '' : `: ${task.statusReason.text}`;
    await print(terminal.stdout, `${task.businessStatus.text}${reason}\n`);
    for (const { at, what, detail } of events)
      await print(terminal.stdout, `${at}  ${what}${detail === null ? '' : `  ${JSON.stringify(detail)}`}\n`);
    return 0;
  }
  const { states, waiting, oldest, receivers } = (await service.json('store')) as Summary;
  for (const [state, count] of Object.entries(states)) await print(terminal.stdout, `${state.padEnd(12)}${count}\n`);
  await print(
    terminal.stdout,
    `${'waiting'.padEnd(12)}${waiting}${oldest === null ? '' : `, the oldest since ${oldest}`}\n`,
  );
  for (const { name, state, reason, waiting: backlog, dead, delivered } of receivers) {
    const why = reason === null ? '' : ` (${reason})`;
    await print(
      terminal.stdout,
      `receiver ${name}: ${state}${why}, ${backlog} waiting, ${delivered} delivered, ${dead} dead letters\n`,
    );
  }
  return 0;
}
