import { expect, it } from 'vitest';
import type { PageEvent } from '../../../src-main/common/page-events.ts';
import { packRow, type TaskRow, unpackRow } from '../../../src-main/common/task-row.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import type { Call } from '../../../src-renderer/client/renderer-client.ts';
import { type LoadedTask, watchTask } from '../../../src-renderer/player/watch-task.ts';
import { sampleTask } from '../support/sample-task.ts';

const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
const task = sampleTask('a');
const newer = sampleTask('a', 0, { starred: true });
const changed = (...tasks: readonly TaskView[]): PageEvent => ({ name: 'tasks:changed', data: { tasks, counts } });

/** A core that answers when it is told to. */
function watch() {
  const answers: ((value: TaskView | null | Error) => void)[] = [];
  const shown: LoadedTask[] = [];
  let emit = (_event: PageEvent): void => undefined;
  let patch = (_tasks: readonly TaskRow[]): void => undefined;
  const call = () =>
    new Promise((resolve, reject) => {
      answers.push((value) => (value instanceof Error ? reject(value) : resolve(value)));
    });
  const stop = watchTask(
    {
      client: { call: call as Call, subscribe: (listener) => ((emit = listener), () => undefined) },
      list: { onPatch: (listener) => ((patch = listener), () => undefined) },
      describe: String,
    },
    task.key,
    (value) => shown.push(value),
  );
  return {
    shown,
    stop,
    emit: (event: PageEvent) => emit(event),
    patch: (tasks: readonly TaskRow[]) => patch(tasks),
    answer: async (at: number, value: TaskView | null | Error) => {
      answers[at]?.(value);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

it('shows what the core answers, and what changes', async () => {
  const { shown, answer, emit } = watch();
  await answer(0, task);
  emit(changed(sampleTask('another'), newer));
  const whole = { ...newer, note: 'not in a row' };
  await answer(1, whole);
  emit({ name: 'tasks:removed', data: { keys: [task.key], counts } });
  // Marks at once, the rest with the answer.
  expect(shown).toEqual([
    { state: 'here', task },
    { state: 'here', task: newer },
    { state: 'here', task: whole },
    { state: 'missing' },
  ]);
});

it('a late answer does not take the place of an event', async () => {
  for (const late of [task, null, new Error('away')]) {
    const { shown, answer, emit } = watch();
    emit(changed(newer));
    await answer(1, newer);
    await answer(0, late);
    expect(shown).toEqual([{ state: 'here', task: newer }]);
  }
});

it('what the person just did to a row stays when the whole task comes, which may be older', async () => {
  const { shown, answer, patch } = watch();
  const row = unpackRow(packRow(newer));
  const whole = sampleTask('a', 0, { note: 'known to the core only' });
  patch([row]);
  await answer(0, whole);
  patch([{ ...row, rating: 3 }]);
  expect(shown.map((each) => each.state === 'here' && [each.task.starred, each.task.rating, each.task.note])).toEqual([
    [true, undefined, undefined],
    [true, undefined, whole.note],
    [true, 3, whole.note],
  ]);
});

it('tells why there is nothing to see, and keeps what is seen where it cannot be asked again', async () => {
  const { shown, answer, emit } = watch();
  await answer(0, new Error('away'));
  emit({ name: 'resync', data: {} });
  await answer(1, task);
  emit(changed(newer));
  await answer(2, new Error('away again'));
  expect(shown).toEqual([
    { state: 'failed', error: expect.stringContaining('away') as string },
    { state: 'here', task },
    { state: 'here', task: newer },
  ]);
});

it('takes the last of several questions', async () => {
  const { shown, answer, emit } = watch();
  emit({ name: 'resync', data: {} });
  await answer(1, newer);
  await answer(0, task);
  expect(shown).toEqual([{ state: 'here', task: newer }]);
});

it('is silent once it is over', async () => {
  const { shown, answer, stop } = watch();
  stop();
  await answer(0, task);
  expect(shown).toEqual([]);
});
