import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { indexIds } from '../../src/cda/narrative.js';
import { packagedMappings } from '../../src/convert.js';
import { functions } from '../../src/mapping/functions.js';
import { listFunctions } from '../../src/mapping/list-functions.js';
import { readMappingFiles } from '../../src/mapping/read-files.js';
import { compileWordList } from '../../src/xpath/word-list.js';
import { isElement, nodeName, NONE, type Node } from '../../src/xml/tree.js';
import type { Selector } from '../../src/xpath/compile.js';
import type { SelectorContext } from '../../src/xpath/context.js';
import type { ListFunctions, NodeFunction } from '../../src/xpath/node-function.js';
import { besideOracle, KnownSelectors, type Beside, type Difference, type Judge } from '../xpath/oracle.js';
import { documentOf, type Fragment } from '../mappings/document-of.js';
import { selectorsInUse, type SelectorInUse } from './selectors-in-use.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** In one document, where a selector gives something and where it gives nothing: so many contexts of each. */
const CONTEXTS = 3;

const said = functions.get('said')!;

/** The word lists that selectors name. */
const lists = new Map(
  readMappingFiles(packagedMappings, []).words.map(({ path, value }) => {
    const { words, alone } = value as { words: readonly string[]; alone?: readonly string[] };
    return [path.replace(/^words\/|\.json$/g, ''), compileWordList(words, alone)];
  }),
);

/**
 * The statements that are one resource, and those inside of it that are resources of their own, are known only while it is
 * made; here each is alone. So is the index of the narrative, which a run keeps.
 */
const standIns: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ...functions,
  ['group', { minArguments: 0, maxArguments: 0, call: (_context, node) => [node] }],
  ['own', { minArguments: 1, maxArguments: 1, call: (_context, _node, [nodes = []]) => nodes }],
  [
    'said',
    {
      ...said,
      call: (context, node, values) => {
        const narrativeElement = (id: string): Node => indexIds(context.tree).get(id) ?? NONE;
        return said.call({ ...context, narrativeElement } as typeof context, node, values);
      },
    },
  ],
]);

/** With the index of the narrative, as `said` has it above. */
function reading(context: SelectorContext): SelectorContext {
  return { ...context, narrativeElement: (id: string) => indexIds(context.tree).get(id) ?? NONE } as SelectorContext;
}

const ownLists: ListFunctions = {
  tests: new Map(
    [...listFunctions.tests].map(([name, test]) => [
      name,
      { ...test, words: (context, node) => test.words(reading(context), node) },
    ]),
  ),
  nodes: new Map(
    [...listFunctions.nodes].map(([name, call]) => [
      name,
      (context, nodes, list) => call(reading(context), nodes, list),
    ]),
  ),
};

describe('the selectors of the mappings, beside the package xpath on a DOM', () => {
  const selectors = selectorsInUse(packagedMappings);
  const judged = new Set<SelectorInUse>();
  const telling = new Set<SelectorInUse>();
  const skipped = new Set<string>();
  const known = new KnownSelectors();
  after(() => {
    known.clear();
  });

  for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
    it(`select the same nodes and give the same values in ${file}`, () => {
      expect(differences(readFileSync(join(samples, file), 'utf8'))).to.deep.equal([]);
    });
  }

  const documents = smallest(12);
  it('are compared on documents of several senders', function () {
    if (documents.length === 0) {
      console.log('      skipped: ../shared/corpus is not here');
      this.skip();
    }
    expect(documents.length).to.equal(12);
  });
  for (const file of documents) {
    it(`agree in ${relative(corpus, file)}`, () => {
      expect(differences(readFileSync(file, 'utf8'))).to.deep.equal([]);
    });
  }

  it('agree in the documents of the mappings’ tests, for selectors without a start so far', function () {
    this.timeout(120_000);
    for (const xml of testFragments()) expect(differences(xml, true)).to.deep.equal([]);
  });

  it('are many, and nearly all of them could be compared', () => {
    expect(selectors.length).to.be.greaterThan(500);
    console.log(
      `      ${selectors.length} selectors: ${judged.size} judged, of which ${telling.size} gave something; ` +
        `${skipped.size} are not for the oracle, the others have no place to start from`,
    );
    expect(judged.size / selectors.length).to.be.greaterThan(0.85);
    expect(telling.size / selectors.length).to.be.greaterThan(0.4);
  });

  function differences(xml: string, onlyNew = false): Difference[] {
    const beside = besideOracle(xml, standIns, { isPlaceholder: () => false }, ownLists, lists, known);
    const found = [...beside.differences];
    const starts = new Starts(beside);
    const judges = new Map<string, Judge | undefined>();
    for (const each of selectors) {
      if (onlyNew && (judged.has(each) || skipped.has(each.text) || starts.of(each).length === 0)) continue;
      if (!judges.has(each.text)) judges.set(each.text, beside.judge(each.text));
      const judge = judges.get(each.text);
      if (judge === undefined) {
        skipped.add(each.text);
        continue;
      }
      const left = { full: CONTEXTS, empty: CONTEXTS };
      for (const node of starts.of(each)) {
        if (left.full + left.empty === 0) break;
        const kind = isFull(judge.selector, beside, node) ? 'full' : 'empty';
        if (left[kind] === 0) continue;
        left[kind]--;
        judged.add(each);
        if (kind === 'full') telling.add(each);
        const difference = judge.at(node);
        if (difference !== undefined) found.push(difference);
      }
    }
    return found;
  }
});

