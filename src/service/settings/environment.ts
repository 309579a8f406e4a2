/** Environment variables become the same nested object that a settings file holds, so that the schema checks both alike. */
import { leaves, type Leaf } from './leaves.js';
import { suggestion } from '../../xpath/nearest.js';
import { ownValue } from '../../own-value.js';

export interface FoundSetting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** The place where it was set, for error messages: `CAIRN_WORKERS`, `--port`. */
  readonly origin: string;
}

/** Variables that name the settings file or are for tests of the project, and so are not settings. */
const OTHERS = ['CAIRN_SETTINGS'];

export function settingsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  found: FoundSetting[];
  mistakes: string[];
} {
  const known = leaves();
  const found: FoundSetting[] = [];
  for (const leaf of known) {
    const text = ownValue(environment, leaf.environment);
    // Compose files and charts set an empty variable if no value was given.
    if (text === undefined || text === '') continue;
    found.push({ path: leaf.path, value: leafValue(leaf, text), origin: leaf.environment });
  }
  const names = [...known.map((leaf) => leaf.environment), ...OTHERS];
  const mistakes = Object.keys(environment)
    .filter((name) => name.startsWith('CAIRN_') && !names.includes(name))
    .map((name) => `${name}: no such setting${suggestion(name, names)}`);
  return { found, mistakes };
}

/** A text of the wrong form stays text. The schema then says what was expected. */
export function leafValue(leaf: Pick<Leaf, 'form'>, text: string): unknown {
  switch (leaf.form) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      if (['true', '1', 'yes'].includes(text)) return true;
      return ['false', '0', 'no'].includes(text) ? false : text;
    case 'list':
      return parts(text);
    case 'keys':
      return parts(text).map(keyOf);
    case 'json':
      return jsonOr(text);
    case 'folders':
      return Object.fromEntries(parts(text).map(folderOf));
    default:
      return text;
  }
}

function parts(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function keyOf(text: string): unknown {
  const [name, hash, sender, rate, scopes = '', tenant, ...rest] = text.split(':');
  if (rest.length > 0) return text;
  return {
    name,
    hash: hash ?? '',
    ...(sender === undefined || sender === '' ? {} : { sender }),
    ...(rate === undefined || rate === '' ? {} : { requestsPerMinute: leafValue({ form: 'number' }, rate) }),
    ...(scopes === 'operate' ? { operate: true } : scopes === '' ? {} : { scopes: scopes.split('+') }),
    ...(tenant === undefined || tenant === '' ? {} : { tenant }),
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function folderOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? ['default', text] : [text.slice(0, at), text.slice(at + 1)];
}
