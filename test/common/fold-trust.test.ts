/** Who may change what: signed, confirmed and unsigned results of one task. */
import { describe, expect, it } from 'vitest';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import type { EventDraft, StampedEvent } from '../../src-main/common/events.ts';
import type { Task } from '../../src-main/common/model.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';

const key = 'kie-luma:t1';
const film = (name: string): string => `https://media.example.test/${name}.mp4`;
const urls = ({ videos }: Task): readonly string[] => videos.map(({ url }) => url);

function foldStamped(events: readonly StampedEvent[]): Task {
  const record = events.reduce<TaskRecord | undefined>((before, event) => fold(before, event, key), undefined);
  if (record === undefined) throw new Error('no task');
  return record.task;
}
const foldAll = (...drafts: readonly EventDraft[]): Task => foldStamped(stamp(drafts));

const signed = { trust: 'signed' } as const;
const asked = { source: 'asked', trust: 'confirmed', evidence: null } as const;

describe('results of one task', () => {
  it('puts signed links in and first although forged ones fill the task, and says what was dropped', () => {
    const forged = Array.from({ length: 8 }, (_, body) =>
      delivery('t1', { videoUrls: Array.from({ length: 64 }, (_unused, n) => film(`forged-${body}-${n}`)) }),
    );
    const before = foldAll(...forged);
    expect(before.videos).toHaveLength(256);
    expect(before.history.some(({ kind, params }) => kind === 'dropped' && params?.['links'] === 64)).toBe(true);
    const task = foldAll(...forged, delivery('t1', { videoUrls: [film('real'), film('real-2')] }, signed));
    expect(task.videos).toHaveLength(258);
    expect(urls(task).slice(0, 2)).toEqual([film('real'), film('real-2')]);
    expect(task.videos[0]).toMatchObject({ vouched: true, number: 257 });
    expect(task.videos[2]).toMatchObject({ url: film('forged-0-0'), number: 1 });
    expect(new Set(task.videos.map((video, index) => video.number ?? index + 1)).size).toBe(258);
    expect(task.trust).toBe('signed');
  });

  it('lets no unsigned word change what a signed one said, and keeps a strange link aside', () => {
    const words = { message: 'real', prompt: null, credits: 12 };
    const forged = { message: 'forged', prompt: 'forged', credits: 99_999, sourceUrl: film('x'), model: 'forged' };
    const task = foldAll(delivery('t1', words, signed), saved('t1', film('a')), delivery('t1', forged));
    expect(task).toMatchObject({ ...words, sourceUrl: null, model: null, trust: 'signed', deliveries: 2 });
    const other = foldAll(delivery('t1', words, signed), delivery('t1', { ...forged, videoUrls: [film('b')] }));
    expect(other).toMatchObject({ ...words, trust: 'conflicting', dispute: { urls: [film('b')], trust: 'signed' } });
    expect(urls(other)).toEqual([film('a')]);
  });

  it('takes the films of a record that signs them anew each time for those that a callback told of', () => {
    const link = (token: string): string => `https://media.example.test/download?token=${token}&expires=1795687200`;
    const told = delivery('t1', { videoUrls: [link('a1'), link('b1')] });
    const task = foldAll(told, delivery('t1', { videoUrls: [link('a2'), link('b2')] }, asked));
    expect([urls(task), task.trust]).toEqual([[link('a2'), link('b2')], 'confirmed']);
    expect(task.videos.map(({ formerUrls, vouched }) => [formerUrls, vouched])).toEqual([
      [[link('a1')], true],
      [[link('b1')], true],
    ]);
    // What came of a link that nobody vouched for may be another film.
    const here = foldAll(told, saved('t1', link('a1')), delivery('t1', { videoUrls: [link('a2'), link('b2')] }, asked));
    expect([urls(here).includes(link('a2')), here.trust]).toEqual([true, 'conflicting']);
    const more = foldAll(told, delivery('t1', { videoUrls: [link('a2'), link('b2'), link('c2')] }, asked));
    expect(more).toMatchObject({ trust: 'conflicting', dispute: { urls: [link('a1'), link('b1')] } });
  });

  it('lets no unsigned word overrule signed links under a state word that nobody knows', () => {
    const held = [delivery('t1', { state: 'unknown', stateWord: 'PONDERING', message: 'real' }, signed)];
    for (const state of ['failed', 'succeeded', 'processing'] as const) {
      const forged = delivery('t1', { state, message: 'forged', videoUrls: [film('b')] });
      const task = foldAll(...held, forged);
      expect(task).toMatchObject({ state: 'unknown', message: 'real', deliveries: 2 });
      expect([urls(task), task.videos[0]?.vouched]).toEqual([[film('a')], true]);
      expect(task.trust).toBe(state === 'succeeded' ? 'conflicting' : 'signed');
    }
    const better = foldAll(...held, delivery('t1', { message: 'done' }, signed));
    expect(better).toMatchObject({ state: 'succeeded', message: 'done', trust: 'signed' });
    const bare = foldAll(delivery('t1', { state: 'unknown', videoUrls: [] }, signed), delivery('t1'));
    expect(bare).toMatchObject({ state: 'succeeded', trust: 'unsigned', videos: [{ url: film('a') }] });
  });

  it('takes what the person decides about a strange link', () => {
    const conflict = [delivery('t1', {}, signed), delivery('t1', { videoUrls: [film('b')] })];
    const dropped = foldAll(...conflict, { type: 'conflict-settled', key, take: false });
    expect([dropped.trust, urls(dropped)]).toEqual(['signed', [film('a')]]);
    const taken = foldAll(...conflict, { type: 'conflict-settled', key, take: true });
    expect([taken.trust, urls(taken)]).toEqual(['unsigned', [film('a'), film('b')]]);
    expect(taken.videos.map(({ doubted }) => doubted)).toEqual([undefined, true]);
    expect(taken).not.toHaveProperty('dispute');
  });

  it('replaces unsigned words by signed ones', () => {
    const task = foldAll(
      delivery('t1', { message: 'forged', prompt: 'forged', state: 'failed', videoUrls: [] }),
      delivery('t1', { message: 'real', prompt: 'real' }, signed),
    );
    expect(task).toMatchObject({ state: 'succeeded', message: 'real', prompt: 'real', trust: 'signed' });
  });

  it('is confirmed where the record says the same, and conflicting where it does not', () => {
    expect(foldAll(delivery('t1'), delivery('t1', {}, asked))).toMatchObject({ trust: 'confirmed', deliveries: 1 });
    const otherLink = foldAll(delivery('t1'), delivery('t1', { videoUrls: [film('record')] }, asked));
    expect(otherLink).toMatchObject({ trust: 'conflicting', dispute: { urls: [film('a')], trust: 'confirmed' } });
    expect(urls(otherLink)).toEqual([film('record')]);
    // Asked again it says the same again, and that settles nothing.
    const record = delivery('t1', { videoUrls: [film('record')] }, asked);
    expect(foldAll(delivery('t1'), record, record)).toMatchObject({
      trust: 'conflicting',
      dispute: { urls: [film('a')], trust: 'confirmed' },
      videos: [{ url: film('record') }],
    });
    const both = delivery('t1', { videoUrls: [film('record'), film('a')] }, asked);
    const settled = foldAll(delivery('t1'), record, both);
    expect([settled.trust, urls(settled)]).toEqual(['confirmed', [film('record'), film('a')]]);
    const strange = foldAll(
      delivery('t1', {}, signed),
      delivery('t1', { videoUrls: [film('b')] }),
      delivery('t1', {}, asked),
    );
    expect(strange).toMatchObject({ trust: 'conflicting', dispute: { urls: [film('b')], trust: 'confirmed' } });
    const failure = foldAll(delivery('t1'), delivery('t1', { state: 'failed', videoUrls: [], message: 'nsfw' }, asked));
    expect(failure).toMatchObject({ state: 'failed', message: 'nsfw', trust: 'conflicting', videos: [] });
    const pending = delivery('t1', { state: 'processing', videoUrls: [] }, asked);
    expect(foldAll(delivery('t1'), pending)).toMatchObject({ trust: 'conflicting', videos: [] });
    const agreed = foldAll(delivery('t1'), pending, delivery('t1', {}, asked));
    expect(agreed).toMatchObject({ trust: 'confirmed', videos: [{ url: film('a'), vouched: true }] });
    expect(agreed).not.toHaveProperty('dispute');
  });

  it('takes a link that was signed anew for the same video, and uses it once the first is dead', () => {
    const first = 'https://media.example.test/k.mp4?X-Amz-Date=1&X-Amz-Signature=aaaa';
    const second = 'https://media.example.test/k.mp4?X-Amz-Date=2&X-Amz-Signature=bbbb';
    const failed = { type: 'video-failed', key, code: 'gone', reason: 'gone', params: {}, gone: true } as const;
    const both = [delivery('t1', { videoUrls: [first] }), delivery('t1', { videoUrls: [second] })];
    expect(foldAll(...both)).toMatchObject({ deliveries: 2, videos: [{ url: first, state: 'queued' }] });
    const dead = foldAll(...both, { ...failed, url: first });
    expect(dead.videos).toMatchObject([{ url: second, state: 'queued', formerUrls: [first] }]);
    expect(foldAll(...both, { ...failed, url: first }, saved('t1', first)).videos).toMatchObject([{ state: 'saved' }]);
    expect(foldAll(...both, { ...failed, url: first }, { ...failed, url: second }).videos[0]?.state).toBe('expired');
    const [one, two] = both;
    if (one === undefined || two === undefined) throw new Error('two');
    expect(foldAll(one, { ...failed, url: first }, two).videos).toMatchObject([{ url: second, state: 'queued' }]);
  });

  it('gives a video up once all its links were tried together, and takes one that came meanwhile', () => {
    const signed = (sign: string) => `https://media.example.test/k.mp4?X-Amz-Date=1&X-Amz-Signature=${sign}`;
    const [first, second, third] = [signed('a'), signed('b'), signed('c')];
    const told = [first, second, third].map((link) => delivery('t1', { videoUrls: [link] }));
    const failed = {
      type: 'video-failed',
      key,
      url: first,
      code: 'gone',
      reason: 'gone',
      params: {},
      gone: true,
    } as const;
    const all = foldAll(...told, { ...failed, tried: [second, third] });
    expect(all.videos).toMatchObject([{ url: first, state: 'expired', spareUrls: [second, third] }]);
    const some = foldAll(...told, { ...failed, tried: [third] });
    expect(some.videos).toMatchObject([{ url: second, state: 'queued', spareUrls: [third] }]);
  });

  it('takes a link over TLS and the same one without it for one video', () => {
    const plain = film('a').replace('https:', 'http:');
    const task = foldAll(delivery('t1'), delivery('t1', { videoUrls: [plain] }));
    expect(task).toMatchObject({ deliveries: 2, videos: [{ url: film('a'), spareUrls: [plain] }] });
    expect(urls(foldAll(delivery('t1', { videoUrls: [film('a'), plain] })))).toEqual([film('a')]);
  });

  it('takes the end that a link tells, where that comes before the rule of the provider', () => {
    const link = film('w') + '?X-Amz-Date=20261125T220000Z&X-Amz-Expires=3600&X-Amz-Signature=c';
    const task = foldAll(delivery('t1', { videoUrls: [link] }));
    expect(task.expiresAt).toBe('2026-11-25T23:00:00.000Z');
    expect(task.videos[0]?.expiresAt).toBe('2026-11-25T23:00:00.000Z');
  });

  it('keeps the newest attempts until the video is saved', () => {
    const attempt = (n: number): EventDraft => ({
      type: 'attempted',
      key,
      url: film('a'),
      code: 'network',
      reason: 'stalled',
      params: { host: 'media.example.test' },
      nextAt: null,
      n,
      of: 20,
    });
    const attempts = Array.from({ length: 12 }, (_, n) => attempt(n + 1));
    const task = foldAll(delivery('t1'), ...attempts);
    expect(task.videos[0]?.attempts?.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    const here = foldAll(delivery('t1'), ...attempts, saved('t1', film('a')));
    expect(here.videos[0]).not.toHaveProperty('attempts');
    expect(here.history.map(({ kind }) => kind)).toEqual(['callback', 'tries', 'saved']);
    expect(here.history[1]).toMatchObject({ code: 'stalled', params: { tries: 12 }, video: 1 });
    const renewed: EventDraft = { type: 'link-renewed', key, url: film('a'), link: film('b'), by: 'provider' };
    const [first = attempt(1)] = attempts;
    const kinds = (...drafts: EventDraft[]) => foldAll(delivery('t1'), ...drafts).history.map(({ kind }) => kind);
    expect(kinds(first, renewed)).toEqual(['callback', 'tries', 'link']);
    // Files are often a moment behind their callback.
    expect(kinds(first, saved('t1', film('a')))).toEqual(['callback', 'saved']);
  });

  it('reads the only body anew, without a second task or delivery', () => {
    const before = delivery('t1', { state: 'unknown', videoUrls: [] });
    before satisfies EventDraft;
    const unread = { ...before, read: { ...before.read, provider: 'unknown', certain: false } };
    const reread = { ...delivery('t1'), source: 'reread', of: 1, key } as const;
    const task = foldAll(unread, reread);
    expect(task).toMatchObject({ key, provider: 'kie-luma', state: 'succeeded', deliveries: 1 });
    expect(urls(task)).toEqual([film('a')]);
    const wrong = { ...delivery('t1', { videoUrls: [film('source')] }) };
    expect(urls(foldAll(wrong, reread))).toEqual([film('a')]);
    expect(urls(foldAll(wrong, saved('t1', film('source')), reread))).toEqual([film('source'), film('a')]);
  });

  it('waits from the moment that someone watches until the end', () => {
    const watched = {
      type: 'watched',
      provider: 'kie-luma',
      taskId: 't1',
      prompt: 'a boat',
      submission: 's1',
    } as const;
    const begun = foldAll(watched);
    expect(begun).toMatchObject({
      key,
      state: 'processing',
      deliveries: 0,
      prompt: 'a boat',
      watchedSince: begun.receivedAt,
      submittedAt: begun.receivedAt,
    });
    expect(foldAll(watched, delivery('t1'))).not.toHaveProperty('watchedSince');
    expect(foldAll(watched, { type: 'unwatched', key, code: 'person' })).not.toHaveProperty('watchedSince');
    const pending = { type: 'asked', key, code: 'pending', params: {}, nextAt: '2026-11-21T13:00:00.000Z' } as const;
    expect(foldAll(watched, pending)).toMatchObject({ askedCode: 'pending', askedNextAt: '2026-11-21T13:00:00.000Z' });
  });
});
