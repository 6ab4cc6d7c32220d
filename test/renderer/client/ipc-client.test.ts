import { expect, it } from 'vitest';
import { packEvent, type PageEvent } from '../../../src-main/common/page-events.ts';
import { createIpcClient } from '../../../src-renderer/client/ipc-client.ts';
import { sampleTask } from '../support/sample-task.ts';

const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };

it('passes calls and events through the preload, and a failure as its sentence', async () => {
  const asked: unknown[] = [];
  const done = () => Promise.resolve({ ok: true, value: null } as const);
  const desktop = { showInFolder: done, openFile: done, startDrag: done, copyFile: done, moveLibrary: done };
  const client = createIpcClient({
    desktop,
    pathOf: () => '',
    call(name, args) {
      asked.push([name, ...args]);
      return Promise.resolve(
        name === 'tasks:purge'
          ? { ok: true, value: { purged: 1 } }
          : { ok: false, error: { code: 'not-found', message: 'There is no such task.' } },
      );
    },
    subscribe(listener) {
      listener(packEvent({ name: 'tasks:changed', data: { tasks: [sampleTask('a')], counts } }));
      listener({ name: 'resync', data: {} });
      return () => asked.push('unsubscribed');
    },
  });
  await expect(client.call('tasks:purge', ['a'])).resolves.toEqual({ purged: 1 });
  await expect(client.call('tasks:retry', 'a')).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no such task.',
  });
  const events: PageEvent[] = [];
  client.subscribe((event) => events.push(event))();
  expect(events.map(({ name, data }) => [name, 'tasks' in data && data.tasks.map(({ key }) => key)])).toEqual([
    ['tasks:changed', [sampleTask('a').key]],
    ['resync', false],
  ]);
  expect(asked).toEqual([['tasks:purge', ['a']], ['tasks:retry', 'a'], 'unsubscribed']);
  expect(client.desktop).toBe(desktop);
});
