import type { FhirResource } from 'fhir/r4.js';
import type { Journal } from '../xml/journal.js';
import type { Node, Tree } from '../xml/tree.js';
import { apartOf, identityKeyOf, rankOf } from './identity-key.js';
import { likenessOf } from './likeness.js';
import type { Likeness, MappedResource } from './mapped-resource.js';
import type { Mapping } from './mapping.js';
import type { Run } from './run.js';

const NOTHING: readonly never[] = [];

/**
 * A resource of a document that is being mapped. A large document has a hundred thousand of them, so what is seldom asked
 * for is worked out when it is asked for, and none has a function of its own.
 */
export class ResourceOfRun implements MappedResource {
  readonly journal: Journal;
  key: string;
  referring: readonly string[] = NOTHING;
  address = '';
  matched = false;
  apartAs: MappedResource | undefined;
  #likeness: { readonly answer: Likeness | undefined } | undefined;

  constructor(
    private readonly run: Run,
    readonly mapping: Mapping,
    readonly node: Node,
    private readonly group: readonly Node[],
    public resource: FhirResource,
  ) {
    this.journal = run.journal;
    this.key = identityKeyOf(run, mapping, node);
  }

  get tree(): Tree {
    return this.run.tree;
  }

  get nodes(): readonly Node[] {
    return this.group.length === 0 ? [this.node] : this.group;
  }

  apart(): string {
    return this.apartAs?.apart() ?? apartOf(this.run, this.mapping, this.node);
  }

  likeness(): Likeness | undefined {
    if (this.mapping.identity.alike === undefined) return undefined;
    this.#likeness ??= { answer: likenessOf(this.run, this.mapping, this.node) };
    return this.#likeness.answer;
  }

  rank(): number {
    return rankOf(this.run, this.mapping, this.node);
  }
}
