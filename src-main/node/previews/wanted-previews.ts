/** Which films have no picture yet: asked by pages, which make them. */
import type { WantedPreviews } from '../../common/contract.ts';
import { movingPictures, type Task } from '../../common/model.ts';
import type { TaskTraits } from '../../common/task-traits.ts';
import type { KeyedGlance } from '../projections/task-facts.ts';
import type { Strips } from './strips.ts';

export interface WantedPorts {
  /** Of all tasks, oldest first. */
  readonly glances: () => readonly KeyedGlance[];
  readonly get: (key: string) => Task | undefined;
  readonly strips: Pick<Strips, 'nameOf' | 'find'>;
}

/** So many are read in one call: some milliseconds. */
const readAtOnce = 200;
const mostWishes = 24;
/** Strips are bounded, so those of the newest are made: what is older is made when it is looked at. */
const newest = 5_000;

/** @param after the `next` of the call before; `null` = from the newest. */
export async function wantedPreviews(
  { glances, get, strips }: WantedPorts,
  after: number | null,
): Promise<WantedPreviews> {
  const all = glances();
  const wishes: Promise<WantedPreviews['wishes'][number] | null>[] = [];
  let read = 0;
  // Counted from the oldest, so that newcomers move nothing.
  let at = Math.min(after ?? all.length, all.length) - 1;
  for (; at >= 0 && all.length - at <= newest && read < readAtOnce && wishes.length < mostWishes; at -= 1) {
    const one = all[at];
    if (one === undefined || one.glance.head.trashedAt !== null || !hasSaved(one.glance.head)) continue;
    read += 1;
    const task = get(one.key);
    const index = task?.videos.findIndex(({ state }) => state === 'saved') ?? -1;
    const video = task?.videos[index];
    if (task === undefined || video === undefined) continue;
    // A picture that moves shows itself.
    const hasStrip = movingPictures.has(video.container ?? '') || strips.nameOf(video) !== null;
    if (task.poster !== null && hasStrip) continue;
    const wish = { key: task.key, n: index + 1, path: video.path, receivedAt: task.receivedAt };
    // Another machine may have made it meanwhile.
    const made = task.poster === null ? Promise.resolve(null) : strips.find(video).catch(() => null);
    wishes.push(made.then((strip) => (strip === null ? wish : null)));
  }
  const left = (await Promise.all(wishes)).filter((wish) => wish !== null);
  return { wishes: left, next: at < 0 || all.length - at > newest ? null : at + 1 };
}

const hasSaved = ({ videos }: TaskTraits): boolean => videos.some(({ state }) => state === 'saved');
