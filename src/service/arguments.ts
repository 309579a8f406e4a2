/** The command line of `cairn serve`. */
import { parseArgs } from 'node:util';
import { leafValue, type FoundSetting } from './settings/environment.js';

export interface ServeArguments {
  readonly action: 'serve' | 'print-config' | 'new-key' | 'help';
  readonly name?: string;
  readonly file?: string;
  readonly flags: readonly FoundSetting[];
}

export const help = `cairn serve [--host HOST] [--port PORT] [--settings FILE] [--mappings DIR] [--terms FILE] [--store DIR|postgres://…] [--roles LIST] [--master-key-command COMMAND] [--insecure]
cairn serve --print-config       the effective settings, secrets hidden
cairn serve --new-key NAME       makes an API key, and its line for the settings

All settings and their environment variables: docs/service.md
`;

/** @throws TypeError of node:util for an unknown argument. */
export function readServeArguments(args: readonly string[]): ServeArguments {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      settings: { type: 'string' },
      mappings: { type: 'string' },
      terms: { type: 'string' },
      store: { type: 'string' },
      roles: { type: 'string' },
      'master-key-command': { type: 'string' },
      insecure: { type: 'boolean' },
      'print-config': { type: 'boolean' },
      'new-key': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const flags: FoundSetting[] = [];
  if (values.host !== undefined) flags.push({ path: ['host'], value: values.host, origin: '--host' });
  if (values.port !== undefined) {
    flags.push({ path: ['port'], value: leafValue({ form: 'number' }, values.port), origin: '--port' });
  }
  if (values.mappings !== undefined) {
    flags.push({ path: ['mappings'], value: leafValue({ form: 'folders' }, values.mappings), origin: '--mappings' });
  }
  if (values.terms !== undefined) flags.push({ path: ['terms'], value: values.terms, origin: '--terms' });
  if (values.store !== undefined) flags.push({ path: ['store'], value: values.store, origin: '--store' });
  if (values.roles !== undefined) {
    flags.push({ path: ['roles'], value: leafValue({ form: 'list' }, values.roles), origin: '--roles' });
  }
  const command = values['master-key-command'];
  if (command !== undefined) flags.push({ path: ['masterKeyCommand'], value: command, origin: '--master-key-command' });
  if (values.insecure === true) flags.push({ path: ['insecure'], value: true, origin: '--insecure' });
  const file = values.settings === undefined ? {} : { file: values.settings };
  if (values.help === true) return { action: 'help', flags };
  if (values['new-key'] !== undefined) return { action: 'new-key', name: values['new-key'], flags };
  return { action: values['print-config'] === true ? 'print-config' : 'serve', ...file, flags };
}
