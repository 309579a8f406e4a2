/** Short names of resources, for headings and for references to them. */
import { codeText, conceptText, identifierText, nameText } from './fhir.js';

export const joined = (values, text) => (values ?? []).map(text).filter(Boolean).join(', ');

/** The best short name of any resource. */
export function labelOf(resource, find = () => undefined) {
  if (resource === undefined) return '';
  const { name, code, type, title, description, identifier, deviceName, vaccineCode, practitioner, organization } =
    resource;
  if (resource.resourceType === 'PractitionerRole') {
    return (
      [labelOf(find(practitioner)), labelOf(find(organization))].filter(Boolean).join(', ') || joined(code, conceptText)
    );
  }
  if (resource.resourceType === 'Provenance') {
    return agentsText(resource, find, (role) => role === 'author');
  }
  return (
    (Array.isArray(name) ? nameText(name) : name) ||
    conceptText(Array.isArray(code) ? code[0] : code) ||
    title ||
    (typeof description === 'string' ? description : conceptText(description)) ||
    conceptText(vaccineCode) ||
    conceptText(resource.codeCodeableConcept) ||
    conceptText(Array.isArray(type) ? type[0] : type) ||
    deviceName?.[0]?.name ||
    joined((identifier ? [identifier].flat() : []).slice(0, 1), identifierText)
  );
}

/** Names of the agents whose role passes the test, with the role unless it is `author`. */
export function agentsText({ agent }, find, passes) {
  const names = (agent ?? []).flatMap((each) => {
    const role = codeText(each.type) || codeText(each.role?.[0]);
    const name = labelOf(find(each.who), find) || each.who?.display;
    if (!name || !passes(role)) return [];
    return role === 'author' ? [name] : [`${name} (${role})`];
  });
  return [...new Set(names)].join(', ');
}

export function medicineText({ medicationCodeableConcept, medicationReference }, find) {
  return (
    conceptText(medicationCodeableConcept) ||
    conceptText(find(medicationReference)?.code) ||
    medicationReference?.display ||
    ''
  );
}
