import { expect } from 'chai';
import { createQueue } from '../../../src/service/workers/queue.js';

const small = (name: string) => ({ name, large: false });
const large = (name: string) => ({ name, large: true });

describe('service/workers/queue', () => {
  function order(items: { name: string; large: boolean }[], busyWithLarge = 0, count = 2): string[] {
    const queue = createQueue<{ name: string; large: boolean }>();
    for (const item of items) queue.add(item);
    const names: string[] = [];
    for (let item = queue.next({ count, busyWithLarge }); item; item = queue.next({ count, busyWithLarge }))
      names.push(item.name);
    return names;
  }

  it('serves in the order of arrival', () => {
    expect(order([small('a'), small('b'), small('c')])).to.deep.equal(['a', 'b', 'c']);
  });

  it('serves both lines in turn, so that none starves', () => {
    expect(order([small('a'), small('b'), large('C'), large('D')])).to.deep.equal(['C', 'a', 'D', 'b']);
  });

  it('leaves a large document waiting rather than give it the last worker', () => {
    expect(order([large('A'), small('b')], 1)).to.deep.equal(['b']);
  });

  it('gives a large document the only worker where there is but one', () => {
    expect(order([large('A')], 0, 1)).to.deep.equal(['A']);
  });
});
