import { cvx, mvx, ndcToCvx } from './cdc.js';
import { fhirResources } from './fhir.js';
import { gems, icd10cm } from './icd.js';
import { loinc, loincMapTo } from './loinc.js';
import { rxnormAttributes, rxnormNames, rxnormRelations, rxnormRetired } from './rxnorm.js';
import { snomedAssociations, snomedConcepts, snomedDescriptions, snomedToIcd10cm } from './snomed-ct.js';
import type { SourceFileKind } from './source-kind.js';

/** Every kind of file that a term pack is made of. */
export const sourceKinds: readonly SourceFileKind[] = [
  rxnormNames,
  rxnormAttributes,
  rxnormRelations,
  rxnormRetired,
  cvx,
  mvx,
  ndcToCvx,
  loinc,
  loincMapTo,
  icd10cm,
  gems,
  snomedDescriptions,
  snomedConcepts,
  snomedAssociations,
  snomedToIcd10cm,
  fhirResources,
];
