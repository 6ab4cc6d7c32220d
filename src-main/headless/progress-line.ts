/** One line at a terminal that tells how far something is, and is gone when it is over. */

export interface ProgressLine {
  /** @param total `null` where nobody knows how much there is. */
  show(label: string, done: number, total: number | null): void;
  /** Must be called before anything else is written. */
  clear(): void;
}

export interface ProgressScreen {
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 24;
const redrawMs = 100;
const beginOfLine = '\r\u001b[2K';

export function createProgressLine(
  screen: ProgressScreen,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  let drawnAt = -Infinity;
  let isDrawn = false;
  const number = new Intl.NumberFormat('en');
  return {
    show(label, done, total) {
      const isAll = total !== null && done >= total;
      if (!isAll && nowMs() - drawnAt < redrawMs) return;
      drawnAt = nowMs();
      isDrawn = true;
      const text =
        total === null
          ? `${label} ${number.format(done)}`
          : `${label} [${bar(total === 0 ? 1 : done / total)}] ${number.format(done)} / ${number.format(total)}`;
      // A line that wraps could not be taken back; some terminals do not know how wide they are.
      const { columns = 0 } = screen;
      screen.write(`${beginOfLine}${text.slice(0, (columns > 0 ? columns : 80) - 1)}`);
    },
    clear() {
      if (isDrawn) screen.write(beginOfLine);
      isDrawn = false;
    },
  };
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return '#'.repeat(full) + '.'.repeat(barWidth - full);
}
