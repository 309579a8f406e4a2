/** How a setting is declared: its type, its environment variable, and the sentence that says what it does. */
import { z } from 'zod';

/** What a setting has besides its type. */
export interface SettingMeta {
  readonly environment: string;
  readonly description: string;
  /** How the text of the environment variable becomes a value; If absent: `text`. */
  readonly form?: 'number' | 'boolean' | 'list' | 'keys' | 'folders' | 'json';
}

/** The description of each setting, by its schema. */
export const metas = z.registry<SettingMeta>();

/** Declares a setting. Its environment variable and its description are kept beside the schema, in `metas`. */
export function setting<T extends z.ZodType>(
  environment: string,
  description: string,
  schema: T,
  form?: SettingMeta['form'],
): T {
  metas.add(schema, form === undefined ? { environment, description } : { environment, description, form });
  return schema;
}

/** Declares a number with its default. */
export function number(environment: string, description: string, schema: z.ZodNumber, preset: number) {
  return setting(environment, description, schema.default(preset), 'number');
}

export const seconds = z.number().min(0.1).max(86_400);
export const count = z.int().min(1).max(1_000_000);

/** A number of days. If it is not set, Cairn keeps everything for ever: it deletes nothing that nobody asked it to delete. */
export function days(name: string, description: string) {
  return setting(
    `CAIRN_RETENTION_${name}_DAYS`,
    `${description} If not set: for ever.`,
    z.number().min(0.01).max(36_500).optional(),
    'number',
  );
}
