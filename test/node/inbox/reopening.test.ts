import { expect, test } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import type { Inbox } from '../../../src-main/node/inbox/inbox.ts';
import { createReopening } from '../../../src-main/node/inbox/reopening.ts';

/** What of an inbox hears and tells; the rest of it is never asked here. */
function fakeInbox() {
  const listeners = new Set<(task: TaskView) => void>();
  let isPaused = false;
  const inbox = {
    subscribe: () => () => undefined,
    announce: () => undefined,
    onTask(listener: (task: TaskView) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isPaused: () => isPaused,
    setPaused: (paused: boolean) => {
      isPaused = paused;
    },
    status: () => Promise.resolve({ tunnel: null }),
    close: () => Promise.resolve(),
  } as unknown as Inbox;
  return { inbox, listeners, tell: (key: string) => listeners.forEach((listener) => listener({ key } as TaskView)) };
}

test('tasks are asked of the inbox beneath only while somebody listens, and of the next one from its opening on', async () => {
  const first = fakeInbox();
  const second = fakeInbox();
  const opening = [first, second];
  const { inbox, reopen } = await createReopening({
    open: () => Promise.resolve((opening.shift() ?? first).inbox),
    isOutdated: () => true,
  });
  expect(first.listeners.size).toBe(0);
  const heard: string[] = [];
  const stop = inbox.onTask(({ key }) => heard.push(`one ${key}`));
  const stopOther = inbox.onTask(({ key }) => heard.push(`other ${key}`));
  first.tell('a');
  await reopen();
  expect(first.listeners.size).toBe(0);
  second.tell('b');
  stop();
  second.tell('c');
  stopOther();
  expect(second.listeners.size).toBe(0);
  expect(heard).toEqual(['one a', 'other a', 'one b', 'other b', 'other c']);
});

test('downloads that are paused while it is opened anew are paused then', async () => {
  const opening = [fakeInbox(), fakeInbox()];
  let meanwhile = (): void => undefined;
  const { inbox, reopen } = await createReopening({
    open() {
      meanwhile();
      return Promise.resolve((opening.shift() ?? fakeInbox()).inbox);
    },
    isOutdated: () => true,
  });
  meanwhile = () => inbox.setPaused(true);
  await reopen();
  expect(inbox.isPaused()).toBe(true);
  meanwhile = () => inbox.setPaused(false);
  await reopen();
  expect(inbox.isPaused()).toBe(false);
});
