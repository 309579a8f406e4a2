import type { Scope } from './scope.js';
import type { Selector } from '../xpath/compile.js';
import type { Node } from '../xml/tree.js';
import type { GroupRule } from './group.js';
import type { TellIssues } from './issue-rules.js';
import type { AlikeRule } from './likeness.js';
import type { MappedResource } from './mapped-resource.js';
import type { Run } from './run.js';

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

/** When a mapping applies to a statement. Everything that is given must hold. */
export interface Match {
  readonly mapping: CompiledMapping;
  /** The elements that it applies to, as numbers of the vocabulary. */
  readonly elements: ReadonlySet<number>;
  readonly template?: string;
  readonly version?: string;
  /** A template that an enclosing statement must have. */
  readonly within?: string;
  /** LOINC codes of the enclosing section. */
  readonly sections?: ReadonlySet<string>;
  readonly where?: (run: Run, node: Node) => boolean;
  /** Only for statements that nothing was made from and nothing was read of (see left-over.ts). */
  readonly leftOver: boolean;
  /** Its further conditions, as a text that is equal if the conditions are equal, and their place in the file. */
  readonly asks: string;
  readonly place: Scope;
  /** If several mappings match, the highest priority wins. The default is the number of conditions. */
  readonly priority: number;
}

/** A mapping of something in the header, found by an absolute path. */
export interface HeaderMatch {
  readonly mapping: CompiledMapping;
  readonly path: Selector;
}

export interface CompiledMapping {
  readonly index: number;
  readonly id: string;
  readonly file: string;
  readonly resourceType: string;
  /** Whether a Provenance is made for its resources. */
  readonly provenance: boolean;
  readonly identity: Identity;
  /** If several statements together are one resource: how they are found. */
  readonly group: GroupRule | undefined;
  readonly profiles: readonly ProfileClaim[];
  /** Tells the ledger what is left out, and what repeats another place. */
  readonly account: (run: Run, node: Node) => void;
  /** Tells what the reader of the document should know about the statement. */
  readonly tellIssues: TellIssues | undefined;
  /** Mappings that make further resources from the same node. */
  readonly also: readonly CompiledMapping[];
  /** Fills the resource. Answers false if something required is missing. */
  readonly build: (run: Run, node: Node, made: MappedResource) => boolean;
}
