/** An answer as one FHIR Parameters resource: what was found, what was not accepted, what is missing, and why. */
import type {
  Bundle,
  BundleEntry,
  CodeableConcept,
  FhirResource,
  GuidanceResponse,
  OperationOutcome,
  OperationOutcomeIssue,
  Parameters,
  ParametersParameter,
} from 'fhir/r4.js';
import { fullUrlOf, referenceTo } from '../closure.js';
import { dataRequirements } from '../data-requirement.js';
import type { Missing, MissingReason, NearMiss } from '../missing.js';
import type { ItemAnswer, PurposeAnswer } from '../purpose-answer.js';

const GAP_REASON = 'http://hl7.org/fhir/us/davinci-deqm/CodeSystem/care-gap-reason';
/** DEQM 5.0.0 has no code for what stands there and no machine can read; the universal guide that follows it has. */
const UNIVERSAL_GAP_REASON = 'http://hl7.org/fhir/uv/deqm/CodeSystem/deqm-care-gap-reason';

/** DEQM's code for each of our reasons; `value-set-missing` has none: the item was not asked. */
const DEQM: Readonly<Record<MissingReason, readonly [system: string, code: string] | undefined>> = {
  'value-set-missing': undefined,
  'stated-absent': [GAP_REASON, 'InvalidAttribute'],
  'source-not-accepted': [GAP_REASON, 'InvalidAttribute'],
  'wrong-status': [GAP_REASON, 'InvalidAttribute'],
  'wrong-kind': [GAP_REASON, 'InvalidAttribute'],
  'out-of-window': [GAP_REASON, 'DateOutOfRange'],
  'date-imprecise': [GAP_REASON, 'DateOutOfRange'],
  'date-absent': [GAP_REASON, 'Missing'],
  'value-absent': [GAP_REASON, 'Missing'],
  'not-coded': [UNIVERSAL_GAP_REASON, 'NonComputableDocumentation'],
  'narrative-only': [UNIVERSAL_GAP_REASON, 'NonComputableDocumentation'],
  'receipt-unknown': [GAP_REASON, 'Missing'],
  'no-section': [GAP_REASON, 'NotFound'],
  'not-in-record': [GAP_REASON, 'NotFound'],
};

export interface AnswerForm {
  /** `guidance` (default): a GuidanceResponse for each missing item; `outcome`: one OperationOutcome with the same words. */
  readonly missing?: 'guidance' | 'outcome';
  /** Whether the source line of each value that was found is told; needs documents that were converted with a trace. */
  readonly trace?: boolean;
}

/**
 * The answer as a Parameters resource: `purpose`, `answer`, `bundle`, `found`, `notAccepted`, `missing`, `finding`,
 * `conflict`, `provenance`, `outcome`.
 */
export function answerParametersOf(
  answer: PurposeAnswer,
  { missing = 'guidance', trace = false }: AnswerForm = {},
): Parameters {
  const { purpose, hash, resource, bundle, findings, items, provenance } = answer;
  const missed = items.filter((item) => item.missing !== undefined);
  return {
    resourceType: 'Parameters',
    id: answer.id,
    parameter: [
      { name: 'purpose', valueString: purpose.id },
      { name: 'purposeHash', valueString: hash },
      ...[...answer.parameters].map(([name, value]) => ({
        name: 'parameter',
        part: [
          { name: 'name', valueString: name },
          { name: 'value', valueString: value },
        ],
      })),
      ...(resource === undefined ? [] : [{ name: 'answer', resource }]),
      { name: 'bundle', resource: bundle },
      ...items.flatMap((item) => item.found.map((one) => foundPart(item, one, answer, trace))),
      ...items.flatMap((item) => notAcceptedParts(item, answer)),
      ...(missing === 'outcome'
        ? missed.length === 0
          ? []
          : [{ name: 'missing', resource: missingOutcome(missed, answer) }]
        : missed.map((item) => ({ name: 'missing', resource: guidance(item, item.missing!, answer) }))),
      ...[...findings].map(([name, value]) => ({
        name: 'finding',
        part: [{ name: 'name', valueString: name }, findingPart(value)],
      })),
      ...conflictParts(answer),
      { name: 'provenance', resource: provenance },
      { name: 'outcome', resource: outcome(answer) },
    ],
  };
}

/** The answer as one collection: the resource that carries it first, then what it refers to, then who put it together. */
export function answerBundle({ resource, bundle, provenance, base }: PurposeAnswer): Bundle {
  const entry = (one: FhirResource): BundleEntry => ({ fullUrl: fullUrlOf(one, base), resource: one });
  return {
    ...bundle,
    entry: [
      ...(resource === undefined ? [] : [entry(resource)]),
      ...(bundle.entry ?? []),
      // It points at the Bundle itself where nothing else carries the answer.
      ...(resource === undefined ? [] : [entry(provenance)]),
    ],
  };
}

