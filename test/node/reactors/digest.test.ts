import { expect, test } from 'vitest';
import type { Draft, EventDraft, StampedEvent } from '../../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../../src-main/common/fold.ts';
import { createDigest } from '../../../src-main/node/reactors/digest.ts';
import { savedFile as file } from '../../support/saved-file.ts';

function scene() {
  let time = Date.parse('2026-11-26T08:00:00Z');
  const digest = createDigest(() => new Date(time));
  const records = new Map<string, TaskRecord>();
  let seq = 0;
  function happens(key: string, draft: EventDraft, isNeedy = false): void {
    seq += 1;
    const event: StampedEvent = { v: 2, seq, at: new Date(time).toISOString(), ...draft };
    const record = fold(records.get(key), event, key);
    if (record === undefined) return;
    records.set(key, record);
    digest.onChange({ event, key, task: record.task }, isNeedy);
  }
  const result = (taskId: string, state: 'succeeded' | 'failed', credits: number | null): Draft<'result'> => ({
    type: 'result',
    source: 'asked',
    key: taskId,
    read: {
      provider: 'kie-aleph',
      certain: true,
      family: 'kie',
      taskId,
      result: {
        state,
        stateWord: null,
        message: null,
        prompt: null,
        sourceUrl: null,
        thumbnailUrl: null,
        videoUrls: state === 'succeeded' ? [`https://cdn.example.com/${taskId}.mp4`] : [],
        needsApiKey: false,
        model: null,
        credits,
        expiresAfterSeconds: null,
      },
    },
    trust: 'confirmed',
    evidence: null,
    tags: [],
  });
  const saved = (key: string, url = `https://cdn.example.com/${key}.mp4`): EventDraft => ({
    type: 'video-saved',
    key,
    url,
    file,
  });
  const gone = (key: string): EventDraft => ({
    type: 'video-failed',
    key,
    url: `https://cdn.example.com/${key}.mp4`,
    code: 'gone',
    reason: 'gone',
    params: {},
    gone: true,
  });
  return { digest, happens, result, saved, gone, pass: (ms: number) => (time += ms) };
}

test('tells what came, was rescued, failed, was lost and was spent, until it is seen', () => {
  const { digest, happens, result, saved, gone } = scene();
  digest.begin('2026-11-23T08:00:00.000Z');
  expect(digest.get()).toBeNull();
  happens('a', result('a', 'succeeded', 60));
  happens('a', saved('a'));
  happens('b', result('b', 'succeeded', 100));
  happens('b', gone('b'));
  happens('b', {
    type: 'link-renewed',
    key: 'b',
    url: 'https://cdn.example.com/b.mp4',
    link: 'https://cdn.example.com/b2.mp4',
    by: 'provider',
  });
  happens('b', saved('b', 'https://cdn.example.com/b2.mp4'));
  happens('c', result('c', 'failed', null));
  happens('d', result('d', 'succeeded', null));
  happens('d', gone('d'));
  expect(digest.get()).toEqual({
    since: '2026-11-23T08:00:00.000Z',
    came: ['a'],
    rescued: ['b'],
    failed: ['c'],
    lost: ['d'],
    needsYou: [],
    spentCredits: 160,
  });
  digest.dismiss();
  expect(digest.get()).toBeNull();
});

test('what nobody goes on with but the person is told of until that is decided, however late', () => {
  const { digest, happens, result, saved, pass } = scene();
  digest.begin('2026-11-23T08:00:00.000Z');
  happens('a', result('a', 'succeeded', null), true);
  happens('b', result('b', 'succeeded', null), true);
  expect(digest.get()).toMatchObject({ came: [], needsYou: ['a', 'b'] });
  pass(60 * 60_000);
  happens('a', saved('a'));
  expect(digest.get()).toMatchObject({ needsYou: ['b'] });
  happens('c', result('c', 'succeeded', null), true);
  expect(digest.get()).toMatchObject({ needsYou: ['b'] });
  happens('b', { type: 'conflict-settled', key: 'b', take: false });
  expect(digest.get()).toBeNull();
});

test('an absence begins where it is known to, whoever tells of the wake first', () => {
  const { digest, happens, result, saved } = scene();
  digest.begin(null);
  digest.begin('2026-11-23T08:00:00.000Z');
  digest.begin('2026-11-23T09:00:00.000Z');
  happens('a', result('a', 'succeeded', 60));
  happens('a', saved('a'));
  expect(digest.get()?.since).toBe('2026-11-23T08:00:00.000Z');
});

test('what comes later is no news of an absence', () => {
  const { digest, happens, result, saved, pass } = scene();
  digest.begin(null);
  pass(20 * 60_000);
  happens('a', result('a', 'succeeded', 60));
  happens('a', saved('a'));
  expect(digest.get()).toBeNull();
});

test('a clock that is set back by a day ends the absence, too', () => {
  const { digest, happens, result, saved, pass } = scene();
  digest.begin('2026-11-23T08:00:00.000Z');
  pass(-24 * 60 * 60_000);
  happens('a', result('a', 'succeeded', 60));
  happens('a', saved('a'));
  expect(digest.get()).toBeNull();
  digest.begin('2026-11-25T08:00:00.000Z');
  happens('b', result('b', 'succeeded', 60));
  happens('b', saved('b'));
  expect(digest.get()).toMatchObject({ since: '2026-11-25T08:00:00.000Z', came: ['b'] });
});
