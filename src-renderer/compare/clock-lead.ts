/** Which film tells the time: the left one, and once that has ended the one that goes on longest. */
import { lengthOf } from '../player/film-length.ts';

type Film = Pick<HTMLVideoElement, 'currentTime' | 'duration' | 'dataset' | 'ended'>;

export interface Placed<V extends Film = HTMLVideoElement> {
  readonly video: V;
  /** Frames a second. */
  readonly rate: number;
  /** Frames of its own by which it is ahead of the clock. */
  readonly offset: number;
}

/** Where the clock stands by this film, in seconds. */
export const timeBy = ({ video, rate, offset }: Placed<Film>): number => video.currentTime - offset / rate;

/** When it ends, on the clock; 0 until its length is known. */
export function endOf({ video, rate, offset }: Placed<Film>): number {
  const length = lengthOf(video);
  return length === 0 ? 0 : length - offset / rate;
}

/** The one that ends last, where that is later than the left one by a frame. */
function longerThan<V extends Film>(left: Placed<V>, others: readonly Placed<V>[]): Placed<V> | null {
  const [longest] = others.toSorted((a, b) => endOf(b) - endOf(a));
  if (longest === undefined || lengthOf(left.video) === 0) return null;
  return endOf(longest) > endOf(left) + 1 / Math.min(left.rate, longest.rate) ? longest : null;
}

export const durationOf = <V extends Film>(left: Placed<V>, others: readonly Placed<V>[]): number =>
  endOf(longerThan(left, others) ?? left);

/** Whether that moment lies behind the end of the left one, where another goes on. */
export const isBehindEnd = <V extends Film>(left: Placed<V>, others: readonly Placed<V>[], seconds: number): boolean =>
  seconds >= endOf(left) && longerThan(left, others) !== null;

/** The one that tells the time as they stand now. */
export function leadOf<V extends Film>(left: Placed<V>, others: readonly Placed<V>[]): Placed<V> {
  const longer = longerThan(left, others);
  if (longer === null) return left;
  const isAtEnd = left.video.currentTime >= lengthOf(left.video) - 1 / left.rate;
  return left.video.ended || (isAtEnd && timeBy(longer) >= endOf(left)) ? longer : left;
}

/** The longer one, where the left one has ended or is to be held at its end. */
export function leadAt<V extends Film>(left: Placed<V>, others: readonly Placed<V>[], seconds: number): Placed<V> {
  return (isBehindEnd(left, others, seconds) ? longerThan(left, others) : null) ?? left;
}
