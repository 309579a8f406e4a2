import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { BundleType, Units } from '../conversion.js';
import { suggestion } from '../xpath/nearest.js';
import { commands } from './commands.js';
import { UsageError, type Command, type ConvertCommand, type OutputFormat } from './command.js';
import { ownValue } from '../own-value.js';
import { signatureRuleOf } from './signatures.js';

const bundleTypes: readonly BundleType[] = ['transaction', 'document', 'collection'];
const TRACE_ALL = '--trace=all';
const unitForms: readonly Units[] = ['said', 'ucum', 'canonical'];
const formats: readonly OutputFormat[] = ['json', 'xml'];

/**
 * The command that the arguments (without node and script) ask for.
 *
 *   readArguments(['convert', 'note.xml', '--pretty'])
 *
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Command {
  const [command, ...rest] = args;
  const other = command === undefined ? undefined : commands.get(command);
  if (other !== undefined) return { kind: 'other', args: rest, load: other.load };
  // It has a help of its own.
  if (command === 'convert' && rest.includes('--ndjson'))
    return { kind: 'other', args: rest, load: () => import('./convert-ndjson.js') };
  if (args.includes('--help') || args.includes('-h') || command === 'help') return { kind: 'help' };
  if (command === '--version' || command === '-V') return { kind: 'version' };
  if (command === undefined) throw new UsageError('no command; cairn convert FILE converts a document');
  if (command !== 'convert')
    throw new UsageError(`unknown command ${command}${suggestion(command, ['convert', 'serve', ...commands.keys()])}`);
  return { kind: 'convert', options: readConvert(rest) };
}

function readConvert(given: string[]): ConvertCommand {
  // `all` is not the name of a file: it says how much the trace tells.
  const traceAll = given.includes(TRACE_ALL);
  // Without --out there is one Bundle and one ledger, and the ledger needs a file name. With --out each ledger lies
  // beside its Bundle.
  const many = given.some((argument) => argument === '--out' || argument.startsWith('--out='));
  const args = given.flatMap((argument) => (argument !== TRACE_ALL ? [argument] : many ? ['--trace'] : []));
  const beside = many ? 'boolean' : 'string';
  const options = {
    out: { type: 'string' },
    bundle: { type: 'string' },
    format: { type: 'string' },
    sender: { type: 'string' },
    'time-zone': { type: 'string' },
    'us-core': { type: 'string' },
    'versioned-profiles': { type: 'boolean' },
    'keep-repeats': { type: 'boolean' },
    mappings: { type: 'string' },
    terms: { type: 'string' },
    units: { type: 'string' },
    signatures: { type: 'string' },
    'signature-anchors': { type: 'string' },
    'signature-time': { type: 'string' },
    'time-limit': { type: 'string' },
    'max-output': { type: 'string' },
    trace: { type: beside },
    ledger: { type: beside },
    pretty: { type: 'boolean' },
  } satisfies ParseArgsConfig['options'];
  checkOptions(args, options);
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError('no document: name a file, a folder, or - for the standard input');
  if (traceAll && values.trace === undefined)
    throw new UsageError(`${TRACE_ALL} says how much the trace tells; name its file, too: --trace FILE ${TRACE_ALL}`);
  if (positionals.length > 1 && !many) throw new UsageError('several documents need --out DIR');
  return {
    inputs: positionals,
    format: oneOf(values.format, formats, 'format') ?? 'json',
    pretty: values.pretty ?? false,
    ...defined('bundle', oneOf(values.bundle, bundleTypes, 'bundle')),
    ...defined('out', values.out),
    ...defined('sender', values.sender),
    ...defined('timeZone', timeZone(values['time-zone'])),
    ...defined('usCore', values['us-core']),
    ...defined('versionedProfiles', values['versioned-profiles']),
    ...defined('mappings', values.mappings),
    ...defined('keepRepeats', values['keep-repeats']),
    ...defined('terms', values.terms),
    ...defined('signatures', signatureRuleOf(values.signatures, values['signature-anchors'], values['signature-time'])),
    ...defined('units', oneOf(values.units, unitForms, 'units')),
    ...defined('timeLimitSeconds', amount(values['time-limit'], 'time-limit', 'seconds')),
    ...defined('maxOutputMegabytes', amount(values['max-output'], 'max-output', 'megabytes')),
    ...defined('trace', values.trace as string | true | undefined),
    ...(traceAll ? { traceAll } : {}),
    ...defined('ledger', values.ledger as string | true | undefined),
  };
}

/** Says what is wrong with an option, in fewer words than parseArgs. */
function checkOptions(args: string[], options: NonNullable<ParseArgsConfig['options']>): void {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const type = ownValue(options, token.name)?.type;
    if (type === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`unknown option ${token.rawName}${suggestion(token.rawName, known)}`);
    }
    if (type === 'boolean' && token.value !== undefined) {
      const why = token.name === 'pretty' ? '' : ' when there is --out: it is written beside each Bundle';
      throw new UsageError(`${token.rawName} takes no value${why}`);
    }
    // In `--out --pretty` the folder was forgotten; `--out=--pretty` means a folder of that name.
    if (type === 'string' && (!token.value || (!token.inlineValue && token.value.startsWith('-')))) {
      throw new UsageError(`${token.rawName} needs a value`);
    }
  }
}

function oneOf<T extends string>(value: string | undefined, allowed: readonly T[], option: string): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new UsageError(`--${option} is ${allowed.join(', ')}; not ${value}`);
  return found;
}

function amount(text: string | undefined, option: string, unit: string): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (value <= 0) throw new UsageError(`--${option} is a number of ${unit} above 0; not ${text}`);
  return value;
}

function timeZone(zone: string | undefined): string | undefined {
  if (zone === undefined || zone === 'document') return zone;
  try {
    // An offset is not a zone, because it knows nothing of daylight saving time.
    if (/^[+-]/.test(zone)) throw new RangeError();
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw new UsageError(`--time-zone is an IANA zone such as America/New_York, or document; not ${zone}`);
  }
}

/** An option that was not given is absent, not undefined (exactOptionalPropertyTypes). */
function defined<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
