import type { AgreementRules } from './agreement.js';
import type { PlaceholderRule } from '../cda/placeholder-identifiers.js';
import type { HolderRule } from './holders.js';
import type { RefusedKind } from './refused.js';
import type { MappingFiles, SenderFiles } from './read-files.js';
import type { CompiledMapping, HeaderMatch, Match } from './compiled-mapping.js';
import type { DropRules } from './drop-rule.js';
import type { FixedFacts } from './template-facts.js';

/** A set of mappings, compiled: everything that a conversion needs to know about C-CDA and FHIR. */
export interface MappingSet {
  /** Statement mappings by templateId root, the highest priority first. */
  readonly byTemplate: ReadonlyMap<string, readonly Match[]>;
  /** Statement mappings that ask for no template, by element name (vocabulary number), in the same order. */
  readonly byElement: ReadonlyMap<number, readonly Match[]>;
  /** By the number of an element's name: whether a statement mapping stands on it. */
  readonly statements: readonly (true | undefined)[];
  /** What makes statements be no resource. */
  readonly drops: DropRules;
  readonly header: readonly HeaderMatch[];
  /** Mappings for what is left over after the walk, by element name, the highest priority first. */
  readonly leftOver: ReadonlyMap<number, readonly Match[]>;
  /** Which acts and organizers are read through. */
  readonly holders: HolderRule | undefined;
  /** Kinds of documents that no Bundle is made of. */
  readonly refused: readonly RefusedKind[];
  /** Makes the Provenance of each authorship. */
  readonly authorship: CompiledMapping | undefined;
  /** Whose identity is in every id. */
  readonly subject: HeaderMatch | undefined;
  /** Facts that no mapping reads, by `element/@attribute` or `element`: why they are left out. */
  readonly ignored: ReadonlyMap<string, { readonly reason: string; readonly rule: string }>;
  /** What every resource of a statement is asked. */
  readonly agreement: AgreementRules;
  /** Codes of issues that ask whether the result agrees with the document. */
  readonly questions: ReadonlySet<string>;
  /** Ids that identify nobody. */
  readonly placeholders: readonly PlaceholderRule[];
  /** What templates fix: a document that says it says nothing more. */
  readonly fixed: FixedFacts;
  /** IANA zone of the sender, where its overlay names one. */
  readonly timeZone: string | undefined;
  /** Whether values of the sender count beside a null flavor. */
  readonly valuesBesideNull: boolean;
  /** The version of US Core that it is written for; empty where it says none. */
  readonly usCore: string;
  /** What it was compiled from, with the sender's changes. */
  readonly files: MappingFiles;
  /** The sender's own files; undefined where it is for no sender. */
  readonly sender: SenderFiles | undefined;
}
