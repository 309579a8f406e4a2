import { elementOf, elementsOf, isResource, resourceNames } from '../fhir/elements.js';
import { suggestion } from '../xpath/nearest.js';

/**
 * Why FHIR cannot have an element that was asked for; undefined if it can. Only the resource type and its own elements
 * are looked at.
 *
 *   doubtAboutElement('Condition.abatment') // 'FHIR R4 has no element abatment in Condition; did you mean abatement?'
 */
export function doubtAboutElement(element: string): string | undefined {
  const [head = '', first = ''] = element.split(/\.(?!\.)/);
  const type = head.split('/')[0]!;
  if (!isResource(type)) return `FHIR R4 has no resource ${type}${suggestion(type, resourceNames())}`;
  const name = first.replace(/\[.*\]$/, '');
  if (name === '' || elementOf(type, name) !== undefined || elementOf(type, `${name}[x]`) !== undefined)
    return undefined;
  const names = elementsOf(type).map((one) => one.name.replace('[x]', ''));
  return `FHIR R4 has no element ${name} in ${type}${suggestion(name, names)}`;
}
