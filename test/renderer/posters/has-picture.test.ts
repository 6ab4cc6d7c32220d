import { expect, it } from 'vitest';
import { hasPicture } from '../../../src-renderer/posters/has-picture.ts';

/** What a browser tells of a film, of which only the width counts here. */
const filmOf = (videoWidth: number) => Object.assign(new EventTarget(), { videoWidth });

it('a film that has its width has a picture', async () => {
  expect(await hasPicture(filmOf(640))).toBe(true);
});

it('so has one whose width is told later, as WebKit does', async () => {
  const film = filmOf(0);
  const asked = hasPicture(film);
  film.dispatchEvent(new Event('resize'));
  film.videoWidth = 640;
  film.dispatchEvent(new Event('resize'));
  expect(await asked).toBe(true);
});

it('one whose width never comes has none', async () => {
  expect(await hasPicture(filmOf(0), 5)).toBe(false);
});
