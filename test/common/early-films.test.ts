/** A film that a body names while its task is being made may be a draft; the end of the task names the film itself. */
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import type { Task } from '../../src-main/common/model.ts';
import { isInView } from '../../src-main/common/task-traits.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';

const url = 'https://media.example.test/a.mp4';
const other = 'https://media.example.test/b.mp4';
const draftPath = 'videos/2026-11/kie-luma_t_1.mp4';

const early = (videoUrls: readonly string[] = [url]) =>
  delivery('t', { state: 'processing', message: null, videoUrls, isEarly: true });
const ended = delivery('t', { videoUrls: [url] });
const draftSaved: EventDraft = { ...saved('t', url), early: true } as EventDraft;
const lost = (isEarly: boolean): EventDraft => ({
  type: 'video-failed',
  key: 'kie-luma:t',
  url,
  code: 'gone',
  reason: 'gone',
  params: {},
  gone: true,
  ...(isEarly ? { early: true } : {}),
});

function taskOf(...drafts: readonly EventDraft[]): Task {
  const record = stamp(drafts).reduce<TaskRecord | undefined>(
    (before, event) => fold(before, event, 'kie-luma:t'),
    undefined,
  );
  if (record === undefined) throw new Error('no task');
  return record.task;
}

describe('the film that the end names', () => {
  test.each([
    ['told of as early', draftSaved],
    ['told of as any other', saved('t', url)],
  ])('is fetched anew where a draft of it is saved, %s; the draft is kept until it is here', (_, draft) => {
    expect(taskOf(early(), draft).videos).toMatchObject([{ url, state: 'saved', early: true }]);
    const [wanted] = taskOf(early(), draft, ended).videos;
    expect(wanted).toMatchObject({ url, state: 'queued', path: draftPath, sizeBytes: 1234 });
    expect(wanted).not.toHaveProperty('early');
    const here = taskOf(early(), draft, ended, saved('t', url), ended);
    expect(here.videos).toMatchObject([{ url, state: 'saved' }]);
    expect(here.history.map(({ kind }) => kind)).toEqual(['callback', 'saved', 'callback', 'saved', 'repeat']);
  });

  test('is fetched from the link that it is signed with now', () => {
    const [wanted] = taskOf(early([`${url}?sig=1`]), saved('t', `${url}?sig=1`), {
      ...delivery('t', { videoUrls: [`${url}?sig=2`] }),
    }).videos;
    expect(wanted).toMatchObject({ url: `${url}?sig=2`, state: 'queued', formerUrls: [`${url}?sig=1`] });
  });

  test('is fetched anew although nobody vouches for the end of what was vouched for', () => {
    const vouched = { ...early(), trust: 'signed' } as const;
    expect(taskOf(vouched, draftSaved, ended).videos).toMatchObject([{ url, state: 'queued', vouched: true }]);
  });

  test('is not shown by a picture of its draft', () => {
    const poster: EventDraft = { type: 'poster-saved', key: 'kie-luma:t', path: 'posters/draft.jpg' };
    const film = saved('t', url);
    if (film.type !== 'video-saved') throw new Error(film.type);
    const other: EventDraft = { ...film, file: { ...film.file, path: 'videos/b.mp4', sha256: 'b'.repeat(64) } };
    expect(taskOf(early(), draftSaved, poster, ended).poster).toBe('posters/draft.jpg');
    expect(taskOf(early(), draftSaved, poster, ended, other).poster).toBeNull();
    // The draft was the film.
    expect(taskOf(early(), draftSaved, poster, ended, film).poster).toBe('posters/draft.jpg');
    // The provider's own picture.
    const pictured = delivery('t', { videoUrls: [url], thumbnailUrl: 'https://media.example.test/a.jpg' });
    expect(taskOf(early(), draftSaved, pictured, poster, other).poster).toBe('posters/draft.jpg');
  });

  test('is not what a download brings that began before it was named', () => {
    expect(taskOf(early(), ended, draftSaved).videos).toMatchObject([{ state: 'queued', path: draftPath }]);
    expect(taskOf(early(), ended, lost(true)).videos).toMatchObject([{ state: 'queued' }]);
    expect(taskOf(early(), ended, lost(false)).videos).toMatchObject([{ state: 'expired' }]);
    const film: EventDraft = saved('t', url);
    expect(taskOf(early(), ended, film, draftSaved)).toEqual(
      expect.objectContaining({ videos: taskOf(early(), ended, film).videos }),
    );
  });

  test('keeps what another early body says waiting', () => {
    expect(taskOf(early(), draftSaved, early()).videos).toMatchObject([{ state: 'saved', early: true }]);
  });

  test('does not take the place of what the person gave', () => {
    const given = { ...saved('t', url), by: 'attached' } as EventDraft;
    expect(taskOf(early(), given, ended).videos).toMatchObject([{ state: 'saved', path: draftPath }]);
  });
});

test('a late word of how far a task is changes nothing of one that is over', () => {
  const seen: EventDraft = { type: 'marked', keys: ['kie-luma:t'], seen: true };
  const over = taskOf(ended, saved('t', url), seen);
  const late = taskOf(ended, saved('t', url), seen, early([other]));
  expect(late.videos).toEqual(over.videos);
  expect(late).toMatchObject({ state: 'succeeded', seen: true, trust: 'unsigned' });
  expect(late.history.at(-1)?.kind).toBe('late');
  const signed = { ...ended, trust: 'signed' } as const;
  expect(taskOf(signed, early([other]))).toMatchObject({ trust: 'signed', videos: [{ url }] });
  expect(taskOf(signed, early([other]))).not.toHaveProperty('dispute');
});

