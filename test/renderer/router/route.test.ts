import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { views } from '../../../src-main/common/task-query.ts';
import { formatRoute, isFiltered, parseRoute, startList, usualMode } from '../../../src-renderer/router/route.ts';

describe('parseRoute', () => {
  it('starts with the library', () => {
    expect(parseRoute('')).toEqual({ taskKey: null, list: startList });
  });

  it('reads the view and its filters', () => {
    expect(parseRoute('#/starred?q=rain%20night&state=ready&provider=kie-luma&order=largest')).toEqual({
      taskKey: null,
      list: { view: 'starred', text: 'rain night', state: 'ready', provider: 'kie-luma', order: 'largest' },
    });
  });

  it('reads a task with the list it was opened from', () => {
    expect(parseRoute('#/task/kie-luma%3A5d2f%2Fx?view=inbox')).toEqual({
      taskKey: 'kie-luma:5d2f/x',
      list: { ...startList, view: 'inbox' },
    });
  });

  it('reads what an order begins with', () => {
    const screens = [
      ['#/new', { name: 'new', from: null, how: 'edit' }],
      ['#/again/kie-luma%3A5d2f%2Fx', { name: 'new', from: 'kie-luma:5d2f/x', how: 'again' }],
      ['#/edit/kie-luma%3A5d2f', { name: 'new', from: 'kie-luma:5d2f', how: 'edit' }],
    ] as const;
    for (const [hash, screen] of screens) {
      expect(parseRoute(hash)).toEqual({ taskKey: null, screen, list: startList });
      expect(formatRoute({ taskKey: null, screen, list: startList })).toBe(hash);
    }
  });

  it('reads a comparison with its offsets, mode and place', () => {
    const hash = '#/compare/kie-luma%3Aa~s1,kie-luma%3Ab~2~-3?mode=side&at=1.63&zoom=2.5_0.1_-0.25';
    const sides = [
      { key: 'kie-luma:a', n: 1, isSource: true },
      { key: 'kie-luma:b', n: 2, offset: -3 },
    ] as const;
    const route = {
      taskKey: null,
      screen: { name: 'compare', sides, mode: 'side', at: 1.63, zoom: { factor: 2.5, x: 0.1, y: -0.25 } },
      list: startList,
    } as const;
    expect(parseRoute(hash)).toEqual(route);
    expect(formatRoute(route)).toBe(hash);
    // Three stand side by side unless they are told otherwise.
    for (const told of ['#/compare/a~1,b~1,c~1?mode=wipe', '#/compare/a~1,b~1,c~1', '#/compare/a~1,b~1'])
      expect(formatRoute(parseRoute(told))).toBe(told);
    expect(parseRoute('#/compare/a~b?mode=nonsense&at=-1&zoom=99_0_0').screen).toEqual({
      name: 'compare',
      sides: [{ key: 'a~b', n: 1 }],
    });
  });

  it('keeps all that are compared, and stands no more than four side by side by itself', () => {
    const ten = `#/compare/${Array.from({ length: 10 }, (_, i) => `take${i}~1`).join(',')}`;
    const { screen } = parseRoute(ten);
    expect(screen?.name === 'compare' && screen.sides.length).toBe(10);
    expect(formatRoute(parseRoute(ten))).toBe(ten);
    const usual = [2, 3, 4, 5, 10].map((length) => usualMode(Array.from({ length })));
    expect(usual).toEqual(['wipe', 'side', 'side', 'wipe', 'wipe']);
  });

  it.each(['#/again/', '#/nowhere', '#/task/', '#/task/%E0%A4%A', '#/library?state=nonsense&order=&provider='])(
    'takes %s for its default',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ taskKey: null, list: startList });
    },
  );
});

it('comes back from its own address as it was, whatever the person typed', () => {
  fc.assert(
    fc.property(
      fc.record({
        taskKey: fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null }),
        list: fc.record({
          view: fc.constantFrom(...views),
          text: fc.string({ unit: 'grapheme' }),
          state: fc.constantFrom('all' as const, 'ready' as const, 'downloading' as const, 'failed' as const),
          provider: fc.option(fc.string({ minLength: 1 }), { nil: null }),
          order: fc.constantFrom('newest' as const, 'oldest' as const, 'largest' as const),
        }),
      }),
      (route) => {
        expect(parseRoute(formatRoute(route))).toEqual(route);
      },
    ),
  );
});

it('knows when anything but the view narrows the list', () => {
  expect(isFiltered({ ...startList, view: 'trash', order: 'oldest' })).toBe(false);
  expect(isFiltered({ ...startList, text: ' ' })).toBe(false);
  expect(isFiltered({ ...startList, text: 'rain' })).toBe(true);
  expect(isFiltered({ ...startList, provider: 'kie-luma' })).toBe(true);
});
