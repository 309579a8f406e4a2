import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readMasterKey, seal, SealError, unseal } from '../../src/store/keys.js';
import { openStore, type Store } from '../../src/store/store.js';
import { describeEngines, isOfPostgres, newPlace, type Place } from './engines.js';
import { accepted, convertNext, thread } from './opened.js';

const key = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);

describe('store/keys', () => {
  it('open only what was sealed with the same key and context', () => {
    const sealed = seal(key, 'a source', Buffer.from('Eva Beispiel'));
    expect(sealed.toString('latin1')).not.to.contain('Eva');
    expect(unseal(key, 'a source', sealed).toString()).to.equal('Eva Beispiel');
    expect(() => unseal(otherKey, 'a source', sealed)).to.throw(SealError);
    // The bytes of one document in the place of another.
    expect(() => unseal(key, 'b source', sealed)).to.throw(SealError);
    const bent = Buffer.from(sealed);
    bent[15]! ^= 1;
    expect(() => unseal(key, 'a source', bent)).to.throw(SealError);
    expect(() => unseal(key, 'a source', Buffer.alloc(3))).to.throw(SealError);
  });

  it('read a master key as raw bytes, in hexadecimal digits and in base64', () => {
    expect(readMasterKey(key)).to.deep.equal(key);
    expect(readMasterKey(Buffer.from(`${key.toString('hex')}\n`))).to.deep.equal(key);
    expect(readMasterKey(Buffer.from(`${key.toString('base64')}\n`))).to.deep.equal(key);
    for (const text of ['', 'secret', key.toString('hex').slice(1), `${key.toString('hex')}00`])
      expect(readMasterKey(Buffer.from(text))).to.equal(undefined);
  });
});

