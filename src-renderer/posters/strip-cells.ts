/** How a filmstrip is laid out: the recipe of which the core keeps the number (`node/previews/strips.ts`). */
export const stripCells = { columns: 5, rows: 5, count: 25 } as const;

/** Where in the film the frame of a cell is, 0 to 1: the middle of its part. */
export const stripPlace = (cell: number): number => (cell + 0.5) / stripCells.count;

/** The cell under a place along the card, 0 to 1. */
export const cellAt = (place: number): number =>
  Math.max(0, Math.min(stripCells.count - 1, Math.floor(place * stripCells.count)));

/** For `background-position` with a `background-size` of as many times the whole as there are columns and rows. */
export function cellPosition(cell: number): string {
  const [column, row] = [cell % stripCells.columns, Math.floor(cell / stripCells.columns)];
  return `${(column / (stripCells.columns - 1)) * 100}% ${(row / (stripCells.rows - 1)) * 100}%`;
}