function key({ resourceType, id = '' }: FhirResource): string {
  return `${resourceType}/${id}`;
}

function part(name: string, value: string | undefined): ParametersParameter[] {
  return value === undefined ? [] : [{ name, valueString: value }];
}

function foundPart(
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
      { name: 'item', valueString: item.item.id },
      { name: 'resource', valueReference: referenceTo(resource) },
      ...(item.item.include === false ? [{ name: 'included', valueBoolean: false }] : []),
      ...(item.values.get(resource) ?? []).map((value) => valuePart('value', value)),
      { name: 'source', valueCode: kind },
      ...part('sourceKnownBy', by),
      ...part('organization', organization),
      ...answer.sources.documents(resource).map((one) => ({ name: 'document', valueReference: referenceTo(one) })),
      ...answer.sources.provenances(resource).map((one) => ({ name: 'proof', valueReference: referenceTo(one) })),
      ...(categorized === undefined ? [] : categoryParts(categorized, item)),
      ...(trace ? traceParts(resource, answer) : []),
    ],
  };
}

function valuePart(name: string, value: unknown): ParametersParameter {
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

function findingPart(value: unknown): ParametersParameter {
  return value === 'not-shown' ? { name: 'value', valueCode: 'not-shown' } : valuePart('value', value);
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
        { name: 'resource', valueReference: referenceTo(resource) },
        { name: 'how', valueCode: how },
      ],
    })),
  ];
}

/** XPath, line and column of each value of a resource, of every document that says it. */
function traceParts(resource: FhirResource, { record, sources }: PurposeAnswer): ParametersParameter[] {
  const prefix = `${key(resource)}.`;
  return sources.documents(resource).flatMap(({ id }) => {
    const document = record.documents.get(id ?? '');
    return (document?.trace ?? [])
      .filter(({ target }) => target.startsWith(prefix))
      .map(({ target, source, line, column }) => ({
        name: 'place',
        part: [
          { name: 'element', valueString: target.slice(prefix.length) },
          { name: 'source', valueString: source },
          { name: 'line', valueInteger: line },
          { name: 'column', valueInteger: column },
          ...part('document', document?.name),
        ],
      }));
  });
}

/** What was found and does not count, and why; of an item with categories also what is in none. */
function notAcceptedParts(item: ItemAnswer, answer: PurposeAnswer): ParametersParameter[] {
  const turned = item.turnedAway.map(({ resource, reason, source }) => {
    const categorized = item.categorized.find((one) => one.resource === resource);
    return {
      name: 'notAccepted',
      part: [
        { name: 'item', valueString: item.item.id },
        { name: 'resource', valueReference: referenceTo(resource) },
        { name: 'reason', valueCode: reason },
        ...(source === undefined ? [] : [{ name: 'source', valueCode: source.kind }]),
        ...part('organization', source?.organization),
        ...part('assembler', source?.assembler?.validated?.program),
        ...answer.sources.documents(resource).map((one) => ({ name: 'document', valueReference: referenceTo(one) })),
        ...(categorized === undefined ? [] : categoryParts(categorized, item)),
      ],
    };
  });
  const uncategorized = item.categorized
    .filter(({ accepted, categories }) => accepted && categories.length === 0)
    .map(({ resource, codes }) => ({
      name: 'notAccepted',
      part: [
        { name: 'item', valueString: item.item.id },
        { name: 'resource', valueReference: referenceTo(resource) },
        { name: 'reason', valueCode: 'no-category' },
        ...codes.flatMap((code) => part('code', code)),
      ],
    }));
  return [...turned, ...uncategorized];
}

function conflictParts({ record, items }: PurposeAnswer): ParametersParameter[] {
  const found = new Set(items.flatMap((item) => item.found.map(key)));
  return record.conflicts
    .filter(({ resource, element }) => found.has(resource) && element !== 'text' && element !== 'meta')
    .map(({ resource, element, kind, values }) => ({
      name: 'conflict',
      part: [
        { name: 'resource', valueReference: referenceTo(record.index.resolve(resource)!) },
        { name: 'element', valueString: element },
        { name: 'kind', valueCode: kind },
        ...values.map(({ value, provenance }) => ({
          name: 'value',
          part: [
            { name: 'value', valueString: typeof value === 'string' ? value : JSON.stringify(value) },
            ...provenance.flatMap((id) => {
              const proof = record.index.resolve(`Provenance/${id}`);
              return proof === undefined ? [] : [{ name: 'proof', valueReference: referenceTo(proof) }];
            }),
          ],
        })),
      ],
    }));
}

function reasonConcept(reason: MissingReason): CodeableConcept {
  const deqm = DEQM[reason];
  return {
    ...(deqm === undefined ? {} : { coding: [{ system: deqm[0], code: deqm[1] }] }),
    text: reason,
  };
}

