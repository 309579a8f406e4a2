/** Evaluates an official measure over documents: a MeasureReport for each person, as the engine calculates it. */
import { createHash } from 'node:crypto';
import omit from 'lodash/omit.js';
import type { Bundle, BundleEntry, FhirResource, MeasureReport } from 'fhir/r4.js';
import { namespaceBytes, uuidV5 } from '../bundle/uuid.js';
import type { PersonRecord } from '../record/person-record.js';
import { runEngine, type EngineLimits, type MeasureQuestion } from './engine.js';

const NAMESPACE = namespaceBytes('5b0c7a94-7d0e-5f63-9d0c-2c9a4b1f6e21');

export type MeasureOptions = Omit<MeasureQuestion, 'people'> & { readonly limits: EngineLimits };

/**
 * The same documents, measure and period give the same report: its id is made from them, and it has no date but the given.
 *
 * @throws OptionError where the measure can't be run
 */
export async function evaluateMeasure(
  engine: string,
  records: readonly PersonRecord[],
  { limits, ...question }: MeasureOptions,
): Promise<MeasureReport[]> {
  const people = records.map(personBundle);
  const reports = await runEngine(engine, { ...question, people }, limits);
  return reports.map((report) => {
    const { resourceType, contained = [], ...said } = omit(report, ['id', 'date']);
    const id = uuidV5(
      NAMESPACE,
      createHash('sha256')
        .update(JSON.stringify([said, contained]))
        .digest('hex'),
    );
    return { resourceType, id, ...(contained.length === 0 ? {} : { contained }), date: question.date, ...said };
  });
}

/** The resources of one person; references as CQL libraries take them apart: `Encounter/…`. */
function personBundle(record: PersonRecord): Bundle {
  const [patient, ...others] = [
    ...record.patients,
    ...record.resources.filter((one) => !record.patients.includes(one)),
  ];
  const entry = [patient, ...others].map((resource): BundleEntry => ({
    fullUrl: `${resource!.resourceType}/${resource!.id ?? ''}`,
    resource: withRelative(resource!, record) as FhirResource,
  }));
  return { resourceType: 'Bundle', type: 'collection', entry };
}

function withRelative(value: unknown, record: PersonRecord): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withRelative(one, record));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const target =
        name === 'reference' && typeof inner === 'string' && inner.startsWith('urn:')
          ? record.index.resolve(inner)
          : undefined;
      return [name, target === undefined ? withRelative(inner, record) : `${target.resourceType}/${target.id ?? ''}`];
    }),
  );
}
