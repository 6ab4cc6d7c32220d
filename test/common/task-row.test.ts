import { describe, expect, it } from 'vitest';
import { packRow, unpackRow } from '../../src-main/common/task-row.ts';
import { sampleTask, sampleVideo } from '../renderer/support/sample-task.ts';

const attempt = (n: number) =>
  ({
    at: `2026-11-21T12:0${String(n)}:00.000Z`,
    code: 'server',
    reason: 'status',
    params: {},
    nextAt: null,
    n,
    of: 9,
  }) as const;
const progress = { receivedBytes: 1, totalBytes: 2, bytesPerSecond: 3 };

describe('a row of a list', () => {
  it.each([
    ['as it usually is', sampleTask('a')],
    ['without anything', sampleTask('a', 0, { prompt: null, videos: [], seen: false })],
    ['under the key of another provider', sampleTask('a', 0, { key: 'generic:a' })],
    [
      'with all that a card shows',
      sampleTask('a', 0, {
        state: 'failed',
        message: 'no credits left',
        expiresAt: '2026-12-05T12:00:00.000Z',
        trust: 'signed',
        starred: true,
        tags: ['pitch', 'rain'],
        poster: 'posters/a.jpg',
        needsApiKey: true,
        model: 'aleph',
        credits: 12,
        trashedAt: '2026-11-22T12:00:00.000Z',
        title: 'Heron',
        project: 'Pitch',
        rating: 4,
        pick: 'picked',
        cost: { credits: 12, amount: null, currency: null },
        watchedSince: '2026-11-21T12:00:00.000Z',
        videos: [
          sampleVideo({ preview: 'strips/a.jpg', container: 'webm', videoCodec: 'vp9', width: null }),
          sampleVideo({ state: 'queued', path: null, error: 'It waits.', attempts: [attempt(1)] }),
          sampleVideo({ state: 'downloading', expiresAt: '2026-11-23T12:00:00.000Z', progress }),
        ],
      }),
    ],
  ])('%s is on the page what it is in the core', (_what, task) => {
    const row = unpackRow(JSON.parse(JSON.stringify(packRow(task))) as ReturnType<typeof packRow>);
    const { videos, ...rest } = row;
    expect(task).toMatchObject(rest);
    videos.forEach((video, i) => expect(task.videos[i]).toMatchObject(video));
    expect(videos).toHaveLength(task.videos.length);
    // What the page would take for "nothing" if it were not sent.
    for (const name of ['title', 'project', 'rating', 'pick', 'cost', 'watchedSince'] as const)
      expect(row[name]).toEqual(task[name]);
  });

  it('has a long prompt as far as a card shows it, never half a letter of it', () => {
    for (const before of ['', 'x']) {
      const prompt = unpackRow(packRow(sampleTask('a', 0, { prompt: before + '🎬'.repeat(500) }))).prompt ?? '';
      expect(prompt).toMatch(/^x?(🎬)+…$/u);
      expect(prompt.length).toBeLessThan(300);
    }
  });

  it('leaves the history, the links and the attempts before the last to the player', () => {
    const packed = packRow(
      sampleTask('a', 0, {
        message: 'Modify video generated successfully.',
        sourceUrl: 'https://media.example.test/in/a.mp4',
        history: [{ at: '2026-11-21T12:00:00.000Z', kind: 'callback' }],
        videos: [sampleVideo({ sha256: 'a'.repeat(64), attempts: [attempt(1), attempt(2)] })],
      }),
    );
    expect(Object.keys(packed)).toEqual(['provider', 'taskId', 'receivedAt', 'prompt', 'seen', 'videos']);
    expect(packed.videos).toEqual([
      {
        path: 'videos/2026-11/kie-luma_a_1.mp4',
        sizeBytes: 1000,
        durationSeconds: 5,
        width: 1280,
        height: 720,
        frameRate: 24,
        attempts: [attempt(2)],
      },
    ]);
  });
});
