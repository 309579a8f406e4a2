import { expect } from 'chai';
import type { DocumentFacts } from '../../src/store/records.js';
import { describeEngines } from './engines.js';
import { accepted, converted, convertNext, eventsOf, opened, result, stateOf, type Opened } from './opened.js';

/** Two documents, the second received later; what becomes of them. */
interface Case {
  readonly name: string;
  readonly first: DocumentFacts;
  readonly second: DocumentFacts;
  readonly states: readonly [string, string];
  /** Events of the second. */
  readonly tells?: string;
}

const base: DocumentFacts = {
  patient: 'p1',
  custodian: 'c1',
  kind: '34133-9',
  documentId: 'a|1',
  setId: 's|1',
  version: 1,
  effective: '2024-01-01',
};

const cases: readonly Case[] = [
  {
    name: 'a second document with one id, newer: it is current',
    first: base,
    second: { ...base, effective: '2024-02-01' },
    states: ['replaced', 'converted'],
    tells: 'id-reused',
  },
  {
    name: 'with one id, older: the first stays current',
    first: base,
    second: { ...base, effective: '2023-02-01' },
    states: ['converted', 'replaced'],
  },
  {
    name: 'with one id and time: what was received last is current',
    first: base,
    second: base,
    states: ['replaced', 'converted'],
  },
  {
    name: 'one id in documents of two kinds: a vendor copied it, both stay',
    first: base,
    second: { ...base, kind: '18842-5', setId: 's|2' },
    states: ['converted', 'converted'],
  },
  {
    name: 'one id in documents of two custodians: both stay',
    first: base,
    second: { ...base, custodian: 'c2', setId: 's|2' },
    states: ['converted', 'converted'],
  },
  {
    name: 'one id in documents of two patients: the second is held',
    first: base,
    second: { ...base, patient: 'p2', effective: '2025-01-01' },
    states: ['converted', 'held'],
    tells: 'id-of-another-patient',
  },
  {
    name: 'another number of the set replaces the lower',
    first: base,
    second: { ...base, documentId: 'a|2', version: 2 },
    states: ['replaced', 'converted'],
  },
  {
    name: 'a lower number of the set is replaced when it comes, whatever its time',
    first: { ...base, version: 3 },
    second: { ...base, documentId: 'a|2', version: 2, effective: '2025-01-01' },
    states: ['converted', 'replaced'],
  },
  {
    name: 'the same number of one set with another id is no version: both stay',
    first: base,
    second: { ...base, documentId: 'a|2', effective: '2024-02-01' },
    states: ['converted', 'converted'],
  },
  {
    name: 'a set of two patients: both stay',
    first: base,
    second: { ...base, documentId: 'a|2', patient: 'p2', version: 2 },
    states: ['converted', 'converted'],
  },
  {
    name: 'relatedDocument RPLC replaces its target without a set',
    first: { ...base, setId: 's|1' },
    second: { ...base, documentId: 'a|2', setId: 's|9', relations: [{ kind: 'replaces', target: 'a|1' }] },
    states: ['replaced', 'converted'],
  },
  {
    name: 'RPLC of a document of another patient replaces nothing',
    first: base,
    second: { ...base, documentId: 'a|2', patient: 'p2', relations: [{ kind: 'replaces', target: 'a|1' }] },
    states: ['converted', 'converted'],
  },
  {
    name: 'RPLC before its target: the target is replaced when it comes',
    first: { ...base, documentId: 'a|2', setId: 's|9', relations: [{ kind: 'replaces', target: 'a|1' }] },
    second: base,
    states: ['converted', 'replaced'],
  },
  {
    name: 'RPLC of what nobody knows is told',
    first: { ...base, documentId: 'a|7', setId: 's|7' },
    second: { ...base, documentId: 'a|2', relations: [{ kind: 'replaces', target: 'a|9' }] },
    states: ['converted', 'converted'],
    tells: 'replaces-unknown',
  },
  {
    name: 'an appendix and its document both stay',
    first: base,
    second: { ...base, documentId: 'a|2', setId: 's|2', relations: [{ kind: 'appends', target: 'a|1' }] },
    states: ['converted', 'converted'],
  },
  {
    name: 'without a patient nothing is compared',
    first: { documentId: 'a|1', custodian: 'c1' },
    second: { documentId: 'a|1', custodian: 'c1' },
    states: ['converted', 'converted'],
  },
  {
    name: 'ids that are absent are not one id',
    first: { patient: 'p1', custodian: 'c1' },
    second: { patient: 'p1', custodian: 'c1' },
    states: ['converted', 'converted'],
  },
];

