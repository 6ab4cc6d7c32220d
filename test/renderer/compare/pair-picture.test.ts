import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NoPicture, pairPicture } from '../../../src-renderer/compare/pair-picture.ts';

/** A film that is loaded and stands, as far as it is asked for anything here. */
class Film extends EventTarget {
  readonly src: string;
  readonly videoWidth: number;
  readonly readyState = 4;
  readonly seeking = false;
  readonly error = null;
  readonly parentElement = { querySelector: () => null };
  constructor(src: string, videoWidth: number) {
    super();
    this.src = src;
    this.videoWidth = videoWidth;
  }
}

const film = (src: string, width: number) => new Film(src, width) as unknown as HTMLVideoElement;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLMediaElement', { HAVE_CURRENT_DATA: 2 });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it.each([
  ['moves by itself', 'left', null, film('b', 640)],
  ['is only sound, or has no decoder here', 'right', film('a', 640), film('b', 0)],
] as const)('says of which side there never is a frame: one that %s', async (_what, side, left, right) => {
  const failure = pairPicture(left, right, true, () => 0).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5_000);
  const error = await failure;
  expect(error).toBeInstanceOf(NoPicture);
  expect(error).toMatchObject({ side });
});

it('one that is loaded and whose frame does not come may have it later', async () => {
  const failure = pairPicture(film('a', 640), film('b', 640), true, () => 0).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failure).toMatchObject({ message: 'there is no frame' });
});

it('tells the place on the clock of both, which may be behind the end of the left one', async () => {
  const canvas = { getContext: () => null, toBlob: (tell: (png: Blob) => void) => tell(new Blob()) };
  vi.stubGlobal('document', { createElement: () => canvas });
  const ended = Object.assign(film('a', 640), { currentTime: 4.99 });
  expect(await pairPicture(ended, film('b', 640), false, () => 6.2)).toMatchObject({ at: 6.2 });
});
