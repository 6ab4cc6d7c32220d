import { describe, expect, it } from 'vitest';
import { bytesOf, createLineShelf, LinePlace } from '../../../src-main/node/projections/line-shelf.ts';

const page = (n: number): Buffer =>
  Buffer.from(`{"page":${String(n)},"prompt":"a heron at dawn – ${'x'.repeat(n)}"}\n`);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('line shelf', () => {
  it('gives back the lines of each page, however many are looked at meanwhile', () => {
    const shelf = createLineShelf(2);
    const lines = Array.from({ length: 6 }, (_, n) => shelf.put(page(n)));
    for (const n of [0, 1, 2, 3, 4, 5, 0, 5, 5, 2, 0]) {
      expect(textOf(lines[n]?.at(0, page(n).length) ?? Buffer.alloc(0))).toBe(page(n).toString('utf8'));
    }
  });

  it('holds what it was given also where that memory is used again, since a start reads all pages into the same', () => {
    const shelf = createLineShelf();
    const memory = Buffer.from('one line');
    const [packed, open] = [shelf.put(memory), shelf.putOpen(memory)];
    memory.fill(0);
    expect(textOf(packed.at(4, 8))).toBe('line');
    expect(textOf(open.at(4, 8))).toBe('line');
  });

  it('a line that was handed out stays as it is when its page is packed away', () => {
    const shelf = createLineShelf(1);
    const [first, second] = [shelf.put(Buffer.from('first')), shelf.put(Buffer.from('second'))];
    const held = first.at(0, 5);
    second.at(0, 6);
    first.at(0, 5);
    expect(textOf(held)).toBe('first');
  });

  it('takes a page without any line', () => {
    expect(textOf(createLineShelf().put(Buffer.alloc(0)).at(0, 0))).toBe('');
  });

  it('finds the bytes of a line by its place as well as by itself', () => {
    const place = new LinePlace(createLineShelf().put(Buffer.from('a,b,c')), 2, 3);
    expect([textOf(bytesOf(place)), textOf(bytesOf(Buffer.from('d')))]).toEqual(['b', 'd']);
  });
});
