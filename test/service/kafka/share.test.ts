import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '../../../src/service/kafka/message.js';
import { createShare, type Position, type ShareOptions } from '../../../src/service/kafka/share.js';

const message = (partition: number, offset: number): Message => ({
  topic: 'in',
  partition,
  offset: BigInt(offset),
  key: undefined,
  value: Buffer.from(`${partition}/${offset}`),
  headers: new Map(),
});

interface Surroundings extends Partial<ShareOptions<string>> {
  readonly begin?: (text: string) => Promise<void>;
  readonly finish?: (text: string) => Promise<void>;
}

function shareOf({ begin, finish, ...more }: Surroundings = {}) {
  const done: string[] = [];
  const committed: Position[] = [];
  const troubles: unknown[] = [];
  const share = createShare<string>({
    work: {
      begin: async ({ value }) => {
        await begin?.(String(value));
        return String(value);
      },
      finish: async (_message, text) => {
        await finish?.(text);
        done.push(text);
      },
    },
    width: 10,
    commit: (positions) => {
      committed.push(...positions);
      return Promise.resolve();
    },
    onLost: (error) => troubles.push(error),
    onTrouble: (error) => troubles.push(error),
    ...more,
  });
  return { share, done, committed, troubles };
}

describe('a share of topics', () => {
  it('finishes the messages of a partition in their order, however long each takes to begin', async () => {
    const { share, done } = shareOf({ begin: (text) => delay(text === '0/0' ? 40 : 1) });
    for (const offset of [0, 1, 2]) await share.add(message(0, offset));
    await share.add(message(1, 0));
    await share.end();
    expect(done.filter((text) => text.startsWith('0'))).to.deep.equal(['0/0', '0/1', '0/2']);
    expect(done[0]).to.equal('1/0');
  });

  it('commits only what is finished, as the position of the next message', async () => {
    const { share, committed, done } = shareOf({ begin: (text) => (text === '0/1' ? delay(60) : Promise.resolve()) });
    for (const offset of [0, 1, 2]) await share.add(message(0, offset));
    await delay(20);
    expect(done).to.deep.equal(['0/0']);
    expect(committed).to.deep.equal([{ topic: 'in', partition: 0, offset: 1n }]);
    await share.end();
    expect(committed.at(-1)).to.deep.equal({ topic: 'in', partition: 0, offset: 3n });
  });

  it('tries a failed message again before later messages of the partition', async () => {
    let fails = 2;
    const { share, done, troubles } = shareOf({
      finish: (text) => (text === '0/0' && fails-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    await share.add(message(0, 0));
    await share.add(message(0, 1));
    await delay(450);
    await share.end();
    expect(done).to.deep.equal(['0/0', '0/1']);
    expect(troubles).to.have.length(2);
  });

  it('takes no more messages than it has memory for', async () => {
    const { share, done } = shareOf({ width: 2, begin: () => delay(30) });
    await share.add(message(0, 0));
    await share.add(message(0, 1));
    const third = share.add(message(0, 2));
    expect(await Promise.race([third.then(() => 'taken'), delay(10, 'full')])).to.equal('full');
    await third;
    expect(done).not.to.deep.equal([]);
    await share.end();
  });

  it('finishes and commits nothing after it is dropped, and no message that fails while it ends', async () => {
    const dropped = shareOf({ begin: () => delay(20) });
    await dropped.share.add(message(0, 0));
    dropped.share.drop();
    await delay(40);
    expect([dropped.done, dropped.committed]).to.deep.equal([[], []]);
    const ending = shareOf({ finish: () => Promise.reject(new Error('away')) });
    await ending.share.add(message(0, 0));
    await ending.share.add(message(0, 1));
    await ending.share.end();
    expect(ending.committed).to.deep.equal([]);
  });

  it('is lost if its positions cannot be committed', async () => {
    const { share, troubles } = shareOf({ commit: () => Promise.reject(new Error('not a member any more')) });
    await share.add(message(0, 0));
    await delay(10);
    expect(troubles).to.have.length(1);
    share.drop();
  });
});
