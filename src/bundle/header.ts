import { nameId } from '../cda/vocabulary.js';
import type { Run } from '../mapping/run.js';
import { toIdentifier } from '../fhir/types/identifier.js';
import { toInstant } from '../fhir/types/instant.js';
import { child, NONE } from '../xml/tree.js';
import type { BundleHeader } from './bundle.js';

const ID = nameId('id');
const EFFECTIVE_TIME = nameId('effectiveTime');
const ROOT_ELEMENT = 1;

/** The document's id and time for a `document` Bundle, which must have both (FHIR R4, bdl-9 and bdl-10). */
export function bundleHeader(run: Run): BundleHeader {
  const id = child(run.tree, ROOT_ELEMENT, ID);
  const time = child(run.tree, ROOT_ELEMENT, EFFECTIVE_TIME);
  const identifier = id === NONE ? undefined : toIdentifier(run, id);
  return {
    identifier: identifier ?? { system: 'urn:cairn:document', value: run.documentKey },
    timestamp: time === NONE ? undefined : toInstant(run, time),
  };
}
