/** Where the window was, kept between runs and fitted to the displays that are there now. */
import { readFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import * as v from 'valibot';
import { replaceFile } from '../node/storage/durable-files.ts';

export interface WindowState {
  /** Of the window when it is neither maximised nor full screen; density-independent pixels. */
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

const minimumSize = { width: 720, height: 480 } as const;
const usualSize = { width: 1280, height: 820 } as const;
/** How much of the window must be on a display, so that it can be seen and moved. */
const visibleEdge = 100;

const finite = v.pipe(v.number(), v.finite());
const stateSchema = v.object({
  version: v.literal(1),
  bounds: v.object({ x: finite, y: finite, width: finite, height: finite }),
  maximized: v.boolean(),
});

const unknownState: WindowState = { bounds: null, maximized: false };

/** Read in one go, before the first window: a file that cannot be read only costs the old place. */
export function readWindowState(file: string): WindowState {
  try {
    const { bounds, maximized } = v.parse(stateSchema, JSON.parse(readFileSync(file, 'utf8')));
    return { bounds, maximized };
  } catch {
    return unknownState;
  }
}

export async function writeWindowState(file: string, { bounds, maximized }: WindowState): Promise<void> {
  if (bounds !== null) await replaceFile(file, `${JSON.stringify({ version: 1, bounds, maximized })}\n`);
}

/**
 * @param workAreas what windows may cover on each display, the primary one first.
 * @returns bounds that lie on one of them: the old ones where they still do, else the old size in the middle of the
 *   primary display.
 */
export function fitBounds(bounds: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const primary = workAreas[0] ?? { x: 0, y: 0, ...usualSize };
  const home = (bounds === null ? undefined : workAreas.find((area) => isReachable(bounds, area))) ?? null;
  const area = home ?? primary;
  const size = bounds ?? usualSize;
  const width = clamp(Math.round(size.width), Math.min(minimumSize.width, area.width), area.width);
  const height = clamp(Math.round(size.height), Math.min(minimumSize.height, area.height), area.height);
  if (bounds === null || home === null) {
    return {
      x: area.x + Math.round((area.width - width) / 2),
      y: area.y + Math.round((area.height - height) / 2),
      width,
      height,
    };
  }
  return { x: Math.round(bounds.x), y: Math.round(bounds.y), width, height };
}

/** More than any frame is wide: then someone moved the window. */
const widestFrame = 64;

/**
 * Some window managers place the frame where the window was asked to be, so the window tells of a place that is off by
 * the frame, and would wander by so much at each start.
 * @param asked where the window was put
 * @param got where it says that it is, before anyone moved it
 * @returns what to take off the place that it tells
 * @see https://github.com/electron/electron/issues/10388
 */
export function frameOffset(asked: Rectangle, got: Rectangle): { readonly x: number; readonly y: number } {
  const offset = { x: got.x - asked.x, y: got.y - asked.y };
  const isFrame = Math.abs(offset.x) <= widestFrame && Math.abs(offset.y) <= widestFrame;
  return isFrame && asked.width === got.width && asked.height === got.height ? offset : { x: 0, y: 0 };
}

/** The least size of the window: no more than the smallest display offers. */
export function leastSize(workAreas: readonly Rectangle[]): { readonly width: number; readonly height: number } {
  return {
    width: Math.min(minimumSize.width, ...workAreas.map(({ width }) => width)),
    height: Math.min(minimumSize.height, ...workAreas.map(({ height }) => height)),
  };
}

/** The title bar can be grabbed there. */
function isReachable(bounds: Rectangle, area: Rectangle): boolean {
  const across = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const topInside = bounds.y >= area.y && bounds.y <= area.y + area.height - visibleEdge;
  return across >= visibleEdge && topInside;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
