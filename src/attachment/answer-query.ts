/** A data request that is a FHIR search: what it finds in the documents, with what that needs to be understood. */
import type { Bundle, BundleEntry, FhirResource, Task } from 'fhir/r4.js';
import { fullUrlOf, isFhirUuid } from '../bundle/address.js';
import { closeOver, isContext } from '../purpose/closure.js';
import type { PurposeSet } from '../purpose/load.js';
import type { PersonRecord } from '../record/person-record.js';
import { provenanceSources } from '../record/source-kind.js';
import { readQuery, type Query } from '../search/query.js';
import { SearchError } from '../search/search-error.js';
import { search } from '../search/search.js';
import { completed, refused } from './answered-task.js';
import type { Released } from './task-purpose.js';

interface Release {
  readonly purposes: PurposeSet;
  readonly released: Released | undefined;
}

export function answerQuery(task: Task, text: string, record: PersonRecord, { purposes, released }: Release): Task {
  let query: Query;
  try {
    query = readQuery(aboutMember(text, task));
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    return refused(task, 'failed', `The search cannot be made: ${error.message}`);
  }
  const found = search(query, { index: record.index, valueSets: purposes.valueSets, dates: 'search' });
  const mayGo = (one: FhirResource): boolean =>
    released === undefined || isContext(one) || released.resources.has(one) || one.resourceType === 'Provenance';
  const [matches, included] = [found.matches.filter(mayGo), found.included.filter(mayGo)];
  const sources = provenanceSources(record, []);
  const proof = included.some((one) => one.resourceType === 'Provenance');
  const selected = [...matches, ...included.filter((one) => one.resourceType !== 'Provenance')];
  // The receiver has no server to ask for the target of a reference, so people, places and the patient are sent along.
  const closed = closeOver(
    selected,
    record.patients,
    record.index,
    proof ? sources : { ...sources, provenances: () => [] },
  );
  const entry = closed.map((resource, index): BundleEntry => ({
    ...(isFhirUuid(resource.id) ? { fullUrl: fullUrlOf(resource) } : {}),
    resource,
    search: { mode: index < matches.length ? 'match' : 'include' },
  }));
  const data: Bundle = {
    resourceType: 'Bundle',
    id: 'data',
    type: 'searchset',
    total: matches.length,
    ...(matches.length === 0 ? {} : { entry }),
  };
  return completed(task, [data], ['#data'], released);
}

/**
 * The search without the filter that names the member (`patient=…`), if the documents are about nobody else. The
 * payer's address of the patient means nothing in documents.
 */
function aboutMember(text: string, task: Task): string {
  const [path = '', query = ''] = text.replace(/^\//, '').split('?');
  const named = new Set(
    [task.for?.reference, task.for?.identifier?.value].flatMap((one) =>
      one === undefined ? [] : [one, one.replace(/^Patient\//, '')],
    ),
  );
  const rest = query.split('&').filter((part) => {
    const [name = '', value = ''] = part.split('=');
    if (!/^(patient|subject)(:Patient)?(\.identifier|:identifier)?$/.test(name)) return true;
    const plain = decodeURIComponent(value);
    return (
      !named.has(plain) &&
      !named.has(plain.replace(/^Patient\//, '')) &&
      !named.has(plain.slice(plain.indexOf('|') + 1))
    );
  });
  return `${path}?${rest.filter((part) => part !== '').join('&')}`;
}
