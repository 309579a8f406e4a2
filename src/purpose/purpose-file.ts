import type { SourceKind } from '../record/source-kind.js';

/** A purpose as its file says it; purposes/purpose.schema.json is the schema. */
export interface Purpose {
  readonly id: string;
  readonly title: string;
  /** Work queue tag of CDex. */
  readonly use: string;
  /** Purpose of use of CDex. */
  readonly purposeOfUse?: string;
  readonly basis?: readonly string[];
  readonly parameters?: Readonly<Record<string, DeclaredParameter>>;
  readonly sources?: readonly SourceKind[];
  /** How imprecise dates are read; `certain` if the purpose does not say. */
  readonly dates?: 'certain' | 'possible';
  /** Only resources that changed after this instant. */
  readonly since?: string;
  readonly items: readonly PurposeItem[];
  /** FHIRPath over the items. The answer tells it as `true`, `not-shown`, or the value. */
  readonly finding?: Readonly<Record<string, string>>;
  readonly answer: PurposeAnswerKind;
}

export type ParameterKind = 'date' | 'code' | 'id' | 'identifier' | 'string' | 'ValueSet';

export interface DeclaredParameter {
  readonly type: ParameterKind;
  readonly required?: boolean;
  readonly default?: string;
}

export interface PurposeItem {
  readonly id: string;
  readonly title?: string;
  readonly query: string | readonly string[];
  readonly where?: string;
  readonly value?: string;
  readonly sources?: readonly SourceKind[];
  readonly visit?: string;
  readonly pick?: 'latest-day' | 'each-day';
  readonly received?: readonly [string, string];
  /** Searches for documents and visits. Only facts of one of these documents or visits count. */
  readonly during?: readonly string[];
  readonly needs?: 'signature';
  readonly role?: 'numerator' | 'denominator' | 'exclusion' | 'candidate' | 'evidence';
  readonly category?: string;
  readonly grades?: readonly { readonly id: string; readonly when: string }[];
  readonly supports?: readonly string[];
  readonly include?: boolean;
  readonly required?: boolean;
  readonly reason?: 'not-coded';
  readonly sections?: readonly string[];
  readonly planned?: string;
}

export interface PurposeAnswerKind {
  readonly kind: 'Bundle' | 'List' | 'MeasureReport' | 'Task';
  readonly profile?: 'deqm-dataexchange' | 'ra-datax' | 'data-request' | 'referral-task';
  readonly resource?: Readonly<Record<string, unknown>>;
}
