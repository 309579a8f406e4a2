/** Literals and selectors of a mapping that load, and are most probably not what the author meant. */
import { allowedCodes } from '../cda/attribute-codes.js';
import { typesNamed } from '../cda/type-graph.js';
import { codesOf, elementOf, type ElementDefinition } from '../fhir/elements.js';
import { escapePointer, type MappingFile } from '../mapping/mapping-file.js';
import { syntaxOf } from '../mapping/checked-set.js';
import type { MappingFiles } from '../mapping/read-files.js';
import { SelectorError } from '../xpath/selector-error.js';
import type { Syntax } from '../xpath/syntax.js';
import { findingAt, type LintFinding } from './finding.js';

/** How FHIR R4 writes dates and times (2.24.0.1). */
const TIMES: ReadonlyMap<string, RegExp> = new Map([
  ['date', /^\d{4}(-\d{2}(-\d{2})?)?$/],
  ['dateTime', /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/],
  ['instant', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/],
  ['time', /^\d{2}:\d{2}:\d{2}(\.\d+)?$/],
]);

/** Warns of literals that are no date, literals that read like a selector, and times that are taken from any value. */
export function oddLiterals({ mappings }: MappingFiles): LintFinding[] {
  return mappings.flatMap((file) => {
    const { resource } = (file.value ?? {}) as { resource?: Readonly<Record<string, unknown>> };
    const type = resource?.resourceType;
    return typeof type === 'string' ? inObject(file, resource, type, '/resource') : [];
  });
}

function inObject(file: MappingFile, object: unknown, typePath: string, pointer: string): LintFinding[] {
  if (typeof object !== 'object' || object === null) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    const element = elementOf(typePath, key);
    return element === undefined ? [] : inElement(file, value, element, `${pointer}/${escapePointer(key)}`);
  });
}

function inElement(file: MappingFile, value: unknown, element: ElementDefinition, pointer: string): LintFinding[] {
  if (typeof value === 'string') return inText(file, value, element, pointer);
  if (Array.isArray(value))
    return value.flatMap((item, index) => inElement(file, item, element, `${pointer}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  const { $first, $value, $from, $type, $map } = value as Readonly<Record<string, unknown>>;
  return [
    ...($first === undefined ? [] : inElement(file, $first, element, `${pointer}/$first`)),
    ...($value === undefined ? [] : inElement(file, $value, element, `${pointer}/$value`)),
    ...(typeof $from === 'string' && $type === undefined && $map === undefined
      ? inText(file, `= ${$from}`, element, `${pointer}/$from`)
      : []),
    ...inObject(file, value, element.path ?? element.types[0] ?? '', pointer),
  ];
}

function inText(file: MappingFile, text: string, element: ElementDefinition, pointer: string): LintFinding[] {
  const [type = ''] = element.types;
  const isTime = TIMES.has(type) || type === 'Period';
  if (text.startsWith('=')) {
    const foreign = codeWithoutMap(text.slice(1), element);
    if (foreign !== undefined) return [findingAt('code-without-map', file, pointer, foreign, 'value')];
    const ofAnyType = text.slice(1).trim() === 'value' && isTime && element.types.length === 1;
    if (!ofAnyType || element.name.startsWith('value')) return [];
    const message = `"value" is a time only where the sender types it so; when it happened is mostly "effectiveTime", and "value[x]" takes a value of any type`;
    return [findingAt('value-as-time', file, pointer, message, 'value')];
  }
  const form = TIMES.get(type);
  if (form !== undefined && !form.test(text))
    return [
      findingAt(
        'impossible-literal',
        file,
        pointer,
        `"${text}" is not written as FHIR writes a value of type ${type}`,
        'value',
      ),
    ];
  if (!readsLikeSelector(text)) return [];
  const message = `this text will stand in every resource as it is; a selector starts with "= ": "= ${text}"`;
  return [findingAt('literal-selector', file, pointer, message, 'value')];
}

/** Why the codes that a selector finds are not those of a required value set; undefined if they can be. */
function codeWithoutMap(selector: string, { types, binding }: ElementDefinition): string | undefined {
  const codes = types[0] === 'code' && binding?.strength === 'required' ? codesOf(binding.valueSet) : undefined;
  const syntax = codes === undefined ? undefined : syntaxOrNothing(selector);
  // The value sets of HL7 v3 have the codes that CDA has.
  if (codes === undefined || syntax?.kind !== 'path' || binding!.valueSet.includes('/v3-')) return undefined;
  const allowed = allowedCodes(syntax);
  const foreign = [...(allowed?.codes ?? [])].filter((code) => !codes.has(code));
  if (allowed !== undefined && foreign.length === 0) return undefined;
  const last = syntax.steps.at(-1)?.test;
  const of = allowed?.of ?? (last?.kind === 'name' ? last.name : 'this');
  const says = foreign.length === 0 ? `${of} has codes of CDA` : `${of} may be ${foreign.slice(0, 3).join(', ')}`;
  return `${says}, and these are not codes of ${binding!.valueSet}: translate them by a ConceptMap ("$map")`;
}

function syntaxOrNothing(selector: string): Syntax | undefined {
  try {
    return syntaxOf(selector);
  } catch (error) {
    // The load tells what is wrong with it.
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** `code/originalText`, `value/@unit`: a path of names that CDA has. */
function readsLikeSelector(text: string): boolean {
  if (!/^@?\w+(:\w+)?(\/@?\w+(:\w+)?)*$/.test(text) || !/[/@]/.test(text)) return false;
  return text.split('/').every((step) => step.startsWith('@') || typesNamed(step.replace(/^\w+:/, '')).size > 0);
}
