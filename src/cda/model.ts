/**
 * The CDA R2 model with HL7's SDTC extensions: the elements and attributes of each type, and their types. Generated
 * from the CDA schema by scripts/generate-cda-model.ts.
 */
import { readFileSync } from 'node:fs';

export interface CdaType {
  readonly base?: string;
  readonly mixed?: boolean;
  /** The type of each attribute. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The type of each element, followed by `*` if the element may be repeated. */
  readonly elements: Readonly<Record<string, string>>;
}

interface CdaModel {
  readonly root: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, CdaType>>;
}

export const cdaModel = JSON.parse(readFileSync(new URL('./model.json', import.meta.url), 'utf8')) as CdaModel;
