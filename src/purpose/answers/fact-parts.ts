/**
 * A fact of an answer as a parameter: the resource, its source, the document and Provenance that prove it, and its
 * place in the document.
 */
import type { CodeableConcept, FhirResource, ParametersParameter } from 'fhir/r4.js';
import { referenceInCollection } from '../closure.js';
import type { ItemAnswer, PurposeAnswer } from '../purpose-answer.js';
import { part } from './part.js';
import { placeParts } from './places.js';
import { resourceName, whenOf } from './what-and-when.js';

export function foundPart(
  item: ItemAnswer,
  resource: FhirResource,
  answer: PurposeAnswer,
  trace: boolean,
): ParametersParameter {
  const { kind, by, organization } = answer.sources.of(resource);
  const categorized = item.categorized.find((one) => one.resource === resource);
  return {
    name: 'found',
    part: [
      ...headParts(item, resource),
      ...(item.item.include === false ? [{ name: 'included', valueBoolean: false }] : []),
      ...(item.values.get(resource) ?? []).map((value) => valuePart('value', value)),
      { name: 'source', valueCode: kind },
      ...part('sourceKnownBy', by),
      ...part('organization', organization),
      ...answer.sources
        .documents(resource)
        .map((one) => ({ name: 'document', valueReference: referenceInCollection(one) })),
      ...answer.sources
        .provenances(resource)
        .map((one) => ({ name: 'proof', valueReference: referenceInCollection(one) })),
      ...(categorized === undefined ? [] : categoryParts(categorized, item)),
      ...(trace ? placeParts(resource, answer) : []),
    ],
  };
}

function named(resource: FhirResource): { display?: string } {
  const display = resourceName(resource);
  return display === undefined ? {} : { display };
}

export function valuePart(name: string, value: unknown): ParametersParameter {
  switch (typeof value) {
    case 'string':
      return { name, valueString: value };
    case 'boolean':
      return { name, valueBoolean: value };
    case 'number':
      return { name, valueDecimal: value };
    default: {
      const quantity = value as { value?: unknown; unit?: unknown; code?: unknown; coding?: unknown };
      if (quantity.coding !== undefined) return { name, valueCodeableConcept: value as CodeableConcept };
      if (typeof quantity.value === 'number') return { name, valueQuantity: value as object };
      return { name, valueString: JSON.stringify(value) };
    }
  }
}

function categoryParts(
  { codes, categories, grade, supports }: ItemAnswer['categorized'][number],
  { table }: ItemAnswer,
): ParametersParameter[] {
  return [
    ...codes.flatMap((code) => part('code', code)),
    ...categories.map(({ category, label, supersededBy, unaccompanied }) => ({
      name: 'category',
      part: [
        {
          name: 'coding',
          valueCoding: {
            ...(table?.head.categories === undefined ? {} : { system: table.head.categories }),
            ...(table?.head.version === undefined ? {} : { version: table.head.version }),
            code: category,
            ...(label === undefined ? {} : { display: label }),
          },
        },
        ...part('supersededBy', supersededBy),
        ...(unaccompanied === true ? [{ name: 'unaccompanied', valueBoolean: true }] : []),
      ],
    })),
    ...(grade === undefined ? [] : [{ name: 'grade', valueCode: grade }]),
    ...supports.map(({ resource, how }) => ({
      name: 'supports',
      part: [
        { name: 'resource', valueReference: referenceInCollection(resource) },
        { name: 'how', valueCode: how },
      ],
    })),
  ];
}

/** The first parts of every fact: the item, the name of the resource, and its date. */
function headParts({ item }: ItemAnswer, resource: FhirResource): ParametersParameter[] {
  return [
    { name: 'item', valueString: item.id },
    { name: 'resource', valueReference: { ...referenceInCollection(resource), ...named(resource) } },
    ...part('when', whenOf(resource)),
  ];
}

/**
 * A resource that was found and does not count, with the reason. For an item with categories: also the codes that are
 * in no category.
 */
export function notAcceptedParts(item: ItemAnswer, answer: PurposeAnswer, trace: boolean): ParametersParameter[] {
  const turned = item.turnedAway.map(({ resource, reason, source }) => {
    const categorized = item.categorized.find((one) => one.resource === resource);
    return {
      name: 'notAccepted',
      part: [
        ...headParts(item, resource),
        { name: 'reason', valueCode: reason },
        ...(source === undefined ? [] : [{ name: 'source', valueCode: source.kind }]),
        ...part('organization', source?.organization),
        ...part('assembler', source?.assembler?.validated?.program),
        ...answer.sources
          .documents(resource)
          .map((one) => ({ name: 'document', valueReference: referenceInCollection(one) })),
        ...(categorized === undefined ? [] : categoryParts(categorized, item)),
        ...(trace ? placeParts(resource, answer) : []),
      ],
    };
  });
  const uncategorized = item.categorized
    .filter(({ accepted, categories }) => accepted && categories.length === 0)
    .map(({ resource, codes }) => ({
      name: 'notAccepted',
      part: [
        ...headParts(item, resource),
        { name: 'reason', valueCode: 'no-category' },
        ...codes.flatMap((code) => part('code', code)),
        ...(trace ? placeParts(resource, answer) : []),
      ],
    }));
  return [...turned, ...uncategorized];
}
