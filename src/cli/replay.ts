import { readCommandOptions } from './read-options.js';
import { serviceAt, serviceOptions, toHelp } from './service-client.js';
import { print, type Terminal } from './terminal.js';

export const help = `cairn replay [DOCUMENT...] [--sender NAME] [--kind LOINC] [--state STATE] [--received geDATE] [--not-current]
             [--deliver] [--dry-run] [--to URL]

Converts documents anew, after a change of the mappings; with --deliver sends them again to their receivers. --not-current takes only
what other mappings than those in service converted. --dry-run writes nothing, and says which resources would change, and in which
elements. ${toHelp}
`;

/** `cairn replay --not-current --dry-run` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readCommandOptions(args, {
    ...serviceOptions,
    sender: { type: 'string' },
    kind: { type: 'string' },
    state: { type: 'string' },
    received: { type: 'string' },
    'not-current': { type: 'boolean' },
    deliver: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  });
  const given = (['sender', 'kind', 'state', 'received'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const answer = await serviceAt(values).job('$replay', [
    ...positionals.map((id) => ['id', id] as const),
    ...given,
    ...(values['not-current'] === true ? [['mapping', 'not-current'] as const] : []),
    ['action', values.deliver === true ? 'deliver' : 'convert'],
    ['dryRun', values['dry-run'] === true],
  ]);
  await print(terminal.stdout, `${JSON.stringify(answer, undefined, 2)}\n`);
  return 0;
}