test('a film that is here is in the inbox, although the last body said 99 percent', () => {
  expect(isInView(taskOf(early()), 'inbox')).toBe(false);
  const stuck = taskOf(early(), draftSaved);
  expect(stuck.state).toBe('processing');
  expect(isInView(stuck, 'inbox')).toBe(true);
  expect(isInView(stuck, 'waiting')).toBe(true);
});

describe('a link that a body names while the task is being made, from a provider that may mean a preview', () => {
  const onTheWay = (videoUrls: readonly string[] = [url], more = {}) =>
    delivery('t', { state: 'processing', message: null, videoUrls }, more);
  const bare = delivery('t', { videoUrls: [] });
  const asked = (changes = {}) => delivery('t', changes, { source: 'asked', trust: 'confirmed' });

  test('is fetched once the end of the task names no film, and nobody vouches for it', () => {
    expect(taskOf(onTheWay()).videos).toEqual([]);
    const task = taskOf(onTheWay(), bare);
    expect(task).toMatchObject({ state: 'succeeded', videos: [{ url, state: 'queued', early: true }] });
    expect(task.videos[0]).not.toHaveProperty('vouched');
    expect(task).not.toHaveProperty('underWay');
    expect(taskOf(onTheWay(), { ...bare, trust: 'signed' }).videos[0]).not.toHaveProperty('vouched');
    expect(taskOf(onTheWay(), bare, bare).videos).toHaveLength(1);
  });

  test('is the last that was named, and each film of it once', () => {
    const links = [`${url}?Expires=1796000000&Signature=a`, `${url}?Expires=1796000001&Signature=b`, other];
    expect(taskOf(onTheWay(['https://media.example.test/first.mp4']), onTheWay(links), bare).videos).toMatchObject([
      { url: links[0] },
      { url: other },
    ]);
  });

  test.each([
    ['its end names the film', [delivery('t', { videoUrls: [other] })], [other]],
    ['it failed', [delivery('t', { state: 'failed', videoUrls: [] })], []],
    ['a key opens the film', [delivery('t', { videoUrls: [], needsApiKey: true })], []],
    ['it goes on', [onTheWay([])], []],
  ])('is none where %s', (_, ends, expected) => {
    expect(taskOf(onTheWay(), ...ends).videos.map((video) => video.url)).toEqual(expected);
  });

  test('is all there is where the record, with the key, names none either', () => {
    const keyed = delivery('t', { videoUrls: [], needsApiKey: true });
    expect(taskOf(onTheWay(), keyed, asked({ videoUrls: [] })).videos).toMatchObject([{ url, early: true }]);
    expect(taskOf(onTheWay(), keyed, asked({ videoUrls: [other] })).videos).toMatchObject([{ url: other }]);
  });

  test('gives way to the film of the record, which nothing speaks against', () => {
    const task = taskOf(onTheWay(), bare, asked({ videoUrls: [other] }));
    expect(task).toMatchObject({ trust: 'confirmed', videos: [{ url: other, state: 'queued', vouched: true }] });
    expect(task.videos).toHaveLength(1);
    expect(task).not.toHaveProperty('dispute');
    const same = taskOf(onTheWay(), bare, asked({ videoUrls: [url] }));
    expect(same.videos).toMatchObject([{ url, vouched: true }]);
    expect(same.videos[0]).not.toHaveProperty('early');
  });

  test('is fetched as well where the word of it comes after the end', () => {
    expect(taskOf(bare, onTheWay()).videos).toMatchObject([{ url, state: 'queued', early: true }]);
    expect(taskOf(bare, early()).videos).toMatchObject([{ url, state: 'queued', early: true }]);
    expect(taskOf({ ...bare, trust: 'signed' }, early()).videos).toEqual([]);
    expect(taskOf(bare, onTheWay(), delivery('t', { videoUrls: [other] })).videos).toHaveLength(2);
    expect(taskOf(delivery('t', { videoUrls: [other] }), onTheWay()).videos).toMatchObject([{ url: other }]);
    const keyed = delivery('t', { videoUrls: [], needsApiKey: true });
    expect(taskOf(keyed, onTheWay()).videos).toEqual([]);
    expect(taskOf(delivery('t', { state: 'failed', videoUrls: [] }), onTheWay()).videos).toEqual([]);
  });

  test('is none that a person decides about where the record was behind the end, and is fetched once it names none', () => {
    const behind = [onTheWay(), bare, asked({ state: 'processing', videoUrls: [] })];
    expect(taskOf(...behind)).toMatchObject({ trust: 'conflicting', videos: [], dispute: { urls: [] } });
    const named = taskOf(...behind, asked({ videoUrls: [other] }));
    expect(named).toMatchObject({ trust: 'confirmed', videos: [{ url: other, vouched: true }] });
    expect(named).not.toHaveProperty('dispute');
    const bareToo = taskOf(...behind, asked({ videoUrls: [] }));
    expect(bareToo).toMatchObject({ trust: 'confirmed', videos: [{ url, state: 'queued', early: true }] });
    expect(bareToo).not.toHaveProperty('underWay');
  });

  test('is not what was sent in, nor what a stranger names for a task that is vouched for', () => {
    expect(taskOf(onTheWay(), delivery('t', { videoUrls: [], sourceUrl: url })).videos).toEqual([]);
    const signed = (videoUrls: readonly string[]) => onTheWay(videoUrls, { trust: 'signed' });
    expect(taskOf(signed([url]), onTheWay([other]), { ...bare, trust: 'signed' }).videos).toMatchObject([{ url }]);
  });
});
