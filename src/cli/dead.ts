import { UsageError } from './command.js';
import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn dead RECEIVER [--redeliver] [--document ID] [--to URL]

What a receiver did not take, with what it said; with --redeliver sends it again: all, or that of one document.
${toHelp}
`;

/** `cairn dead fhir-server --redeliver` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    ...serviceOptions,
    redeliver: { type: 'boolean' },
    document: { type: 'string' },
  });
  const [receiver, ...others] = positionals;
  if (receiver === undefined || others.length > 0) throw new UsageError('dead takes the name of a receiver');
  const service = serviceAt(values);
  const place = `receivers/${encodeURIComponent(receiver)}`;
  if (values.redeliver === true) {
    const query = values.document === undefined ? '' : `?document=${encodeURIComponent(values.document)}`;
    const { documents } = (await (await service.call(`${place}/$redeliver${query}`, { method: 'POST' })).json()) as {
      documents: number;
    };
    await print(terminal.stdout, `${documents} sent again\n`);
    return 0;
  }
  for (let page = `${place}/$dead`; ;) {
    const { letters, next } = (await service.json(page)) as { letters: object[]; next?: number };
    for (const letter of letters) await print(terminal.stdout, `${JSON.stringify(letter)}\n`);
    if (next === undefined) return 0;
    page = `${place}/$dead?_page=${next}`;
  }
}
