import type { TaskRow } from '../../src-main/common/task-row.ts';
import { filmTime } from '../format/format.ts';
import { pngOf } from '../player/frame-picture.ts';
import { stripCells, stripPlace } from '../posters/strip-cells.ts';
import { taskTitle } from '../store/task-title.ts';

export interface SheetFilm {
  readonly task: TaskRow;
  /** 1-based number of the video. */
  readonly n: number;
  readonly seconds: number;
  readonly stripUrl: string;
}

/** A sheet beyond this is taller than what browsers draw. */
export const mostSheetFilms = 40;
const [gap, margin, titleHeight, codeHeight] = [12, 32, 34, 22] as const;
/** A picture is at most as wide or as high, so that forty upright films are no higher than what browsers draw. */
const cellLimit = { width: 300, height: 320 } as const;
/** The name above needs some room. */
const leastColumn = 120;
const ink = { ground: '#ffffff', text: '#17171a', soft: '#5c5c66', frame: '#000000' } as const;

/** How many films of the tasks can be on no sheet. */
export const withoutStrip = (tasks: readonly TaskRow[]): number =>
  tasks.flatMap(({ videos }) => videos).filter(({ state, preview }) => state === 'saved' && preview === undefined)
    .length;

/** The films of tasks that have a filmstrip. */
export function sheetFilms(
  tasks: readonly TaskRow[],
  stripUrl: (key: string, n: number, version: string) => string,
): readonly SheetFilm[] {
  return tasks.flatMap((task) =>
    task.videos.flatMap(({ preview, durationSeconds }, i) =>
      preview === undefined || durationSeconds === null
        ? []
        : [{ task, n: i + 1, seconds: durationSeconds, stripUrl: stripUrl(task.key, i + 1, preview) }],
    ),
  );
}

/** Of so many tasks at most it is asked what they have. */
export const mostLookedAt = 1000;

/** In their order, until they fill a sheet and one film more, so that it is told where not all of them are on it. */
export async function tasksForSheet(
  keys: readonly string[],
  taskOf: (key: string) => Promise<TaskRow | null>,
): Promise<readonly TaskRow[]> {
  const tasks: TaskRow[] = [];
  const looked = keys.slice(0, mostLookedAt);
  for (let at = 0; at < looked.length && sheetFilms(tasks, String).length <= mostSheetFilms; at += mostSheetFilms) {
    const found = await Promise.all(looked.slice(at, at + mostSheetFilms).map(taskOf));
    tasks.push(...found.filter((task) => task !== null));
  }
  return tasks;
}

interface SheetCells {
  readonly column: number;
  readonly pictures: readonly { readonly width: number; readonly height: number }[];
}

/** How large the pictures of each film are, and the columns that all of them stand in. @param shapes width over height */
export function sheetCells(shapes: readonly number[]): SheetCells {
  const pictures = shapes.map((shape) => {
    const width = Math.round(Math.min(cellLimit.width, cellLimit.height * shape));
    return { width: Math.max(1, width), height: Math.max(1, Math.round(width / shape)) };
  });
  return { column: Math.max(leastColumn, ...pictures.map(({ width }) => width)), pictures };
}

/**
 * One film: all frames of its strip. Several: a row of five each, under its name. Light whatever the theme is: it is printed
 * and sent around.
 * @throws Error where a strip cannot be read.
 */
export async function contactSheet(films: readonly SheetFilm[], withPrompts: boolean): Promise<Blob> {
  const cells = films.length === 1 ? stripCells.count : stripCells.columns;
  const rows = cells / stripCells.columns;
  const strips = await Promise.all(films.map(({ stripUrl }) => load(stripUrl)));
  const { column, pictures } = sheetCells(
    strips.map(({ width, height }) => width / stripCells.columns / (height / stripCells.rows)),
  );
  const blockOf = (i: number) => titleHeight + rows * ((pictures[i]?.height ?? 0) + codeHeight + gap) + gap;
  const canvas = document.createElement('canvas');
  canvas.width = margin * 2 + stripCells.columns * (column + gap) - gap;
  canvas.height = Math.ceil(margin * 2 + films.reduce((sum, _, i) => sum + blockOf(i), 0));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas');
  context.fillStyle = ink.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'top';
  let top = margin;
  films.forEach(({ task, seconds, n }, i) => {
    const strip = strips[i];
    const picture = pictures[i];
    if (strip === undefined || picture === undefined) return;
    const { width, height } = picture;
    const [cellW, cellH] = [strip.width / stripCells.columns, strip.height / stripCells.rows];
    const name = withPrompts ? taskTitle(task) : (task.title ?? task.taskId);
    context.fillStyle = ink.text;
    context.font = '600 17px Inter Variable, Inter, system-ui, sans-serif';
    context.fillText(
      fitted(context, task.videos.length > 1 ? `${name} (${n})` : name, canvas.width - margin * 2),
      margin,
      top,
    );
    context.font = '13px Inter Variable, Inter, system-ui, sans-serif';
    for (let shown = 0; shown < cells; shown += 1) {
      const cell = cells === stripCells.count ? shown : shown * stripCells.columns + 2;
      const [across, row] = [shown % stripCells.columns, Math.floor(shown / stripCells.columns)];
      const x = margin + across * (column + gap);
      const y = top + titleHeight + row * (height + codeHeight + gap);
      context.fillStyle = ink.frame;
      context.fillRect(x, y, width, height);
      context.drawImage(
        strip,
        (cell % stripCells.columns) * cellW,
        Math.floor(cell / stripCells.columns) * cellH,
        cellW,
        cellH,
        x,
        y,
        width,
        height,
      );
      context.fillStyle = ink.soft;
      context.fillText(filmTime(seconds * stripPlace(cell)), x, y + height + 5);
    }
    top += blockOf(i);
  });
  return pngOf(canvas);
}

async function load(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ');
  if (context.measureText(line).width <= width) return line;
  let end = Math.min(line.length, 400);
  while (end > 1 && context.measureText(`${line.slice(0, end)}…`).width > width) end -= 1;
  return `${line.slice(0, end)}…`;
}
