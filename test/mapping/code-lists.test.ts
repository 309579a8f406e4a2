import { expect } from 'chai';
import { loadMappings } from '../../src/mapping/load.js';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

const resource = { resourceType: 'Observation', status: 'final', code: '= code' };
const weights = { title: 'Weights', codes: { '29463-7': 'Body weight', '3141-9': 'Body weight measured' } };

function setWith(lists: unknown, where: string, more: Record<string, unknown> = {}): string {
  return observationSet(resource, { 'code-lists.json': { lists }, ...more }, { match: { where } });
}

function mistakesWith(lists: unknown, where = 'code', more: Record<string, unknown> = {}): string[] {
  return mistakesOf(setWith(lists, where, more));
}

const observation = (code: string) =>
  `<observation classCode="OBS" moodCode="EVN"><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/></observation>`;

describe('a code list', () => {
  it('holds if a code is one of its codes', () => {
    const set = setWith({ weights }, "code/@code=one-of('weights')");
    const count = (code: string) => resourcesIn(convertWith(set, observation(code)).bundle, 'Observation').length;
    expect([count('29463-7'), count('3141-9'), count('8302-2')]).to.deep.equal([1, 1, 0]);
  });

  it('marks what decided, as a list in the selector does', () => {
    const [named, written] = ["one-of('weights')", "('29463-7','3141-9')"].map((list) =>
      convertWith(setWith({ weights }, `code/@code=${list}`), observation('3141-9')),
    );
    expect(named!.ledger.items).to.deep.equal(written!.ledger.items);
    expect(named!.ledger.totals).to.deep.equal(written!.ledger.totals);
  });

  it('is changed for one sender by its name', () => {
    const patch = { lists: { weights: { codes: { '3141-9': null, '8302-2': 'Body height' } } } };
    const set = setWith({ weights }, "code/@code=one-of('weights')", {
      'senders/acme/sender.json': { oids: ['2.999.1'] },
      'senders/acme/code-lists.json': patch,
    });
    expect(() => loadMappings(set)).not.to.throw();
    const wrong = mistakesWith({ weights }, 'code', {
      'senders/acme/sender.json': { oids: ['2.999.1'] },
      'senders/acme/code-lists.json': { lists: { weights: { codes: { '29463-7': null, '3141-9': null } } } },
    });
    expect(wrong.join()).to.match(/^senders\/acme\/code-lists\.json:\d+:\d+: a code list has a code/);
  });

  it('is refused with its place and the nearest right name if it is wrong', () => {
    expect(mistakesWith({ weights }, "code/@code=one-of('weigths')").join()).to.match(
      /there is no list "weigths" in code-lists\.json; did you mean weights/,
    );
    expect(mistakesWith({ weights }, "one-of('weights')").join()).to.match(/one-of\(\) must stand after =/);
    expect(mistakesWith({ weights }, 'code/@code=one-of(code)').join()).to.match(
      /takes the name of a code list, in quotes/,
    );
    expect(mistakesWith({ weights: { codes: {} } }).join()).to.match(/a code list is/);
    expect(mistakesWith({ weights: { title: 'x', codes: { a: '' } } }).join()).to.match(/a code needs a name/);
    expect(mistakesWith({ Weights: weights }).join()).to.match(/named by words in lower case/);
  });
});
