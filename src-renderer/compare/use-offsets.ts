import { useInbox } from '../inbox.ts';
import type { Side } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';
import { isSide, nameOfTake, type Take } from './use-takes.ts';

/** Of so many films it is known by how much they are ahead. */
const mostOffsets = 200;

export interface Offsets {
  /** Frames by which a take is ahead of the clock. */
  readonly offsetOf: (take: Take | undefined) => number;
  /** So many frames more than now. */
  readonly delay: (take: Take, frames: number) => void;
}

/** By how much takes are ahead of each other: in the link for who opens it, and kept here for the next time. */
export function useOffsets(sides: readonly Side[]): Offsets {
  const { prefs, router } = useInbox();
  const kept = useStore(prefs, (value) => value.offsets);
  const offsetOf = (take: Take | undefined): number =>
    take === undefined ? 0 : (sides.find((side) => isSide(side, take))?.offset ?? kept[nameOfTake(take)] ?? 0);
  const delay = (take: Take, frames: number) => {
    const name = nameOfTake(take);
    const now = offsetOf(take);
    const { list, screen } = router.get();
    if (screen?.name === 'compare' && sides.some((side) => side.offset !== undefined && isSide(side, take))) {
      // From here on it is not what the link said.
      const told = screen.sides.map((side) => (isSide(side, take) ? withoutOffset(side) : side));
      router.replace({ list, taskKey: null, screen: { ...screen, sides: told } });
    }
    prefs.update((all) => {
      const next = Math.max(-999, Math.min(999, now + frames));
      const others = Object.entries(all.offsets).filter(([each]) => each !== name);
      const offsets = [...others, [name, next] as const].slice(-mostOffsets);
      return { ...all, offsets: Object.fromEntries(offsets) };
    });
  };
  return { offsetOf, delay };
}

const withoutOffset = ({ key, n, isSource }: Side): Side => ({ key, n, ...(isSource === true ? { isSource } : {}) });