function guidance(item: ItemAnswer, missing: Missing, { purpose, base, record, id }: PurposeAnswer): GuidanceResponse {
  const [patient] = record.patients;
  const issues = issuesOf(item, missing);
  return {
    resourceType: 'GuidanceResponse',
    id: `missing-${item.item.id}`.slice(0, 64),
    ...(issues.length === 0 ? {} : { contained: [nearMisses(issues)] }),
    identifier: [{ system: `${base}/purpose/${purpose.id}/missing`, value: `${id}#${item.item.id}` }],
    moduleUri: `${base}/purpose/${purpose.id}#${item.item.id}`,
    status: item.item.required === true ? 'data-required' : 'success',
    ...(patient === undefined ? {} : { subject: referenceTo(patient) }),
    reasonCode: [reasonConcept(missing.reason)],
    ...(issues.length === 0 ? {} : { evaluationMessage: [{ reference: '#near' }] }),
    dataRequirement: dataRequirements(item.queries, item.absentSets),
  };
}

function nearMisses(issue: OperationOutcomeIssue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', id: 'near', issue };
}

function issuesOf(item: ItemAnswer, { nearest, total, valueSets, places }: Missing): OperationOutcomeIssue[] {
  const issue = (text: string, at?: string): OperationOutcomeIssue => ({
    severity: 'information',
    code: 'informational',
    details: { text },
    ...(at === undefined ? {} : { expression: [at] }),
  });
  return [
    ...valueSets.map((url) => issue(`There is no ValueSet ${url}: the user gives it.`)),
    ...nearest.map((near) => issue(nearText(near), key(near.resource))),
    ...(total > nearest.length ? [issue(`${total - nearest.length} more of this kind.`)] : []),
    ...places.map(({ title, code, element }) =>
      issue(`The section "${title}" (${code}) has a narrative and no entry.`, element),
    ),
    ...(item.absentSets.length > 0 && valueSets.length === 0 ? [issue('A part of the item was not asked.')] : []),
  ];
}

function nearText({ resource, reason, source }: NearMiss): string {
  const whose =
    source === undefined
      ? ''
      : ` (${source.kind}${source.organization === undefined ? '' : `, ${source.organization}`})`;
  return `${key(resource)}: ${reason}${whose}`;
}

/** The same words as one OperationOutcome. */
function missingOutcome(items: readonly ItemAnswer[], answer: PurposeAnswer): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: items.flatMap((item) => [
      {
        severity: item.item.required === true ? ('warning' as const) : ('information' as const),
        code: 'not-found' as const,
        details: { ...reasonConcept(item.missing!.reason), text: `${item.item.id}: ${item.missing!.reason}` },
        diagnostics: `${answer.base}/purpose/${answer.purpose.id}#${item.item.id}`,
      },
      ...issuesOf(item, item.missing!),
    ]),
  };
}

/** Totals, and what the reader of an answer should know of the record that was asked. */
function outcome({ items, record, failures, purpose }: PurposeAnswer): OperationOutcome {
  const found = new Set(items.flatMap((item) => item.found.map(key))).size;
  const missing = items.filter((item) => item.missing !== undefined && item.item.reason === undefined).length;
  const turned = items.reduce((sum, item) => sum + item.turnedAway.length, 0);
  const issue = (
    text: string,
    severity: 'information' | 'warning' = 'information',
    at?: readonly string[],
  ): OperationOutcomeIssue => ({
    severity,
    code: 'informational',
    details: { text },
    ...(at === undefined ? {} : { expression: [...at] }),
  });
  const denominators = items.filter(({ item, found: own }) => item.role === 'denominator' && own.length > 0);
  return {
    resourceType: 'OperationOutcome',
    issue: [
      issue(
        `${found} resources found, ${turned} not accepted, ${missing} of ${items.length} items without any. ` +
          `Evidence from ${record.documents.size} documents; whether it is enough is the reader's to judge.`,
      ),
      ...(denominators.length > 0 && purpose.answer.kind === 'MeasureReport'
        ? [issue('Supplemental data help numerators and exclusions; they make no denominator.')]
        : []),
      ...failures.map(({ item, resource }) =>
        issue(
          `FHIRPath of ${item} can't be answered for this resource.`,
          'warning',
          resource === '' ? undefined : [resource],
        ),
      ),
      ...record.dangling.map(({ from, reference }) =>
        issue(`A reference leads nowhere: ${reference.slice(0, 100)}`, 'warning', [from]),
      ),
      ...record.withdrawn
        .slice(0, 20)
        .map(({ resource, replacedBy }) =>
          issue(`Only a document says it that DocumentReference/${replacedBy} replaces: withdrawn.`, 'information', [
            key(resource),
          ]),
        ),
    ],
  };
}
