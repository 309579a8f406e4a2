import type { Selector } from '../xpath/compile.js';

/** What is known of a mapping before it makes anything; `CompiledMapping` adds how it makes its resources. */
export interface Mapping {
  /** Its number in its set. */
  readonly index: number;
  readonly id: string;
  readonly file: string;
  readonly resourceType: string;
  /** The CDA elements that it stands on. */
  readonly on: readonly string[];
  /** Whether a Provenance is made for its resources. */
  readonly provenance: boolean;
  readonly identity: Identity;
  /** If several statements together are one resource: how they are found. */
  readonly group: GroupRule | undefined;
  readonly profiles: readonly ProfileClaim[];
  /** Mappings that make further resources from the same node. */
  readonly also: readonly Mapping[];
}

/**
 * Within which bounds a resource's id is the same: for the entries of one patient, for everybody (people,
 * organizations), or in one document.
 */
export type IdentityScope = 'subject' | 'patient' | 'shared' | 'document';

export interface Identity {
  readonly scope: IdentityScope;
  /** The alternatives, in order. Each is a list of selectors, and all of them must find something. */
  readonly by: readonly (readonly Selector[])[];
  /** Two resources with the same id are still two if both say something here and they differ. */
  readonly apart: Selector | undefined;
  /** How two resources of one document that have different ids are recognized as the same. */
  readonly alike: AlikeRule | undefined;
}

/** A profile that the resource claims if every need is met. */
export interface ProfileClaim {
  readonly url: string;
  readonly needs: readonly ProfileNeed[];
  /** Whether a resource meets all of them. */
  readonly isMet: (resource: object) => boolean;
}

/** Something that a profile requires. */
export interface ProfileNeed {
  /** As the mapping writes it. */
  readonly text: string;
  readonly isMet: (resource: object) => boolean;
}

/** How two resources of one document that have different ids are recognized as the same (`identity.alike`). */
export interface AlikeRule {
  /** What both must say in the same words: a family name and a given name, for example. */
  readonly by: readonly Selector[];
  /** Their ids. If they have different ids in one system, they are two. */
  readonly ids: Selector | undefined;
  /**
   * Whether two that both have ids must share one, in whatever system. Example: departments of two hospitals may have
   * the same name.
   */
  readonly oneId: boolean;
  /** If both say something here and they differ, they are two. */
  readonly apart: readonly Selector[];
}

/** How statements are found that together are one resource; see `group` in docs/mapping-language.md. */
export interface GroupRule {
  /** The element that all members stand in. */
  readonly within: Selector;
  /** The statements that may be members, found from that element. */
  readonly of: Selector;
  /** The rules by which they belong together, the strictest first. */
  readonly by: readonly Together[];
  /** Two statements with equal text here are never in one group. */
  readonly apart: Selector | undefined;
  /** Finds the member that the mapping starts from. */
  readonly main: Selector | undefined;
}

/** Two members must have the same element `in` and equal text. */
export interface Together {
  readonly in: Selector | undefined;
  readonly text: Selector | undefined;
}
