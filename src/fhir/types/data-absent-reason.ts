import type { Extension } from 'fhir/r4.js';
import { nameId } from '../../cda/vocabulary.js';
import { peek, type Reading } from '../../cda/reading.js';
import { attribute, type Node } from '../../xml/tree.js';
import { ownValue } from '../../own-value.js';
import { originalText } from './original-text.js';

const NULL_FLAVOR = nameId('nullFlavor');

export const DATA_ABSENT_REASON = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
export const ISO_NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';

/** The codes of http://terminology.hl7.org/CodeSystem/data-absent-reason that Cairn uses. */
export type AbsentReason =
  | 'unknown'
  | 'asked-unknown'
  | 'temp-unknown'
  | 'not-asked'
  | 'masked'
  | 'not-applicable'
  | 'unsupported'
  | 'error'
  | 'negative-infinity'
  | 'positive-infinity';

/**
 * C-CDA on FHIR, ConceptMap CF-NullFlavorDataAbsentReason. It leaves out five flavors. These get the reason of their
 * nearest relative in the v3 hierarchy: INV, DER and UNC that of OTH, QS that of TRC, NAVU that of UNK, the parent of
 * NAV.
 */
const REASONS: Readonly<Record<string, AbsentReason>> = {
  UNK: 'unknown',
  NI: 'unknown',
  NP: 'unknown',
  NAVU: 'unknown',
  ASKU: 'asked-unknown',
  NAV: 'temp-unknown',
  NASK: 'not-asked',
  MSK: 'masked',
  NA: 'not-applicable',
  OTH: 'unsupported',
  TRC: 'unsupported',
  QS: 'unsupported',
  INV: 'unsupported',
  DER: 'unsupported',
  UNC: 'unsupported',
  NINF: 'negative-infinity',
  PINF: 'positive-infinity',
};

/**
 * The flavors for which the reason says everything. Any other flavor stands beside its reason, so that NI does not
 * become UNK.
 */
const PLAIN = new Set(['UNK', 'ASKU', 'NAV', 'NASK', 'MSK', 'NA', 'OTH', 'NINF', 'PINF']);

/**
 * The reason for a code of the v3 NullFlavor system: `NAV` gives `temp-unknown`. Undefined if it is not such a code.
 */
export function absentReason(nullFlavor: string): AbsentReason | undefined {
  return ownValue(REASONS, nullFlavor);
}

/** The data-absent-reason extension for a reason that Cairn itself gives, such as `error` for an impossible date. */
export function absent(reason: AbsentReason): Extension {
  return { url: DATA_ABSENT_REASON, valueCode: reason };
}

/**
 * What the `@nullFlavor` of a node becomes on a FHIR element; undefined if the node has none.
 *
 *   <low nullFlavor="UNK"/>  ->  [data-absent-reason: unknown]
 *   <low nullFlavor="NI"/>   ->  [data-absent-reason: unknown, iso21090-nullFlavor: NI]
 *
 * A text that is no null flavor only shows that the sender made a mistake. Then the reason is `error`, and the fact is
 * not marked, because any other wrong text would give the same.
 */
export function dataAbsentReason(reading: Reading, node: Node, suffix = ''): Extension[] | undefined {
  const nullFlavor = peek(reading, node, NULL_FLAVOR)?.trim();
  if (nullFlavor === undefined || nullFlavor === '') return undefined;
  const reason = absentReason(nullFlavor);
  if (reason === undefined) return [absent('error')];
  reading.journal.mapped(attribute(reading.tree, node, NULL_FLAVOR), suffix);
  return PLAIN.has(nullFlavor) ? [absent(reason)] : [absent(reason), { url: ISO_NULL_FLAVOR, valueCode: nullFlavor }];
}

/** A value of which the document says only why it is absent; undefined if it doesn't say that either. */
export function onlyAbsent(reading: Reading, node: Node, suffix: string): { extension: Extension[] } | undefined {
  const extension = dataAbsentReason(reading, node, suffix);
  return extension && { extension };
}

/** What a text becomes that can't be a value of its type: the reason `error`, with the text beside it. */
export function impossible(text: string): { extension: Extension[] } {
  return { extension: [absent('error'), originalText(text)] };
}
