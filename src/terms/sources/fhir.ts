import type { Bundle, CodeSystem, CodeSystemConcept, ConceptMap, FhirResource, ValueSet } from 'fhir/r4.js';
import { checkConceptMap } from '../../terminology/concept-map-shape.js';
import { TermsError } from '../pack/terms-error.js';
import type { CodeCollector } from './collector.js';
import type { SourceFileKind, ToldOfSource } from './source-kind.js';

/** One resource a file, or a Bundle of them. */
export const fhirResources: SourceFileKind = {
  kind: 'fhir',
  title: 'FHIR',
  matches: (name, _first, start) =>
    /\.json$/i.test(name) && /"resourceType"\s*:\s*"(CodeSystem|ValueSet|ConceptMap|Bundle)"/.test(start),
  async read({ text, collector, file }) {
    let resource: FhirResource;
    try {
      resource = JSON.parse(await text()) as FhirResource;
    } catch {
      throw new TermsError(`${file.path}: this is no JSON`);
    }
    return addResource(resource, collector, file.path);
  },
};

function addResource(resource: FhirResource, collector: CodeCollector, path: string): ToldOfSource | undefined {
  switch (resource.resourceType) {
    case 'CodeSystem':
      addCodeSystem(resource, collector);
      break;
    case 'ValueSet':
      addValueSet(resource, collector);
      break;
    case 'ConceptMap':
      addConceptMap(resource, collector, path);
      break;
    case 'Bundle': {
      const { entry = [] } = resource as Bundle<FhirResource>;
      for (const { resource: inner } of entry) if (inner !== undefined) addResource(inner, collector, path);
      return undefined;
    }
    default:
      throw new TermsError(`${path}: a term pack is made of CodeSystem, ValueSet and ConceptMap, not of this resource`);
  }
  const { title, name, version } = resource;
  return { title: title ?? name, version };
}

function addCodeSystem({ url, content, concept }: CodeSystem, collector: CodeCollector): void {
  if (url === undefined) return;
  collector.declare(url, content === 'complete');
  const add = (concepts: readonly CodeSystemConcept[] = []): void => {
    for (const one of concepts) {
      if (one.display !== undefined && one.display !== one.code) collector.display(url, one.code, one.display);
      for (const { value } of one.designation ?? []) collector.name(url, one.code, value);
      if (isRetired(one)) collector.retired(url, one.code);
      else collector.active(url, one.code);
      add(one.concept);
    }
  };
  add(concept);
}

/** FHIR R4, CodeSystem: properties that all systems may use. */
function isRetired({ property = [] }: CodeSystemConcept): boolean {
  return property.some(
    ({ code, valueBoolean, valueCode }) =>
      (code === 'inactive' && valueBoolean === true) ||
      (code === 'status' && (valueCode === 'retired' || valueCode === 'deprecated')),
  );
}

function addValueSet({ compose, expansion }: ValueSet, collector: CodeCollector): void {
  for (const { system, concept = [] } of compose?.include ?? []) {
    if (system === undefined) continue;
    for (const { code, display } of concept) if (display !== undefined) collector.display(system, code, display, 4);
  }
  const add = (contains: NonNullable<ValueSet['expansion']>['contains']): void => {
    for (const { system, code, display, contains: inner } of contains ?? []) {
      if (system !== undefined && code !== undefined && display !== undefined)
        collector.display(system, code, display, 4);
      add(inner);
    }
  };
  add(expansion?.contains);
}

function addConceptMap(resource: ConceptMap, collector: CodeCollector, path: string): void {
  try {
    checkConceptMap(resource);
  } catch (error) {
    throw new TermsError(`${path}: ${(error as Error).message.split('\n')[0]}`);
  }
  for (const { source, target, element } of resource.group ?? []) {
    if (source === undefined || target === undefined) continue;
    const [from, to] = [withoutVersion(source), withoutVersion(target)];
    for (const { code, display, target: targets = [] } of element) {
      if (code === undefined) continue;
      if (display !== undefined) collector.name(from, code, display);
      for (const { code: other, display: name, equivalence } of targets) {
        if (other === undefined) continue;
        if (name !== undefined) collector.display(to, other, name, 6);
        if (equivalence === 'equal' || equivalence === 'equivalent') collector.exact(from, code, to, other, true);
        else collector.noTarget(from, code, to, true);
      }
    }
  }
}

function withoutVersion(uri: string): string {
  return uri.split('|')[0]!;
}
