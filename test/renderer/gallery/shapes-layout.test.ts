import { describe, expect, it } from 'vitest';
import { shapesLayout } from '../../../src-renderer/gallery/shapes-layout.ts';

const day = (name: string, count: number) => ({ day: name, count, videos: count, sizeBytes: 0 });
const metrics = { width: 1000, height: 150, words: 74, gap: 16, headingHeight: 44 };
const ratios = [16 / 9, 9 / 16, 1, 21 / 9, 4 / 3];
const ratio = (task: number) => ratios[task % ratios.length] ?? 1;

describe('rows of true shapes', () => {
  const layout = shapesLayout([day('2026-11-21', 23), day('2026-11-20', 2)], ratio, metrics);
  const rows = Array.from({ length: layout.rowCount }, (_, i) => layout.row(i));

  it('hold all tasks in order, one below the other, and none across days', () => {
    const cards = rows.flatMap((row) => (row.kind === 'cards' ? [row] : []));
    expect(cards.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))).toEqual(
      Array.from({ length: 25 }, (_, i) => i),
    );
    rows.forEach((row, i) => expect(row.start).toBe(rows.slice(0, i).reduce((sum, { size }) => sum + size, 0)));
    expect(rows.filter(({ kind }) => kind === 'heading')).toHaveLength(2);
    expect(layout.height).toBe(rows.reduce((sum, { size }) => sum + size, 0));
  });

  it('fill the width with shapes as they are, but for a last row that is not full', () => {
    for (const row of rows) {
      if (row.kind !== 'cards') continue;
      const width = (row.widths ?? []).reduce((sum, each) => sum + each, 0) + metrics.gap * (row.count - 1);
      if (row.first + row.count === 23 || row.first >= 23) expect(width).toBeLessThanOrEqual(1001);
      else expect(width).toBeCloseTo(1000, 3);
      (row.widths ?? []).forEach((each, i) => {
        const shape = each / ratio(row.first + i);
        expect(Math.abs(shape - (row.picture ?? 0))).toBeLessThan(row.picture === undefined ? 0 : 30);
      });
    }
  });

  it('find the row of a task and of a height', () => {
    for (let task = 0; task < 25; task += 1) {
      const row = layout.row(layout.rowOfTask(task));
      expect(row.kind === 'cards' && task >= row.first && task < row.first + row.count).toBe(true);
    }
    expect(layout.rowAt(-5)).toBe(0);
    expect(layout.rowAt(1e9)).toBe(layout.rowCount - 1);
    expect(shapesLayout([], ratio, metrics)).toMatchObject({ rowCount: 0, height: 0 });
  });
});
