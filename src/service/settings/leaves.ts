import { z } from 'zod';
import { settingsSchema } from './schema.js';
import { metas, type SettingMeta } from './setting.js';

export interface Leaf extends SettingMeta {
  /** `['limits', 'bodyMegabytes']` */
  readonly path: readonly string[];
  readonly preset: unknown;
}

/** All settings in the order of the schema. */
export function leaves(): readonly Leaf[] {
  const found: Leaf[] = [];
  collect(settingsSchema, [], found);
  return found;
}

function collect(schema: z.ZodType, path: readonly string[], found: Leaf[]): void {
  const meta = metas.get(schema);
  if (meta !== undefined) {
    found.push({ ...meta, path, preset: schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined });
    return;
  }
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault ? (schema.def.innerType as z.ZodType) : schema;
  if (!(inner instanceof z.ZodObject)) throw new Error(`The setting ${path.join('.')} has no environment variable.`);
  for (const [name, part] of Object.entries(inner.shape)) collect(part as z.ZodType, [...path, name], found);
}