/** The facts of a case by themselves: the cases share a store. */
function own(facts: DocumentFacts, number: number): DocumentFacts {
  const { patient, documentId, setId, relations } = facts;
  return {
    ...facts,
    ...(patient === undefined ? {} : { patient: `${number} ${patient}` }),
    ...(documentId === undefined ? {} : { documentId: `${number} ${documentId}` }),
    ...(setId === undefined ? {} : { setId: `${number} ${setId}` }),
    ...(relations === undefined
      ? {}
      : { relations: relations.map(({ kind, target }) => ({ kind, target: `${number} ${target}` })) }),
  };
}

describeEngines(
  'versions of documents',
  (engine) => {
    let open: Opened;

    before(async () => {
      open = await opened(engine);
    });
    after(async () => {
      await open.close();
    });

    for (const [number, one] of cases.entries()) {
      it(one.name, async () => {
        const first = await converted(open.store, `one ${number}`, own(one.first, number));
        const second = await converted(open.store, `two ${number}`, own(one.second, number));
        expect([await stateOf(open.store, first), await stateOf(open.store, second)]).to.deep.equal(one.states);
        if (one.tells !== undefined) expect(await eventsOf(open.store, second)).to.include(one.tells);
      });
    }
  },
  ['SQLite', 'SQLite, encrypted', 'PostgreSQL'],
);

describeEngines(
  'versions of documents, in time',
  (engine) => {
    let open: Opened;

    beforeEach(async () => {
      open = await opened(engine);
    });
    afterEach(async () => {
      await open.close();
    });

    it('have the same result, whichever is converted first', async () => {
      const one = await accepted(open.store, 'one');
      const two = await accepted(open.store, 'two');
      const tasks = await open.store.ask('claim', ['convert'], 2, Number.MAX_SAFE_INTEGER);
      const facts = { [one]: base, [two]: { ...base, patient: 'p2' } };
      for (const task of tasks.reverse()) {
        await open.store.of('').ask('finishConversion', task, result(facts[task.document]!), 5);
      }
      expect([await stateOf(open.store, one), await stateOf(open.store, two)]).to.deep.equal(['converted', 'held']);
    });

    it('go on when a held one is released', async () => {
      await converted(open.store, 'one', base);
      const two = await converted(open.store, 'two', { ...base, patient: 'p2' });
      expect(await open.store.of('').ask('releaseHeld', two, 'somebody', 9)).to.equal(true);
      expect(await open.store.of('').ask('releaseHeld', two, 'somebody', 9)).to.equal(false);
      expect(await convertNext(open.store, { ...base, patient: 'p2' })).to.equal(two);
      expect(await stateOf(open.store, two)).to.equal('converted');
      expect(await eventsOf(open.store, two)).to.include('released');
    });

    it('find the document of an appendix, whichever comes first', async () => {
      const appendix = {
        ...base,
        documentId: 'a|2',
        setId: 's|2',
        relations: [{ kind: 'appends', target: 'a|1' }],
      } as const;
      const early = await converted(open.store, 'early', appendix);
      const parent = await converted(open.store, 'parent', base);
      const late = await converted(open.store, 'late', { ...appendix, documentId: 'a|3', setId: 's|3' });
      for (const id of [early, late]) expect((await open.store.of('').ask('documentOf', id))!.appends).to.equal(parent);
    });

    it('are not undone by another conversion of the older one', async () => {
      const one = await converted(open.store, 'one', base);
      await converted(open.store, 'two', { ...base, version: 2 });
      expect(await open.store.of('').ask('convertAgain', [one], 'job', 7)).to.equal(1);
      await convertNext(open.store, base, { mapping: 'm2' });
      expect(await stateOf(open.store, one)).to.equal('replaced');
    });
  },
  ['SQLite', 'SQLite, encrypted', 'PostgreSQL'],
);
