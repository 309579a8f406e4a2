import type { AgreementRules } from './agreement.js';
import type { PlaceholderRule } from '../cda/placeholder-identifiers.js';
import type { HolderRule } from './holder-rule.js';
import type { RefusedKind } from './refused.js';
import type { MappingFiles, SenderFiles } from './read-files.js';
import type { CompiledMapping, HeaderMatch, Match } from './compiled-mapping.js';
import type { DropRules } from './drop-rule.js';
import type { Mapping } from './mapping.js';
import type { FixedFacts } from './template-facts.js';

/** A compiled set of mappings: everything that a conversion needs to know about C-CDA and FHIR. */
export interface MappingSet {
  /** By the number of a mapping: what makes its resources. */
  readonly compiled: readonly (CompiledMapping | undefined)[];
  /** Mappings of statements by templateId/@root, the highest priority first. */
  readonly byTemplate: ReadonlyMap<string, readonly Match[]>;
  /**
   * Mappings of statements that ask for no template, by element name (vocabulary number), the highest priority first.
   */
  readonly byElement: ReadonlyMap<number, readonly Match[]>;
  /** By the number of an element's name: whether any mapping of statements is for this element. */
  readonly statements: readonly (true | undefined)[];
  /** The rules that drop statements. */
  readonly drops: DropRules;
  readonly header: readonly HeaderMatch[];
  /** Mappings for statements that are left over after the walk, by element name, the highest priority first. */
  readonly leftOver: ReadonlyMap<number, readonly Match[]>;
  /** Which acts and organizers only hold other statements. */
  readonly holders: HolderRule | undefined;
  /** Kinds of documents that are refused. */
  readonly refused: readonly RefusedKind[];
  /** Makes the Provenance of each authorship. */
  readonly authorship: Mapping | undefined;
  /** The mapping whose identity is part of every id: that of the patient. */
  readonly subject: HeaderMatch | undefined;
  /** For facts that no mapping reads, by `element/@attribute` or `element`: the reason why they are left out. */
  readonly ignored: ReadonlyMap<string, { readonly reason: string; readonly rule: string }>;
  /** Questions about every statement that became a resource. */
  readonly agreement: AgreementRules;
  /** The codes of issues that ask whether the result agrees with the document. */
  readonly questions: ReadonlySet<string>;
  /** Rules for ids that identify nobody. */
  readonly placeholders: readonly PlaceholderRule[];
  /** The values that templates fix, so that a document that has them says nothing more. */
  readonly fixed: FixedFacts;
  /** The IANA time zone of the sender, if its overlay names one. */
  readonly timeZone: string | undefined;
  /** Whether values of this sender count although they stand beside a null flavor. */
  readonly valuesBesideNull: boolean;
  /** The version of US Core that the set is written for; empty if it does not say. */
  readonly usCore: string;
  /** The files that it was compiled from, with the sender's changes. */
  readonly files: MappingFiles;
  /** The sender's own files; undefined where it is for no sender. */
  readonly sender: SenderFiles | undefined;
}
