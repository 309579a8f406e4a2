import type { Selector } from '../xpath/compile.js';
import type { Node } from '../xml/tree.js';
import type { TellIssues } from './issue-rules.js';
import type { MappedResource } from './mapped-resource.js';
import type { Mapping } from './mapping.js';
import type { Run } from './run.js';
import type { Scope } from './scope.js';

/** When a mapping applies to a statement. Everything that is given must hold. */
export interface Match {
  readonly mapping: Mapping;
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
  /** The selectors that must hold, as the mapping writes them. */
  readonly wheres: readonly string[];
  /** Its further conditions, as a text that is equal if the conditions are equal, and their place in the file. */
  readonly asks: string;
  readonly place: Scope;
  /** If several mappings match, the highest priority wins. The default is the number of conditions. */
  readonly priority: number;
}

/** A mapping of something in the header, found by an absolute path. */
export interface HeaderMatch {
  readonly mapping: Mapping;
  readonly path: Selector;
}

/** A mapping with everything that makes its resources. */
export interface CompiledMapping extends Mapping {
  /** Tells the ledger what is left out, and what repeats another place. */
  readonly account: (run: Run, node: Node) => void;
  /** Tells what the reader of the document should know about the statement. */
  readonly tellIssues: TellIssues | undefined;
  /** Fills the resource. Answers false if something required is missing. */
  readonly build: (run: Run, node: Node, made: MappedResource) => boolean;
}
