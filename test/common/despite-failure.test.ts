/** A callback that says that its task failed, and names a film: it may have been paid for. */
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import type { Task } from '../../src-main/common/model.ts';
import { parseEvent } from '../../src-main/common/parse-event.ts';
import { readBody } from '../../src-main/common/providers/reader.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';

const film = 'https://media.example.test/out/a.mp4';
const source = 'https://media.example.test/in/b.mp4';

describe('what is read', () => {
  const read = (body: object, provider: string | null = null) => {
    const reading = readBody({ body, headers: {}, providerHint: provider });
    if (reading.kind !== 'result') throw new Error(reading.kind);
    const { state, videoUrls, isDespiteFailure } = reading.result;
    return [state, videoUrls, isDespiteFailure];
  };

  test.each<[string, object]>([
    ['video_url', { task_id: 't', status: 'failed', video_url: film }],
    ['kie.ai', { code: 501, msg: 'failed', data: { task_id: 't', video_url: film } }],
    ['a result', { id: 't', status: 'error', error: 'late', result_url: film }],
    ['beside its input', { id: 't', status: 'failed', input: { video_url: source }, output: { video_url: film } }],
  ])('a film where results stand: %s', (_, body) => {
    expect(read(body)).toEqual(['failed', [film], true]);
  });

  test.each<[string, object]>([
    ['what was sent', { id: 't', status: 'failed', input: { video_url: source } }],
    ['what kie.ai calls the source', { code: 400, msg: 'bad', data: { taskId: 't', videoUrl: source } }],
    ['what was sent, echoed beside the prompt', { id: 't', status: 'failed', prompt: 'a', video_url: source }],
    ['the same in data', { code: 501, data: { task_id: 't', video_url: source, callBackUrl: 'https://x.test/' } }],
    ['a page', { id: 't', status: 'failed', url: 'https://example.test/t' }],
    ['nothing', { id: 't', status: 'failed', error: 'refused' }],
  ])('no film: %s', (_, body) => {
    expect(read(body)).toEqual(['failed', [], undefined]);
  });

  test('a success is told as ever', () => {
    expect(read({ task_id: 't', status: 'succeeded', video_url: film })).toEqual(['succeeded', [film], undefined]);
  });
});

describe('what becomes of it', () => {
  const url = film;
  const failed = { state: 'failed', message: 'stopped', videoUrls: [url] } as const;
  const despite = delivery('t', { ...failed, isDespiteFailure: true });
  const taskOf = (...drafts: readonly EventDraft[]): Task => {
    const record = stamp(drafts).reduce<TaskRecord | undefined>(
      (before, event) => fold(before, event, 'kie-luma:t'),
      undefined,
    );
    if (record === undefined) throw new Error('no task');
    return record.task;
  };

  test('what we know to have been sent in is none, however it is signed today', () => {
    const watched: EventDraft = {
      ...{ type: 'watched', provider: 'kie-luma', taskId: 't', prompt: null, model: null, project: null },
      sourceUrl: `${source}?X-Amz-Date=1&X-Amz-Signature=a`,
    };
    const echo = (link: string) => delivery('t', { ...failed, videoUrls: [link], isDespiteFailure: true });
    expect(taskOf(watched, echo(`${source}?X-Amz-Date=2&X-Amz-Signature=b`)).videos).toEqual([]);
    expect(taskOf(watched, echo(film)).videos).toMatchObject([{ url: film }]);
  });

  test('it is wanted, its links end as those of others do, and the task has failed', () => {
    const task = taskOf(despite);
    expect(task).toMatchObject({ state: 'failed', message: 'stopped', videos: [{ url, state: 'queued' }] });
    expect(task.expiresAt).not.toBeNull();
    expect(taskOf(despite, saved('t', url))).toMatchObject({ state: 'failed', videos: [{ state: 'saved' }] });
  });

  test('the failure that names it may be the second word of it', () => {
    expect(taskOf(delivery('t', { ...failed, videoUrls: [] }), despite).videos).toMatchObject([{ url }]);
  });

  test('nothing more comes of it where the task has succeeded; a success after it is one', () => {
    const other = delivery('t', { videoUrls: [source] });
    expect(taskOf(other, despite)).toMatchObject({ state: 'succeeded', videos: [{ url: source }] });
    expect(taskOf(despite, delivery('t', { videoUrls: [url] }))).toMatchObject({
      state: 'succeeded',
      videos: [{ url, state: 'queued' }],
    });
  });

  test('what was read before this was told apart stays as it was', () => {
    expect(taskOf(delivery('t', failed)).videos).toEqual([]);
  });

  test('it is kept in the log', () => {
    const [event] = stamp([despite]);
    const parsed = parseEvent(JSON.parse(JSON.stringify(event)));
    expect(parsed).toMatchObject({ kind: 'event', event: { read: { result: { isDespiteFailure: true } } } });
  });
});