describeEngines(
  'an encrypted store',
  (engine) => {
    let at: Place;

    beforeEach(async () => {
      at = await newPlace(engine);
    });
    afterEach(() => {
      at.remove();
    });

    const refusal = async (masterKey: Uint8Array | undefined): Promise<string> => {
      try {
        await (await openStore(at.place, thread, masterKey)).close();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };

    /** A document in an envelope, with all that the store keeps of it. */
    async function filled(store: Store): Promise<string> {
      const envelope = await accepted(store, 'PK envelope', {
        isEnvelope: true,
        job: { id: 'j', name: 'Zwiebel.zip' },
      });
      const [unwrap] = await store.ask('claim', ['unwrap'], 1, Number.MAX_SAFE_INTEGER);
      const files = [{ name: 'Zwiebel scan.pdf', bytes: Buffer.from('Zwiebel scan') }];
      const part = {
        number: 0,
        name: 'Zwiebel.xml',
        way: 'zip Zwiebel.zip',
        document: { bytes: Buffer.from('<a>Zwiebel</a>'), facts: { patient: 'Zwiebel' }, files },
      };
      const bad = { number: 1, name: 'Zwiebel.bin', way: 'zip Zwiebel.bin', problem: '"Zwiebel.bin is none"' };
      await store.of('').ask('acceptParts', envelope, [part, bad], 1);
      await store.of('').ask('finishUnwrap', unwrap!, 2, 1);
      const facts = { patient: 'p', documentId: 'oid|Zwiebel', setId: 'oid|Zwiebel-set', custodian: 'Zwiebel clinic' };
      const id = await convertNext(store, facts, { bundle: Buffer.from('{"name":"Zwiebel"}'), receivers: ['r'] });
      const [delivery] = await store.ask('claimDeliveries', 'r', 1, Number.MAX_SAFE_INTEGER);
      await store.of('').ask('giveUpDelivery', delivery!, { why: 'x', outcome: '"Zwiebel is refused"' }, 2);
      await store.of('').ask('noteJobProblem', 'j', 1, 'Zwiebel.txt', '"Zwiebel.txt is none"');
      return id;
    }

    async function expectWhole(store: Store, id: string): Promise<void> {
      const text = async (what: 'source' | 'bundle'): Promise<string> =>
        Buffer.from((await store.of('').ask('bodyOf', id, what))!).toString();
      expect(await text('source')).to.equal('<a>Zwiebel</a>');
      expect(await text('bundle')).to.equal('{"name":"Zwiebel"}');
      const [file] = await store.of('').ask('filesOf', id);
      expect([file!.name, Buffer.from(file!.bytes).toString()]).to.deep.equal(['Zwiebel scan.pdf', 'Zwiebel scan']);
      const found = await store.of('').ask('list', { identifier: 'oid|Zwiebel', count: 5 });
      expect(found.documents.map((one) => one.id)).to.deep.equal([id]);
      expect(found.documents[0]).to.deep.include({ way: 'zip Zwiebel.zip', envelopeFacts: { patient: 'Zwiebel' } });
      expect((await store.of('').ask('list', { set: 'oid|Zwiebel-set', count: 5 })).documents).to.have.lengthOf(1);
      expect((await store.of('').ask('deadLetters', 'r', 5, 10))[0]!.outcome).to.equal('"Zwiebel is refused"');
      expect((await store.of('').ask('jobProblems', 'j')).map(({ name }) => name).sort()).to.deep.equal([
        'Zwiebel.txt',
        'zip Zwiebel.bin',
      ]);
      expect((await store.ask('check', '', 100)).faults).to.deep.equal([]);
    }

    it('opens only with its own master key, again and again', async () => {
      const store = await openStore(at.place, thread, key);
      const id = await filled(store);
      await expectWhole(store, id);
      await store.close();
      expect(await refusal(otherKey)).to.equal(
        'the master key is not the one of this store: name the file with the key that it was made with',
      );
      expect(await refusal(undefined)).to.match(/^the store is encrypted: name its master key/);
      const again = await openStore(at.place, thread, key);
      await expectWhole(again, id);
      await again.close();
    });

    it('opens with a new master key after rewrapping, and no longer with the old one', async () => {
      const store = await openStore(at.place, thread, key);
      const id = await filled(store);
      expect(await store.rekey(otherKey)).to.be.greaterThan(1);
      await store.close();
      expect(await refusal(key)).to.match(/^the master key is not the one of this store/);
      const again = await openStore(at.place, thread, otherKey);
      await expectWhole(again, id);
      await again.close();
    });

    it('can be made from an unencrypted store, and has the same content', async () => {
      const store = await openStore(at.place, thread);
      const id = await filled(store);
      await store.close();
      expect(await refusal(key)).to.match(/^the store is not encrypted, but there is a master key: .*store rekey/);
      const plain = await openStore(at.place, thread);
      await plain.rekey(key);
      await plain.close();
      const again = await openStore(at.place, thread, key);
      await expectWhole(again, id);
      // What comes now is compared with what was there before.
      await accepted(again, '<b>Zwiebel</b>');
      await convertNext(again, {
        patient: 'p',
        custodian: 'Zwiebel clinic',
        documentId: 'oid|Zwiebel',
        effective: '2030-01-01',
      });
      expect((await again.of('').ask('documentOf', id))!.state).to.equal('replaced');
      await again.close();
    });

    it('has no content of a document in any file', async function () {
      // What PostgreSQL writes is in the files of a server.
      if (isOfPostgres(engine)) this.skip();
      const store = await openStore(at.place, thread, key);
      await filled(store);
      const check = (): void => {
        for (const name of readdirSync(at.place))
          expect(readFileSync(join(at.place, name)).includes('Zwiebel'), name).to.equal(false);
      };
      check();
      await store.close();
      check();
    });

    it('detects bytes that replaced others', async function () {
      if (isOfPostgres(engine)) this.skip();
      const store = await openStore(at.place, thread, key);
      const ids = [await accepted(store, '<a/>'), await accepted(store, '<b/>')];
      await store.close();
      // By a process of its own: the driver holds a file as long as its own process lives.
      const sqlite = new URL('../../src/store/sqlite.ts', import.meta.url).href;
      const script = `const { openSqlite } = await import(${JSON.stringify(sqlite)});
        openSqlite(${JSON.stringify(join(at.place, 'cairn.sqlite'))})
          .run('update body set data = (select data from body where document = ?) where document = ?', ${JSON.stringify(ids)});`;
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
      const again = await openStore(at.place, thread, key);
      expect((await again.ask('check', '', 100)).faults).to.deep.equal([`${ids[1]!}: its bytes cannot be unpacked`]);
      await again.close();
    });
  },
  ['SQLite', 'PostgreSQL'],
);
