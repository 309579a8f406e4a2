import { readFileSync } from 'node:fs';

/** A system that an element's codes shall be of, too. */
export interface Wanted {
  readonly to: string;
  readonly from: readonly string[];
  /** Whether a code that somebody has to confirm is added, and marked. */
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

/** What the codes of an element shall be of: `Immunization.vaccineCode`. */
export function wantedFor(element: string): readonly Wanted[] {
  return byElement.get(element) ?? [];
}

/** Whether an element is a measurement: a code beside quantities of it. */
export function isMeasured(element: string): boolean {
  return measuredElements.has(element);
}
