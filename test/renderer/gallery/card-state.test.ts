import { describe, expect, it } from 'vitest';
import {
  cardState,
  firstSaved,
  linkDiesInMs,
  movesOnCard,
  savedBytes,
  sidesOf,
  toldState,
  withoutPicture,
} from '../../../src-renderer/gallery/card-state.ts';
import { texts } from '../../../src-renderer/texts/texts.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

describe('cardState', () => {
  const of = (changes: Parameters<typeof sampleTask>[2]) => cardState(sampleTask('a', 0, changes));

  it('shows the picture as soon as one video is here, unless one is being fetched', () => {
    expect(of({ videos: [sampleVideo({ state: 'failed' }), sampleVideo()] })).toBe('ready');
    expect(of({ videos: [sampleVideo(), sampleVideo({ state: 'queued' })] })).toBe('ready');
    expect(of({ videos: [sampleVideo(), sampleVideo({ state: 'downloading' })] })).toBe('downloading');
  });

  it('shows what came although the provider reports a failure, and tells of the failure', () => {
    const task = sampleTask('a', 0, { state: 'failed', videos: [sampleVideo()] });
    expect([cardState(task), toldState(task)]).toEqual(['ready', 'failed']);
    expect(toldState(sampleTask('a'))).toBe('ready');
  });

  it('tells the ways apart in which there is no video', () => {
    expect(of({ videos: [sampleVideo({ state: 'queued' })] })).toBe('queued');
    expect(of({ videos: [sampleVideo({ state: 'failed' })] })).toBe('download-failed');
    expect(of({ videos: [sampleVideo({ state: 'expired' })] })).toBe('expired');
    expect(of({ videos: [], state: 'failed' })).toBe('failed');
    expect(of({ videos: [], state: 'processing' })).toBe('waiting');
    expect(of({ videos: [], state: 'unknown' })).toBe('waiting');
    expect(of({ videos: [] })).toBe('no-video');
    expect(of({ videos: [], needsApiKey: true })).toBe('needs-api-key');
  });
});

describe('what a card counts', () => {
  const task = sampleTask('a', 0, {
    videos: [
      sampleVideo({ state: 'failed', sizeBytes: 7 }),
      sampleVideo({ sizeBytes: 30 }),
      sampleVideo({ sizeBytes: 12 }),
    ],
  });

  it('takes the first saved video, by its number', () => {
    expect(firstSaved(task)?.n).toBe(2);
    expect(firstSaved(sampleTask('b', 0, { videos: [] }))).toBeNull();
  });

  it('adds up only what is on disk', () => {
    expect(savedBytes(task)).toBe(42);
  });
});

describe('linkDiesInMs', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  const hours = (n: number) => new Date(now + n * 3_600_000).toISOString();
  const unsaved = [sampleVideo({ state: 'failed' })];

  it('speaks up only where a video is missing and less than a day is left', () => {
    expect(linkDiesInMs(sampleTask('a', 0, { videos: unsaved, expiresAt: hours(5) }), now)).toBe(5 * 3_600_000);
    expect(linkDiesInMs(sampleTask('a', 0, { videos: unsaved, expiresAt: hours(25) }), now)).toBeNull();
    expect(linkDiesInMs(sampleTask('a', 0, { expiresAt: hours(5) }), now)).toBeNull();
    expect(linkDiesInMs(sampleTask('a', 0, { videos: unsaved }), now)).toBeNull();
    expect(linkDiesInMs(sampleTask('a', 0, { videos: [], expiresAt: hours(5) }), now)).toBeNull();
  });

  it('says nothing of a link that has just answered that there is nothing', () => {
    const at = hours(-0.1);
    const told = (n: number) => {
      const attempt = { at, code: 'gone', reason: 'not-there-yet', params: {}, nextAt: hours(1), n, of: 9 } as const;
      const videos = [sampleVideo({ state: 'queued', attempts: [attempt] })];
      return linkDiesInMs(sampleTask('a', 0, { videos, expiresAt: hours(5) }), now);
    };
    expect(told(3)).toBeNull();
    expect(told(1), 'it may be too early').toBe(5 * 3_600_000);
  });

  it('is negative for a link that has died', () => {
    expect(linkDiesInMs(sampleTask('a', 0, { videos: unsaved, expiresAt: hours(-1) }), now)).toBe(-3_600_000);
  });
});

it('says of a film without a picture what it is that cannot be shown: the file, where no browser opens its kind', () => {
  const { card } = texts;
  expect(withoutPicture(sampleVideo({ container: 'ts', videoCodec: 'avc' }))).toBe(card.undecodable('MPEG-TS'));
  expect(withoutPicture(sampleVideo({ videoCodec: 'hevc' }))).toBe(card.undecodable('H.265 (HEVC)'));
  expect(withoutPicture(sampleVideo({ videoCodec: null, width: null }))).toBe(card.soundOnly);
  expect(withoutPicture(sampleVideo({ videoCodec: null }))).toBe(card.undecodableUnknown);
});

it('of each task that is selected the film is compared that is here', () => {
  const half = sampleTask('b', 0, { videos: [sampleVideo({ state: 'failed' }), sampleVideo()] });
  expect(sidesOf([half, undefined, sampleTask('a')], ['kie-luma:a', half.key, 'kie-luma:not-here'])).toEqual([
    { key: 'kie-luma:a', n: 1 },
    { key: half.key, n: 2 },
    { key: 'kie-luma:not-here', n: 1 },
  ]);
});

it('shows no picture that moves on a card which would take the memory of the page', () => {
  const of = (changes: Parameters<typeof sampleVideo>[0]) =>
    movesOnCard(sampleVideo({ container: 'gif', sizeBytes: 50_000, width: 640, height: 360, ...changes }));
  expect(of({})).toBe(true);
  expect(of({ container: 'mp4' })).toBe(false);
  expect(of({ sizeBytes: 9_000_000 })).toBe(false);
  expect(of({ width: 65_535, height: 65_535 })).toBe(false);
});
