import { escapePointer } from '../mapping/mapping-file.js';
import { ownValue } from '../own-value.js';
import { suggestion } from '../xpath/nearest.js';

/** The part of JSON Schema that purpose.schema.json is written in. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
}

/** Tells a mistake at a JSON pointer. */
export type Report = (pointer: string, message: string, part?: 'key' | 'value') => void;

/** Checks a value against a schema. For a wrong name or word it tells the nearest right one. */
export function checkSchema(root: Schema, schema: Schema, value: unknown, pointer: string, report: Report): void {
  if (schema.$ref !== undefined) {
    checkSchema(root, resolve(root, schema.$ref), value, pointer, report);
    return;
  }
  if (schema.anyOf !== undefined) {
    const fits = schema.anyOf.some((one) => {
      let wrong = false;
      checkSchema(root, one, value, pointer, () => (wrong = true));
      return !wrong;
    });
    if (!fits) report(pointer, `is ${schema.anyOf.map(({ type }) => article(type ?? 'value')).join(' or ')}`);
    return;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) {
    report(
      pointer,
      `is one of ${schema.enum.join(', ')}${typeof value === 'string' ? suggestion(value, schema.enum) : ''}`,
    );
    return;
  }
  if (schema.type !== undefined && !isOf(schema.type, value)) {
    report(pointer, `must be ${article(schema.type)}`);
    return;
  }
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) {
    report(pointer, `must be like ${schema.pattern}`);
  }
  if (Array.isArray(value)) checkArray(root, schema, value, pointer, report);
  else if (typeof value === 'object' && value !== null) checkObject(root, schema, value, pointer, report);
}

function checkArray(root: Schema, schema: Schema, value: readonly unknown[], pointer: string, report: Report): void {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (value.length < minItems || value.length > maxItems) {
    report(pointer, `has ${value.length} items; ${minItems}${maxItems === Infinity ? ' or more' : ''} are wanted`);
  }
  if (items === undefined) return;
  for (const [index, item] of value.entries()) checkSchema(root, items, item, `${pointer}/${index}`, report);
}

function checkObject(root: Schema, schema: Schema, value: object, pointer: string, report: Report): void {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) report(pointer, `needs "${name}"`);
  }
  const known = schema.properties ?? {};
  for (const [key, inner] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(key)}`;
    const schemaOfKey = ownValue(known, key);
    if (schemaOfKey !== undefined) checkSchema(root, schemaOfKey, inner, at, report);
    else if (schema.additionalProperties === false) {
      report(at, `there is no key "${key}" here${suggestion(key, Object.keys(known))}`, 'key');
    } else if (typeof schema.additionalProperties === 'object') {
      checkSchema(root, schema.additionalProperties, inner, at, report);
    }
  }
}

/** `#/properties/sources` */
function resolve(root: Schema, reference: string): Schema {
  let at: unknown = root;
  for (const step of reference.slice(2).split('/')) at = (at as Record<string, unknown>)[step];
  return at as Schema;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
