import { CVX, ICD_10_CM, ICD_9_CM, NDC, RXNORM, SNOMED_CT, UNII } from '../pack/code-key.js';

/** The names of code systems in the names of rules: `ndc-to-rxnorm`. */
const SHORT: ReadonlyMap<string, string> = new Map([
  [RXNORM, 'rxnorm'],
  [NDC, 'ndc'],
  [CVX, 'cvx'],
  [SNOMED_CT, 'snomed-ct'],
  [ICD_10_CM, 'icd-10-cm'],
  [ICD_9_CM, 'icd-9-cm'],
  [UNII, 'unii'],
]);

/** The rules that do not translate by a map. */
export const TERMS_RULES = {
  display: 'display',
  conceptMap: 'concept-map',
  ucumForm: 'ucum-form',
  canonicalUnit: 'canonical-unit',
} as const;

/** The name of the rule that finds a code of one system for one of another. */
export function mapRule(from: string, to: string): string {
  return `${SHORT.get(from) ?? 'code'}-to-${SHORT.get(to) ?? 'code'}`;
}
