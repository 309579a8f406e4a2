import { readFileSync } from 'node:fs';

/** A code system of which an element should have a coding, too. */
export interface Wanted {
  readonly to: string;
  readonly from: readonly string[];
  /** Whether candidates, which somebody has to confirm, are added and marked. */
  readonly candidates?: boolean;
}

interface WantedSystems {
  readonly wanted: Readonly<
    Record<string, { readonly elements: readonly string[]; readonly systems: readonly Wanted[] }>
  >;
  readonly measured: readonly string[];
}

const { wanted, measured } = JSON.parse(
  readFileSync(new URL('./wanted-systems.json', import.meta.url), 'utf8'),
) as WantedSystems;

const byElement: ReadonlyMap<string, readonly Wanted[]> = new Map(
  Object.values(wanted).flatMap(({ elements, systems }) => elements.map((element) => [element, systems] as const)),
);
const measuredElements = new Set(measured);

/** The code systems that an element should have codings of: `Immunization.vaccineCode`. */
export function wantedFor(element: string): readonly Wanted[] {
  return byElement.get(element) ?? [];
}

/** Whether an element is a measurement: a code beside quantities of it. */
export function isMeasured(element: string): boolean {
  return measuredElements.has(element);
}
