import type { Extension } from 'fhir/r4.js';
import { nameId } from '../../cda/vocabulary.js';
import { peek, type Reading } from '../../cda/reading.js';
import { attribute, type Node } from '../../xml/tree.js';
import { ownValue } from '../../own-value.js';

const NULL_FLAVOR = nameId('nullFlavor');

export const DATA_ABSENT_REASON = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
export const ISO_NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';

/** Codes of http://terminology.hl7.org/CodeSystem/data-absent-reason that Cairn gives. */
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
 * C-CDA on FHIR, ConceptMap CF-NullFlavorDataAbsentReason. The five flavours that it leaves out stand with their nearest
 * relatives in the v3 hierarchy: INV, DER and UNC with OTH, QS with TRC, NAVU with NAV's parent UNK.
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

/** The flavours that a reason alone gives back; the others stand beside their reason, so that NI does not become UNK. */
const PLAIN = new Set(['UNK', 'ASKU', 'NAV', 'NASK', 'MSK', 'NA', 'OTH', 'NINF', 'PINF']);

/** The reason for a code of the v3 NullFlavor system, or undefined where it is none: `NAV` is `temp-unknown`. */
export function absentReason(nullFlavor: string): AbsentReason | undefined {
  return ownValue(REASONS, nullFlavor);
}

/** The data-absent-reason extension for a reason that Cairn itself has, such as `error` for an impossible date. */
export function absent(reason: AbsentReason): Extension {
  return { url: DATA_ABSENT_REASON, valueCode: reason };
}

/**
 * What a node's `@nullFlavor` becomes on a FHIR element, or undefined where the node has none.
 *
 *   <low nullFlavor="UNK"/>  ->  [data-absent-reason: unknown]
 *   <low nullFlavor="NI"/>   ->  [data-absent-reason: unknown, iso21090-nullFlavor: NI]
 *
 * A text that is no null flavour says only that the sender erred: reason `error`, and the fact stays unmarked, since
 * any other wrong text would give the same.
 */
export function dataAbsentReason(reading: Reading, node: Node, suffix = ''): Extension[] | undefined {
  const nullFlavor = peek(reading, node, NULL_FLAVOR)?.trim();
  if (nullFlavor === undefined || nullFlavor === '') return undefined;
  const reason = absentReason(nullFlavor);
  if (reason === undefined) return [absent('error')];
  reading.journal.mapped(attribute(reading.tree, node, NULL_FLAVOR), suffix);
  return PLAIN.has(nullFlavor) ? [absent(reason)] : [absent(reason), { url: ISO_NULL_FLAVOR, valueCode: nullFlavor }];
}
