import { describe, expect, it } from 'vitest';
import {
  type GridLayout,
  gridLayout,
  gridMetrics,
  maxDrawnHeight,
  moveFocus,
  reasonLines,
  scrollScale,
  widthSteps,
} from '../../../src-renderer/gallery/grid-layout.ts';

const day = (name: string, count: number) => ({ day: name, count, videos: count, sizeBytes: 0 });
const metrics = {
  columns: 4,
  cardWidth: 200,
  posterHeight: 112,
  cardHeight: 180,
  gap: 20,
  headingHeight: 50,
  words: 74,
};

describe('gridMetrics', () => {
  it('fits as many cards of the wished width as there is room for, and fills the line with them', () => {
    const { columns, cardWidth, gap } = gridMetrics(1000, 220, 16);
    expect(columns).toBe(4);
    expect(columns * cardWidth + (columns - 1) * gap).toBeCloseTo(1000);
  });

  it('has one column in a window narrower than a card', () => {
    expect(gridMetrics(150, 480, 16)).toMatchObject({ columns: 1, cardWidth: 150 });
  });

  it('gives words more room where the person reads larger letters', () => {
    const [normal, large] = [gridMetrics(1000, 220, 16), gridMetrics(1000, 220, 32)];
    expect(large.posterHeight).toBe(normal.posterHeight);
    expect(large.cardHeight - large.posterHeight).toBe(2 * (normal.cardHeight - normal.posterHeight));
  });
});

describe('gridLayout', () => {
  const layout = gridLayout([day('2026-11-21', 6), day('2026-11-20', 4), day('2026-11-19', 1)], metrics);

  it('puts a heading before each day and starts each day on a new line', () => {
    const rows = Array.from({ length: layout.rowCount }, (_, i) => layout.row(i));
    expect(rows.map((row) => (row.kind === 'heading' ? 'day' : `${row.first}+${row.count}`))).toEqual([
      'day',
      '0+4',
      '4+2',
      'day',
      '6+4',
      'day',
      '10+1',
    ]);
  });

  it('places the rows one under the other without holes, down to the whole height', () => {
    let y = 0;
    for (let i = 0; i < layout.rowCount; i += 1) {
      const row = layout.row(i);
      expect(row.start).toBe(y);
      y += row.size;
    }
    expect(layout.height).toBe(y);
  });

  it('finds the row of every task', () => {
    for (let task = 0; task < layout.taskCount; task += 1) {
      const row = layout.row(layout.rowOfTask(task));
      expect(row.kind === 'cards' && task >= row.first && task < row.first + row.count).toBe(true);
    }
  });

  it('names rows within their day, so that what comes in above renames none of them', () => {
    const names = (sections: Parameters<typeof gridLayout>[0]): readonly string[] => {
      const grid = gridLayout(sections, metrics);
      const rows = Array.from({ length: grid.rowCount }, (_, i) => grid.row(i));
      return rows.map(({ section, nth }) => `${sections[section]?.day ?? ''} ${String(nth)}`);
    };
    const before = names([day('2026-11-21', 4), day('2026-11-20', 4)]);
    expect(new Set(before).size).toBe(before.length);
    const after = names([day('2026-11-22', 1), day('2026-11-21', 5), day('2026-11-20', 4)]);
    expect(after).toEqual(expect.arrayContaining([...before]));
  });

  it('is empty without sections', () => {
    const empty = gridLayout([], metrics);
    expect([empty.rowCount, empty.taskCount, empty.height]).toEqual([0, 0, 0]);
  });
});

describe('moveFocus', () => {
  const layout: GridLayout = gridLayout([day('2026-11-21', 6), day('2026-11-20', 4)], metrics);

  it('keeps the column over a heading, and the last card of a shorter line', () => {
    expect(moveFocus(layout, 5, 'down', 3)).toBe(7);
    expect(moveFocus(layout, 7, 'up', 3)).toBe(5);
    expect(moveFocus(layout, 3, 'down', 3)).toBe(5);
  });

  it('stays at the edges', () => {
    expect(moveFocus(layout, 0, 'left', 3)).toBe(0);
    expect(moveFocus(layout, 2, 'up', 3)).toBe(2);
    expect(moveFocus(layout, 9, 'right', 3)).toBe(9);
    expect(moveFocus(layout, 8, 'down', 3)).toBe(8);
  });

  it('goes to the ends and by pages', () => {
    expect(moveFocus(layout, 4, 'start', 3)).toBe(0);
    expect(moveFocus(layout, 4, 'end', 3)).toBe(9);
    expect(moveFocus(layout, 1, 'page-down', 2)).toBe(7);
    expect(moveFocus(layout, 7, 'page-up', 10)).toBe(1);
  });
});

describe('scrollScale', () => {
  it('leaves a grid alone that a browser can draw', () => {
    const scale = scrollScale(7_500_000, 800);
    expect(scale.drawnHeight).toBe(7_500_000);
    expect(scale.toContent(123_456)).toBe(123_456);
  });

  it('reaches both ends of one that is too high, and comes back to the same place', () => {
    const height = 60_000_000;
    const scale = scrollScale(height, 800);
    expect(scale.drawnHeight).toBe(maxDrawnHeight);
    expect(scale.toContent(0)).toBe(0);
    expect(scale.toContent(maxDrawnHeight - 800)).toBeCloseTo(height - 800);
    expect(scale.toScrollTop(scale.toContent(7_654_321))).toBeCloseTo(7_654_321);
    expect(scale.factor).toBe(4);
  });
});

it('a reason is told in whole lines, two of them above the buttons of a card of the usual size, and none where none fits', () => {
  expect(reasonLines((220 * 9) / 16, 16)).toEqual({ alone: 3, aboveButtons: 2 });
  expect(reasonLines(40, 16)).toEqual({ alone: 0, aboveButtons: 0 });
  // With larger letters as many as on a smaller card.
  expect(reasonLines(248, 32)).toEqual(reasonLines(124, 16));
  for (let height = 50; height < 400; height += 1) {
    const { alone, aboveButtons } = reasonLines(height, 16);
    const line = 13 * 1.45;
    expect(30 + line * (1 + alone) + 12).toBeLessThanOrEqual(Math.max(height, 42 + line));
    expect(30 + line * (1 + aboveButtons) + 37).toBeLessThanOrEqual(Math.max(height, 67 + line));
  }
});

it('a card is told which widths it is narrower than, in letters', () => {
  expect([widthSteps(480, 16), widthSteps(320, 16), widthSteps(220, 16)]).toEqual(['', '25', '25 20 17.5 14.375']);
  expect(widthSteps(440, 32)).toBe(widthSteps(220, 16));
  expect(widthSteps(76, 16).split(' ')).toHaveLength(7);
});
