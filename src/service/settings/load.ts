/**
 * Settings come from a file, the environment and the command line; the command line wins over the environment, and the
 * environment over the file. One message reports all mistakes, each with its place, and the service does not start
 * while there is one.
 */
import set from 'lodash/set.js';
import { settingsOfEnvironment, type FoundSetting } from './environment.js';
import { readSettingsFile } from './file.js';
import { suggestion } from '../../xpath/nearest.js';
import { mistakesBetween } from './mistakes-between.js';
import { settingsSchema, type Settings } from './schema.js';

/** The settings have mistakes. The message has one line for each mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

export interface SettingsSources {
  /** Path of the settings file. */
  readonly file?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly FoundSetting[];
}

/** @throws SettingsError with every mistake. */
export function loadSettings(sources: SettingsSources): Settings {
  const environment = settingsOfEnvironment(sources.environment ?? {});
  const file = sources.file === undefined ? undefined : readSettingsFile(sources.file);
  const mistakes = [...environment.mistakes, ...(file?.mistakes ?? [])];
  const given = [...environment.found, ...(sources.flags ?? [])];
  const merged = file?.value ?? {};
  for (const { path, value } of given) set(merged, path, value);
  mistakes.push(...changedMeanings(merged));
  const result = settingsSchema.safeParse(merged);
  if (result.success) {
    if (mistakes.length === 0) mistakes.push(...mistakesBetween(result.data));
    if (mistakes.length === 0) return result.data;
    throw new SettingsError(mistakes);
  }
  for (const issue of result.error.issues) {
    const extra = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    for (const key of extra) {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const origin = given.findLast((found) => found.path.every((part, index) => path[index] === part))?.origin;
      const where = origin ?? file?.place(path) ?? file?.place(path.slice(0, -1)) ?? 'settings';
      const name = path.map(String).join('.');
      const what = key === undefined ? issue.message : `no such setting${suggestion(key, siblings(issue.path))}`;
      mistakes.push(
        origin === undefined || origin.startsWith('-') || path.length > 2
          ? `${where}: ${name}: ${what}`
          : `${where}: ${what}`,
      );
    }
  }
  throw new SettingsError(mistakes);
}

/** Mistakes of settings written before purge and audit had scopes of their own. These settings would open less now. */
function changedMeanings(merged: object): string[] {
  const { jwt } = merged as { jwt?: Readonly<Record<string, unknown>> };
  if (jwt?.operateScope === undefined || (jwt.purgeScope !== undefined && jwt.auditScope !== undefined)) return [];
  return [
    'jwt.operateScope: no longer opens purge and audit, which have scopes of their own: set jwt.purgeScope and jwt.auditScope, too (to the same scope where all is to be as before)',
  ];
}

function siblings(path: readonly PropertyKey[]): string[] {
  const shape = settingsSchema.shape as unknown as Record<string, unknown>;
  if (path.length === 0) return Object.keys(shape);
  const inner = shape[String(path[0])] as { def?: { innerType?: { shape?: object } } } | undefined;
  return Object.keys(inner?.def?.innerType?.shape ?? {});
}
