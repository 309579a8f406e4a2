import type { Scope } from './scope.js';
import type { Selector } from '../xpath/compile.js';
import type { Node } from '../xml/tree.js';
import type { GroupRule } from './group.js';
import type { TellIssues } from './issue-rules.js';
import type { AlikeRule } from './likeness.js';
import type { MappedResource } from './mapped-resource.js';
import type { Run } from './run.js';

/** Who shares a resource's id: the entries of one patient, everybody (people, organizations), or one document. */
export type IdentityScope = 'subject' | 'patient' | 'shared' | 'document';

export interface Identity {
  readonly scope: IdentityScope;
  /** Alternatives in order. Each is a list of selectors, and every one of them must find something. */
  readonly by: readonly (readonly Selector[])[];
  /** Two of one id that say something here, and not the same, are two all the same. */
  readonly apart: Selector | undefined;
  /** How two of one document that are known by different ids are seen to be the same. */
  readonly alike: AlikeRule | undefined;
}

/** A profile that the resource claims where every need is met. */
export interface ProfileClaim {
  readonly url: string;
  readonly needs: readonly ProfileNeed[];
  /** Whether a resource meets all of them. */
  readonly isMet: (resource: object) => boolean;
}

/** Something that a profile requires. */
export interface ProfileNeed {
  /** As the mapping says it. */
  readonly text: string;
  readonly isMet: (resource: object) => boolean;
}

/** When a mapping applies to a statement; all that is given must hold. */
export interface Match {
  readonly mapping: CompiledMapping;
  /** Element names that it can stand on, as vocabulary numbers. */
  readonly elements: ReadonlySet<number>;
  readonly template?: string;
  readonly version?: string;
  /** A template that an enclosing statement must have. */
  readonly within?: string;
  /** LOINC codes of the enclosing section. */
  readonly sections?: ReadonlySet<string>;
  readonly where?: (run: Run, node: Node) => boolean;
  /** Only for statements of which nothing was made or read (see left-over.ts). */
  readonly leftOver: boolean;
  /** What it asks beside template and element, in words that are equal where the conditions are; and where it stands. */
  readonly asks: string;
  readonly place: Scope;
  /** Among several that hold, the highest; each condition counts for one where none is given. */
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
  /** Whether statements of authorship are made for its resources. */
  readonly provenance: boolean;
  readonly identity: Identity;
  /** Where several statements together are one resource. */
  readonly group: GroupRule | undefined;
  readonly profiles: readonly ProfileClaim[];
  /** Writes down what is left out, and what says the same as another place. */
  readonly account: (run: Run, node: Node) => void;
  /** Tells what the reader of the document should know of the statement. */
  readonly tellIssues: TellIssues | undefined;
  /** Mappings that make further resources of the same node. */
  readonly also: readonly CompiledMapping[];
  /** Fills the resource; false where something required is missing. */
  readonly build: (run: Run, node: Node, made: MappedResource) => boolean;
}