function isFull(selector: Selector, { context }: Beside, node: Node): boolean {
  return selector.type === 'nodes' ? selector.nodes(context, node).length > 0 : selector.boolean(context, node);
}

/** The nodes of a document that selectors start from. */
class Starts {
  readonly #known = new Map<string, readonly Node[]>();
  readonly #byName = new Map<string, Node[]>();

  constructor(readonly beside: Beside) {
    const { tree } = beside.context;
    for (let node = 1; node < tree.count; node++) {
      if (!isElement(tree, node)) continue;
      const name = nodeName(tree, node);
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), node]);
    }
  }

  of({ on, via }: Pick<SelectorInUse, 'on' | 'via'>): readonly Node[] {
    if (on.length === 0) return [0];
    const key = JSON.stringify([on, via]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const last = via.at(-1);
    const nodes =
      last === undefined
        ? on.flatMap((name) => this.#byName.get(name) ?? [])
        : this.selected(last, on, via.slice(0, -1));
    this.#known.set(key, nodes);
    return nodes;
  }

  private selected(text: string, on: readonly string[], via: readonly string[]): readonly Node[] {
    const selector = this.beside.selector(text);
    return this.of({ on, via }).flatMap((node) => selector.nodes(this.beside.context, node));
  }
}

/** For each test file of the mappings a document of all its statements: of most mappings there is none in the samples. */
function testFragments(): string[] {
  const files = readdirSync(packagedMappings, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.test.json'))
    .map((file) => {
      const { tests } = JSON.parse(readFileSync(join(packagedMappings, file), 'utf8')) as {
        tests: readonly Fragment[];
      };
      const header = tests.find(({ header }) => header !== undefined)?.header ?? [];
      return documentOf({ sections: tests.map(sectionsOf), header });
    });
}

function sectionsOf({ xml, sections, section = '11450-4' }: Fragment): string {
  const text = (lines: string | readonly string[]): string => (typeof lines === 'string' ? lines : lines.join('\n'));
  if (sections !== undefined) return text(sections);
  const entry = xml === undefined ? '' : `<entry>${text(xml)}</entry>`;
  return `<component><section><code code="${section}" codeSystem="2.16.840.1.113883.6.1"/>${entry}</section></component>`;
}

/** The smallest document of each of so many senders, spread over all of them. */
function smallest(count: number): string[] {
  if (!existsSync(corpus)) return [];
  const senders = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = senders.flatMap(({ name }) => {
    const [first] = readdirSync(join(corpus, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.xml'))
      .map((file) => ({ file: join(corpus, name, file), size: readFileSync(join(corpus, name, file)).length }))
      .filter(({ size }) => size > 20_000 && size < 200_000)
      .sort((one, other) => one.size - other.size);
    return first === undefined ? [] : [first.file];
  });
  return Array.from(
    { length: Math.min(count, files.length) },
    (_, index) => files[Math.floor((index * files.length) / Math.min(count, files.length))]!,
  );
}
