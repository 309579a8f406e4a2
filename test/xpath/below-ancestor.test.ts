import { expect } from 'chai';
import { nameId, vocabulary } from '../../src/cda/vocabulary.js';
import { children, type Node } from '../../src/xml/tree.js';
import { compileCondition, compileNamedNodes, compileSelector, type SelectorOptions } from '../../src/xpath/compile.js';
import { element, read } from './reading.js';

const context = () =>
  read(
    element(
      Array.from(
        { length: 3 },
        (_, i) => `<entryRelationship><act><code code="${i}"/></act><act><id root="1"/></act></entryRelationship>`,
      ).join('') + '<component><act><code code="9"/></act></component>',
    ),
    { wanted: '2' },
  );

/** The acts of each link, in document order. */
function actsOf({ tree }: ReturnType<typeof context>): Node[] {
  return ['entryRelationship', 'component'].flatMap((link) =>
    children(tree, 1, nameId(link)).flatMap((one) => children(tree, one, nameId('act'))),
  );
}

function answers(text: string, more: Partial<SelectorOptions> = {}): boolean[] {
  const run = context();
  const selector = compileSelector(text, { names: vocabulary, ...more });
  const found = actsOf(run).map((act) => selector.boolean(run, act));
  expect(run.journal.lines, 'that something exists marks nothing').to.deep.equal([]);
  return found;
}

describe('a path that goes up and down again', () => {
  it('finds the same for all nodes in one ancestor', () => {
    expect(answers("../../entryRelationship/act[code/@code='2']")).to.deep.equal(Array(7).fill(true));
    expect(answers("../../entryRelationship/act[code/@code='9']")).to.deep.equal(Array(7).fill(false));
  });

  it('keeps results of different ancestors apart', () => {
    expect(answers("../act[code/@code='1']")).to.deep.equal([false, false, true, true, false, false, false]);
    expect(answers("parent::component/act[code/@code='9']")).to.deep.equal([...Array<boolean>(6).fill(false), true]);
  });

  it('is evaluated again if it uses a variable, also through a condition', () => {
    const run = context();
    const variables = new Map([['wanted', 'string']] as const);
    const options: SelectorOptions = { names: vocabulary, variables };
    const isWanted = compileCondition('code/@code=$wanted', options);
    const wantedCodes = compileNamedNodes('code[@code=$wanted]', options);
    expect([isWanted.varies, wantedCodes.varies]).to.deep.equal([true, true]);
    const conditions = new Map([['is-wanted', isWanted]]);
    const selector = compileSelector('../../entryRelationship/act[is-wanted()]', { ...options, conditions });
    const [act] = actsOf(run);
    expect(selector.boolean(run, act!)).to.equal(true);
    (run.variables as Map<string, string>).set('wanted', '7');
    expect(selector.boolean(run, act!)).to.equal(false);
  });
});
