import type { Extension, FhirResource, MeasureReport, Reference } from 'fhir/r4.js';
import { referenceInCollection } from '../closure.js';
import type { DraftAnswer } from './draft.js';

const DEQM = 'http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/';
const RA = 'http://hl7.org/fhir/us/davinci-ra/StructureDefinition/';
const REPORT_CATEGORY = 'http://hl7.org/fhir/StructureDefinition/measurereport-category';

/** No document says it, and FHIR requires the element. */
const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

/**
 * Data for a measure (DEQM data exchange) or for risk adjustment (RA data exchange): what was found and what it is for. No
 * population, no score: those are the payer's. Nor a group: R4 forbids them in reports of this type (mrp-1), though the RA guide
 * shows them; each diagnosis refers to its category by name (`cc-224`), and the answer's Parameters have its coding. Measure, reporter and date are the caller's; where he gives none, the
 * report says so.
 */
export function measureReportOf(draft: DraftAnswer): MeasureReport {
  const { purpose, parameters, record, items, id } = draft;
  const risk = purpose.answer.profile === 'ra-datax';
  const [patient] = record.patients;
  const [measure, reporter, date] = ['measure', 'reporter', 'date'].map((name) => parameters.get(name));
  const evaluated = new Map<FhirResource, Extension[]>();
  for (const { item, found, categorized } of items) {
    if (item.include === false) continue;
    for (const resource of found) {
      const own = evaluated.get(resource) ?? [];
      const categories = categorized.find((one) => one.resource === resource)?.categories ?? [];
      if (risk) {
        for (const { category } of categories)
          own.push({ url: `${RA}ra-groupReference`, valueString: `cc-${category}` });
      } else if (item.role !== undefined) {
        own.push({ url: `${DEQM}extension-criteriaReference`, valueString: item.id });
      }
      // A diagnosis in no category does not belong into the report.
      if (!risk || item.category === undefined || categories.length > 0) evaluated.set(resource, own);
    }
  }
  const evaluatedResource = [...evaluated].map(([resource, extension]): Reference => ({
    ...(extension.length === 0 ? {} : { extension }),
    ...referenceInCollection(resource),
  }));
  return {
    resourceType: 'MeasureReport',
    id,
    meta: { profile: [risk ? `${RA}ra-datax-measurereport` : `${DEQM}datax-measurereport-deqm`] },
    extension: [risk ? RISK_CATEGORY : SNAPSHOT],
    status: 'complete',
    type: 'data-collection',
    ...(measure === undefined ? ({ _measure: UNKNOWN } as object) : { measure }),
    ...(patient === undefined ? {} : { subject: referenceInCollection(patient) }),
    ...(date === undefined ? ({ _date: UNKNOWN } as object) : { date }),
    reporter: reporter === undefined ? UNKNOWN : reporterOf(reporter),
    period: periodOf(draft),
    ...(evaluatedResource.length === 0 ? {} : { evaluatedResource }),
  } as MeasureReport;
}

const SNAPSHOT: Extension = { url: `${DEQM}extension-submitDataUpdateType`, valueCode: 'snapshot' };

const RISK_CATEGORY: Extension = {
  url: REPORT_CATEGORY,
  valueCodeableConcept: {
    coding: [
      {
        system: 'http://terminology.hl7.org/CodeSystem/measurereport-category',
        code: 'ra',
      },
    ],
  },
};

/** A text with `|` is an identifier (`system|value`), any other text a name. */
function reporterOf(text: string): Reference {
  const bar = text.indexOf('|');
  if (bar === -1) return { display: text };
  return { identifier: { system: text.slice(0, bar), value: text.slice(bar + 1) } };
}

/** The period that was asked about. If only its end was given, it begins with the person's birth. */
function periodOf({ parameters, record }: DraftAnswer): MeasureReport['period'] {
  const [from, to] = [parameters.get('from') ?? parameters.get('admission'), parameters.get('to')];
  const { birthDate } = (record.patients[0] ?? {}) as { birthDate?: string };
  const start = from ?? birthDate;
  const end = to ?? parameters.get('discharge');
  return {
    ...(start === undefined || start.length < 10 ? { _start: UNKNOWN } : { start }),
    ...(end === undefined || end.length < 10 ? { _end: UNKNOWN } : { end }),
  };
}
