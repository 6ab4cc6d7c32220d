import { expect, it } from 'vitest';
import type { InboxEvent } from '../../../src-main/common/contract.ts';
import { createIpcClient } from '../../../src-renderer/client/ipc-client.ts';

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
      listener({ name: 'resync', data: {} });
      return () => asked.push('unsubscribed');
    },
  });
  await expect(client.call('tasks:purge', ['a'])).resolves.toEqual({ purged: 1 });
  await expect(client.call('tasks:retry', 'a')).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no such task.',
  });
  const events: InboxEvent[] = [];
  client.subscribe((event) => events.push(event))();
  expect(events).toEqual([{ name: 'resync', data: {} }]);
  expect(asked).toEqual([['tasks:purge', ['a']], ['tasks:retry', 'a'], 'unsubscribed']);
  expect(client.desktop).toBe(desktop);
});
