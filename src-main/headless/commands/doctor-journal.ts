import type { JournalStats } from '../../common/doctor-report.ts';
import { journalTexts } from '../../common/texts/en-diagnostics.ts';
import { formatBytes, formatNumber, formatTime, oneLine } from '../format.ts';
import { terminalTexts } from '../texts/en.ts';

const { counts } = terminalTexts;

/** Nothing of a journal without events. */
export function journalLines(journal: JournalStats): readonly string[] {
  const { events, types, repeats, oldest, newest, segments, bytes } = journal;
  if (oldest === null || newest === null) return [];
  const width = Math.max(...types.map(({ count }) => formatNumber(count).length));
  return [
    journalTexts.sum(
      counts.events(events),
      counts.files(segments),
      formatBytes(bytes),
      formatTime(oldest),
      formatTime(newest),
    ),
    ...types.map(({ type, count }) => `  ${formatNumber(count).padStart(width)}  ${oneLine(type, 40)}`),
    ...(repeats === 0 ? [] : [`  ${journalTexts.repeats(counts.callbacks(repeats))}`]),
  ];
}
