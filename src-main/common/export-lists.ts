/** Lists that editing programs read: an EDL of the films in their order with the markers in it, and a table of the markers. */
import { csvFile } from './csv.ts';
import { markersOf } from './markers.ts';
import { providerName } from './providers/catalog.ts';
import type { AnyTask } from './task-view.ts';

/** A film as it lies in the export. */
export interface ListedFilm {
  readonly file: string;
  readonly task: AnyTask;
  /** 1-based number of the video. */
  readonly n: number;
}

const usualRate = 25;
const edlRates = [24, 25, 30, 50, 60];

/**
 * CMX 3600, one event per film, one after the other. Frames are counted at the rate that most of the films have, since an
 * EDL has one only.
 * @see https://xmil.biz/EDL-X/CMX3600.pdf
 */
export function edlOf(title: string, films: readonly ListedFilm[]): string {
  const rate = commonRate(films);
  const lines = [`TITLE: ${oneLine(title)}`, 'FCM: NON-DROP FRAME', ''];
  let at = 0;
  films.forEach(({ file, task, n }, i) => {
    const length = Math.max(1, Math.round((task.videos[n - 1]?.durationSeconds ?? 0) * rate));
    const code = (frames: number) => timeCode(frames, rate);
    lines.push(
      `${String(i + 1).padStart(3, '0')}  AX       V     C        ${code(0)} ${code(length)} ${code(at)} ${code(at + length)}`,
      `* FROM CLIP NAME: ${oneLine(file)}`,
      ...markersOf(task.note).map(
        ({ seconds, text }) =>
          `* LOC: ${code(at + Math.min(length - 1, Math.floor(seconds * rate + 0.001)))} RED     ${oneLine(text)}`,
      ),
      '',
    );
    at += length;
  });
  return lines.join('\r\n');
}

const columns = ['file', 'provider', 'model', 'task', 'seconds', 'marker', 'frame', 'text'] as const;

/** A line per marker; a film without any has one line all the same. */
export function markersCsv(films: readonly ListedFilm[]): string {
  const rows = films.flatMap(({ file, task, n }) => {
    const video = task.videos[n - 1];
    const markers = markersOf(task.note);
    const facts = [file, providerName(task.provider), task.model, task.taskId, video?.durationSeconds ?? null];
    if (markers.length === 0) return [[...facts, null, null, null]];
    return markers.map(({ seconds, text }) => [
      ...facts,
      seconds,
      Math.floor(seconds * (video?.frameRate ?? usualRate) + 0.001),
      text,
    ]);
  });
  return csvFile([columns, ...rows]);
}

function commonRate(films: readonly ListedFilm[]): number {
  const counts = new Map<number, number>();
  for (const { task, n } of films) {
    const own = task.videos[n - 1]?.frameRate ?? usualRate;
    const rate = edlRates.find((each) => Math.abs(each - own) < 0.2) ?? usualRate;
    counts.set(rate, (counts.get(rate) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? usualRate;
}

function timeCode(frames: number, rate: number): string {
  const seconds = Math.floor(frames / rate);
  return [Math.floor(seconds / 3600) % 100, Math.floor(seconds / 60) % 60, seconds % 60, frames % rate]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** What comes from outside must not begin a line of its own. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to go
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 200);
}
