import assert from 'node:assert/strict';
import { Journal } from '../../src/xml/journal.js';
import type { Node } from '../../src/xml/tree.js';
import { compileCondition, compileNamedNodes, compileSelector, type SelectorOptions } from '../../src/xpath/compile.js';
import { keptOfLate, nodesKeptOfLate } from '../../src/xpath/of-late.js';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { readDocument } from '../../src/xml/read.js';

/** Counts how often it is evaluated. */
function counted(): { options: SelectorOptions; calls: () => number } {
  let calls = 0;
  const counting = { minArguments: 0, maxArguments: 0, call: (_context: unknown, node: Node) => (calls++, [node]) };
  return { options: { names: vocabulary, functions: new Map([['counting', counting]]) }, calls: () => calls };
}

function read(text: string) {
  const { tree } = readDocument(Buffer.from(text), vocabulary);
  return { tree, journal: new Journal(false), variables: new Map<string, never>() };
}

describe('the recent answers of named conditions', () => {
  it('are reused for the same node without a new evaluation, with the same marks', () => {
    const { options, calls } = counted();
    const condition = keptOfLate(compileCondition("counting() and @code='1'", options));
    const context = read('<a code="1"/>');
    assert.equal(condition.evaluate(context, 1, 1, 1), true);
    const { lines } = context.journal;
    assert.equal(lines.length, 1);
    context.journal.rollback(0);
    assert.equal(condition.evaluate(context, 1, 1, 1), true);
    assert.deepEqual(context.journal.lines, lines);
    assert.equal(calls(), 1);
  });

  it('write marks when they are wanted, even after a silent evaluation', () => {
    const condition = keptOfLate(compileCondition("@code='1'", { names: vocabulary }));
    const context = read('<a code="1"/>');
    for (let round = 0; round < 2; round++)
      assert.equal(
        context.journal.silently(() => condition.evaluate(context, 1, 1, 1)),
        true,
      );
    assert.equal(context.journal.lines.length, 0);
    assert.equal(condition.evaluate(context, 1, 1, 1), true);
    assert.equal(context.journal.lines.length, 1);
  });

  it('are evaluated once silently if there is nothing to mark, and then also hold for evaluations with marks', () => {
    const { options, calls } = counted();
    const condition = keptOfLate(compileCondition("counting() and not(@code='1')", options));
    const context = read('<a code="2"/>');
    assert.equal(
      context.journal.silently(() => condition.evaluate(context, 1, 1, 1)),
      true,
    );
    assert.equal(condition.evaluate(context, 1, 1, 1), true);
    assert.equal(calls(), 1);
  });

  it('do not carry over from one document to the next', () => {
    const condition = keptOfLate(compileCondition("@code='1'", { names: vocabulary }));
    assert.equal(condition.evaluate(read('<a code="1"/>'), 1, 1, 1), true);
    assert.equal(condition.evaluate(read('<a code="2"/>'), 1, 1, 1), false);
  });

  it('keep nodes apart that share a slot', () => {
    const condition = keptOfLate(compileCondition("@code='1'", { names: vocabulary }));
    const context = read(`<component>${'<code code="1"/><code code="2"/>'.repeat(100)}</component>`);
    const held = (node: Node): boolean => condition.evaluate(context, node, 1, 1);
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 200; index++) assert.equal(held(2 + 2 * index), index % 2 === 0);
  });

  it('are not reused if they depend on more than the node', () => {
    const { options, calls } = counted();
    const group = { minArguments: 0, maxArguments: 0, call: () => [1] };
    const functions = new Map([...options.functions!, ['group', group] as const]);
    const condition = keptOfLate(compileCondition('counting() and group()', { ...options, functions }));
    const context = read('<a/>');
    for (let round = 0; round < 2; round++) assert.equal(condition.evaluate(context, 1, 1, 1), true);
    assert.equal(calls(), 2);
  });

  it('include named nodes, which are found once for a node', () => {
    const { options, calls } = counted();
    const named = nodesKeptOfLate(compileNamedNodes('counting()/code', options));
    const conditions = new Map([['codes', named]]);
    const selector = compileSelector('codes()/@code', { ...options, conditions });
    const context = read('<a xmlns="urn:hl7-org:v3"><code code="1"/></a>');
    for (let round = 0; round < 2; round++) assert.equal(selector.string(context, 1), '1');
    assert.equal(calls(), 1);
  });
});
