import { describe, expect, it } from 'vitest';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import type { EventDraft, StampedEvent } from '../../src-main/common/events.ts';
import type { Task } from '../../src-main/common/model.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';

const url = 'https://media.example.test/a.mp4';
const other = 'https://media.example.test/b.mp4';

const foldOne = (record: TaskRecord | undefined, event: StampedEvent): TaskRecord | undefined =>
  fold(record, event, 'kie-luma:t1');

function foldAll(...drafts: EventDraft[]): Task {
  const record = stamp(drafts).reduce<TaskRecord | undefined>(foldOne, undefined);
  if (record === undefined) throw new Error('no task');
  return record.task;
}
const failed = { state: 'failed', message: 'stopped by moderation', videoUrls: [] } as const;
const processing = { state: 'processing', message: null, videoUrls: [] } as const;

describe('fold', () => {
  it('makes a task of the first delivery', () => {
    expect(foldAll(delivery('t1'))).toMatchObject({
      key: 'kie-luma:t1',
      state: 'succeeded',
      deliveries: 1,
      seen: false,
      receivedAt: '2026-11-21T12:00:00.000Z',
      expiresAt: '2026-12-05T12:00:00.000Z',
      videos: [{ url, state: 'queued' }],
    });
  });

  it('makes it with its fields in one order, which machines of other versions that share the log have as well', () => {
    const names = (task: Task): readonly string[] => Object.keys(task);
    const plain = names(foldAll(delivery('t1')));
    const told = { keyedFile: 'files/ab12', seed: '7', cost: { amount: 1, currency: 'USD' } };
    const all = names(foldAll({ ...delivery('t1', told), project: 'ads' }));
    expect(all.filter((name) => plain.includes(name))).toEqual(plain);
    expect(all.slice(all.indexOf('needsApiKey'))).toEqual([
      'needsApiKey',
      'keyedFile',
      'seed',
      'model',
      'credits',
      'trashedAt',
      'history',
      'cost',
      'project',
    ]);
  });

  it('has the tags of a copy, which adds its own first, in the order of the log where they come back', () => {
    const tagged = (add: readonly string[], remove: readonly string[] = []): EventDraft => ({
      ...{ type: 'tagged', keys: ['kie-luma:t1'], add, remove },
    });
    const there = [tagged(['of before', 'gone']), tagged(['theirs']), tagged(['here', 'also here'], ['gone'])];
    const here = [tagged(['of before', 'gone']), tagged(['here', 'also here'], ['gone'])];
    expect(foldAll(delivery('t1'), ...there).tags).toEqual(['of before', 'theirs', 'here', 'also here']);
    expect(foldAll(delivery('t1'), ...here, ...there.slice(1)).tags).toEqual(foldAll(delivery('t1'), ...there).tags);
  });

  it('has a video fetched again, but for one that was saved before whoever wanted it at once was heard', () => {
    const again = { type: 'video-queued', videos: [{ key: 'kie-luma:t1', url }] } as const;
    const before = foldAll(delivery('t1'), saved('t1', url));
    expect(foldAll(delivery('t1'), saved('t1', url), { ...again, atOnce: true })).toEqual(before);
    expect(foldAll(delivery('t1'), saved('t1', url), again).videos[0]?.state).toBe('queued');
  });

  it('knows that a link which the provider made on our request lives twenty minutes, unless it says otherwise', () => {
    const renewed = (link: string, by: 'provider' | 'record') =>
      foldAll(delivery('t1'), { type: 'link-renewed', key: 'kie-luma:t1', url, link, by }).videos[0]?.expiresAt;
    expect(renewed(other, 'provider')).toBe('2026-11-21T12:20:01.000Z');
    expect(renewed(`${other}?Expires=1795260000`, 'provider')).toBe('2026-11-21T11:20:00.000Z');
    expect(renewed(other, 'record')).toBeUndefined();
  });

  it('only counts a repeat', () => {
    const task = foldAll(delivery('t1'), saved('t1', url), delivery('t1'), delivery('t1'));
    expect(task.deliveries).toBe(3);
    expect(task.videos).toHaveLength(1);
    expect(task.videos[0]?.state).toBe('saved');
    expect(task.history.map(({ kind }) => kind)).toEqual(['callback', 'saved', 'repeat', 'repeat']);
  });

  it('counts the time until the files go from the first callback that named them', () => {
    const [first, second, third] = [delivery('t1'), delivery('t1'), delivery('t1', { videoUrls: [other] })];
    const at = (events: readonly EventDraft[], hours: readonly number[]): string | null | undefined =>
      stamp(events)
        .map((event, index) => ({ ...event, at: `2026-11-21T${String(hours[index])}:00:00.000Z` }))
        .reduce<TaskRecord | undefined>(foldOne, undefined)?.task.expiresAt;
    expect(at([first, second], [12, 15])).toBe('2026-12-05T12:00:00.000Z');
    expect(at([first, second, third], [12, 15, 18])).toBe('2026-12-05T18:00:00.000Z');
    expect(at([delivery('t1', failed), second], [12, 15])).toBe('2026-12-05T15:00:00.000Z');
  });

  it('knows no end of links that would lie behind all dates, and goes on', () => {
    expect(foldAll(delivery('t1', { expiresAfterSeconds: Number.MAX_SAFE_INTEGER + 1 })).expiresAt).toBeNull();
  });

  it('does not undo a terminal state', () => {
    expect(foldAll(delivery('t1'), delivery('t1', processing)).state).toBe('succeeded');
    expect(foldAll(delivery('t1', failed), delivery('t1', processing)).state).toBe('failed');
    const late = foldAll(delivery('t1'), delivery('t1', failed));
    expect(late).toMatchObject({ state: 'succeeded', message: 'success' });
    expect(late.history.at(-1)).toMatchObject({ kind: 'late', message: 'stopped by moderation' });
  });

  it('takes a failure after a success that had nothing to show, and not after one that has', () => {
    const nothing = { videoUrls: [], thumbnailUrl: null } as const;
    const late = foldAll(delivery('t1', nothing), delivery('t1', failed));
    expect(late).toMatchObject({ state: 'failed', message: 'stopped by moderation' });
    for (const held of [{ needsApiKey: true }, { keyedFile: 'files/ab12' }, { thumbnailUrl: `${url}.jpg` }])
      expect(foldAll(delivery('t1', { ...nothing, ...held }), delivery('t1', failed)).state).toBe('succeeded');
  });

  it('takes a late success after a failure and keeps the failure in the history', () => {
    const task = foldAll(delivery('t1', failed), { type: 'marked', keys: ['kie-luma:t1'], seen: true }, delivery('t1'));
    expect(task).toMatchObject({ state: 'succeeded', message: 'success', seen: false });
    expect(task.videos).toHaveLength(1);
    expect(task.history[0]).toMatchObject({ state: 'failed', message: 'stopped by moderation' });
  });

  it('does not call a film what was said of it before it came', () => {
    const wordless = delivery('t1', { message: null });
    expect(foldAll(delivery('t1', failed), wordless)).toMatchObject({ state: 'succeeded', message: null });
    const queued = delivery('t1', { ...processing, message: 'third in the queue' });
    expect(foldAll(queued, wordless).message).toBeNull();
    expect(foldAll(delivery('t1'), wordless).message).toBe('success');
  });

  it('keeps different URLs for one task and says so', () => {
    const task = foldAll(delivery('t1'), delivery('t1', { videoUrls: [other] }));
    expect(task.videos.map((video) => video.url)).toEqual([url, other]);
    expect(task.history.at(-1)?.kind).toBe('conflict');
  });

  it('takes no video from a processing or a failed body, but from one with an unknown state word', () => {
    expect(foldAll(delivery('t1', { state: 'processing' })).videos).toEqual([]);
    expect(foldAll(delivery('t1', { state: 'failed' })).videos).toEqual([]);
    expect(foldAll(delivery('t1', { state: 'unknown', stateWord: 'polished' })).videos).toHaveLength(1);
  });

  it('tries a lost video again when the provider calls again', () => {
    const lost: EventDraft = {
      type: 'video-failed',
      key: 'kie-luma:t1',
      url,
      code: 'gone',
      reason: 'gone',
      params: {},
      gone: true,
    };
    expect(foldAll(delivery('t1'), lost).videos[0]?.state).toBe('expired');
    expect(foldAll(delivery('t1'), lost, delivery('t1')).videos[0]).toMatchObject({ state: 'queued', error: null });
  });

  it('keeps the trust of a signed task over an unsigned repeat, and raises it for a signed one', () => {
    const signed = { trust: 'signed' } as const;
    expect(foldAll(delivery('t1', {}, signed), delivery('t1')).trust).toBe('signed');
    expect(foldAll(delivery('t1'), delivery('t1', {}, signed)).trust).toBe('signed');
  });

  it('skips events that it has folded before', () => {
    const events = stamp([delivery('t1'), delivery('t1')]);
    const once = events.reduce<TaskRecord | undefined>(foldOne, undefined);
    const twice = [...events, ...events].reduce<TaskRecord | undefined>(foldOne, undefined);
    expect(twice).toEqual(once);
  });

  it('tells of links that the reader left, once', () => {
    const told = delivery('t1', { linksLeft: 3 });
    const dropped = (task: Task) => task.history.filter(({ kind }) => kind === 'dropped').map(({ params }) => params);
    expect(dropped(foldAll(told))).toEqual([{ links: 3 }]);
    expect(dropped(foldAll(told, told))).toEqual([{ links: 3 }]);
    expect(dropped(foldAll(delivery('t1', processing), told))).toEqual([{ links: 3 }]);
  });

  it('knows each of many files again, however it was signed', () => {
    const names = Array.from({ length: 40 }, (_, n) => `https://media.example.test/${String(n)}.mp4`);
    const signedBy = (sign: string): string[] => names.map((name) => `${name}?X-Amz-Date=1&X-Amz-Signature=${sign}`);
    const task = foldAll(delivery('t1', { videoUrls: signedBy('a') }), delivery('t1', { videoUrls: signedBy('b') }));
    expect(task.videos.map(({ url: link, spareUrls }) => [link, spareUrls])).toEqual(
      names.map((_, n) => [signedBy('a')[n], [signedBy('b')[n]]]),
    );
  });

  it('bounds what one task can hold', () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      delivery('t1', { videoUrls: Array.from({ length: 20 }, (_, m) => `https://media.example.test/${n}-${m}.mp4`) }),
    );
    const task = foldAll(...many);
    expect(task.videos.length).toBe(256);
    expect(task.history.length).toBe(40);
    expect(task.history[0]?.at).toBe('2026-11-21T12:00:00.000Z');
    expect(task.deliveries).toBe(60);
  });
});
