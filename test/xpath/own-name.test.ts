import assert from 'node:assert/strict';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { Journal } from '../../src/xml/journal.js';
import type { Node } from '../../src/xml/tree.js';
import { readDocument } from '../../src/xml/read.js';
import { compileCondition, compileTests, type Condition } from '../../src/xpath/compile.js';
import { keptOfLate } from '../../src/xpath/of-late.js';

const asked: string[] = [];
const asking = (name: string) => ({
  minArguments: 0,
  maxArguments: 0,
  call: (_context: unknown, node: Node) => (asked.push(name), [node]),
});
const functions = new Map(['first', 'second', 'third'].map((name) => [name, asking(name)]));

function condition(text: string, conditions: ReadonlyMap<string, Condition> = new Map()): Condition {
  return compileCondition(text, { names: vocabulary, functions, conditions });
}

function read(text: string) {
  return readDocument(Buffer.from(text.replace(/[ /]/, ' xmlns="urn:hl7-org:v3"$&')), vocabulary).tree;
}

function holds(test: Condition, text: string): boolean {
  const tree = read(text);
  asked.length = 0;
  return test.evaluate({ tree, journal: new Journal(false), variables: new Map() }, 1, 1, 1);
}

describe('a condition about certain elements', () => {
  it('asks a node only those alternatives that its name leaves', () => {
    const test = condition('self::act[first()] or self::observation[second()] or @code');
    assert.equal(holds(test, '<observation/>'), true);
    assert.deepEqual(asked, ['second']);
    assert.equal(holds(test, '<act/>'), true);
    assert.deepEqual(asked, ['first']);
    assert.equal(holds(test, '<supply code="1"/>'), true);
    assert.equal(holds(test, '<supply/>'), false);
    assert.deepEqual(asked, []);
  });

  it('knows by the name of the node that a named condition inside it does not hold', () => {
    const named = keptOfLate(condition('self::act and first()'));
    const test = compileTests('or', [
      condition('self::*[named()]', new Map([['named', named]])),
      condition('self::observation[second()]'),
      condition('third()'),
    ]);
    assert.equal(holds(test, '<act/>'), true);
    assert.deepEqual(asked, ['first']);
    assert.equal(holds(test, '<supply/>'), true);
    assert.deepEqual(asked, ['third']);
  });

  it('does not take an attribute for the element of the same name', () => {
    const tree = read('<act code="1"/>');
    const attribute = tree.name.findIndex((name) => tree.names.list[name] === 'code');
    const test = keptOfLate(condition('self::code or self::value'));
    const context = { tree, journal: new Journal(false), variables: new Map<string, never>() };
    assert.equal(test.evaluate(context, attribute, 1, 1), false);
  });

  it('leaves the same marks as all alternatives together', () => {
    const test = condition("self::act and @code='1' or self::observation and @code='1' or @classCode='ACT'");
    const marksOf = (text: string): number => {
      const tree = read(text);
      const journal = new Journal(false);
      assert.equal(test.evaluate({ tree, journal, variables: new Map() }, 1, 1, 1), true);
      return journal.lines.length;
    };
    assert.equal(marksOf('<act code="1"/>'), 1);
    // Either of the two would do, so the result depends on neither.
    assert.equal(marksOf('<act code="1" classCode="ACT"/>'), 0);
  });
});
