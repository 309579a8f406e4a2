/** The name and the date of a fact, so that a reader need not open each resource. */
import type { FhirResource } from 'fhir/r4.js';
import { valuesOnPath } from '../../search/match.js';
import { searchParameter, type SearchParameter } from '../../search/search-parameters.js';
import { usualDate } from '../days.js';

interface Concept {
  readonly text?: string;
  readonly display?: string;
  readonly code?: string;
  readonly coding?: readonly Concept[];
}

/** What names a resource, by FHIR's own search parameters. */
const NAMES = ['code', 'vaccine-code', 'type', 'class'];

/** The text of its code, else the name of a coding; undefined where it has none. */
export function resourceName(resource: FhirResource): string | undefined {
  for (const name of NAMES) {
    const parameter = searchParameter(resource.resourceType, name);
    const [concept] = (parameter === undefined ? [] : valuesOf(parameter, resource)) as Concept[];
    const text = typeof concept === 'object' ? textOf(concept) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

function textOf({ text, display, code, coding = [] }: Concept): string | undefined {
  return text ?? coding.map((one) => one.display).find(Boolean) ?? display ?? coding[0]?.code ?? code;
}

/** The date as its source wrote it, or a span `2023-01-10/2023-01-17`; an end that is not known is left empty. */
export function whenOf(resource: FhirResource): string | undefined {
  const parameter = usualDate(resource.resourceType);
  const [value] = parameter === undefined ? [] : valuesOf(parameter, resource);
  if (typeof value === 'string') return value;
  const { start, end } = (value ?? {}) as { start?: string; end?: string };
  return start === undefined && end === undefined ? undefined : `${start ?? ''}/${end ?? ''}`;
}

function valuesOf({ paths }: SearchParameter, resource: FhirResource): unknown[] {
  return paths.flatMap((path) => valuesOnPath(resource, path));
}
