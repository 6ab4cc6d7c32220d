import { useMemo } from 'react';
import { useInbox } from '../inbox.ts';
import type { ListState } from '../store/task-list.ts';
import { useStore } from '../store/use-store.ts';
import { type GridLayout, gridLayout, gridMetrics, type GridMetrics } from './grid-layout.ts';
import { ratioOf, shapesHeight, shapesLayout } from './shapes-layout.ts';

/** Height of the table's headings and of each of its rows, in rem. */
export const tableRow = { head: 2.25, row: 2.5 } as const;

/** Where each row is, in the layout that the person chose. */
export function useLayout(
  { sections, rows }: ListState,
  width: number,
  rootFontSize: number,
): { readonly kind: 'even' | 'shapes' | 'table'; readonly layout: GridLayout; readonly metrics: GridMetrics } {
  const { prefs } = useInbox();
  const { cardWidth: chosen, layout: kind, density } = useStore(prefs, (value) => value);
  // What is told on a card grows with the letters, and the card with it.
  const cardWidth = (chosen * rootFontSize) / 16;
  const metrics = useMemo<GridMetrics>(() => {
    if (kind !== 'table') return gridMetrics(width, cardWidth, rootFontSize, density === 'dense');
    const cardHeight = tableRow.row * rootFontSize;
    return { columns: 1, cardWidth: width, posterHeight: 0, cardHeight, gap: 0, headingHeight: 0, words: 0 };
  }, [kind, width, cardWidth, rootFontSize, density]);
  // Only shapes depend on what the rows are.
  const shapeRows = kind === 'shapes' ? rows : null;
  const layout = useMemo(() => {
    if (shapeRows === null) return gridLayout(sections, metrics);
    return shapesLayout(sections, (task) => ratioOf(shapeRows[task]), {
      ...metrics,
      width,
      height: shapesHeight(cardWidth),
    });
  }, [sections, metrics, shapeRows, width, cardWidth]);
  return { kind, layout, metrics };
}
