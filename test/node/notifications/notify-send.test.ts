/** A script in the place of `notify-send`, started as that is. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import type { Notice } from '../../../src-main/node/notifications/notifier.ts';
import { createNotifySend } from '../../../src-main/node/notifications/notify-send.ts';
import { skipHere } from '../../support/skip-here.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('a notice that cannot be handed to another program goes to the open pages', async (context) => {
  if (process.platform === 'win32') skipHere(context, 'a script cannot be started as a program there');
  const folder = await tempDir();
  await writeFile(path.join(folder, 'notify-send'), '#!/bin/sh\n', { mode: 0o755 });
  const elsewhere: Notice[] = [];
  const notifier = createNotifySend({
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/there' },
    log: silentLog,
    onOpen: () => undefined,
    otherwise: { show: (notice) => elsewhere.push(notice), close: () => undefined },
  });
  const notice: Notice = { id: 'a', kind: 'saved', title: 'A film', body: 'a\0b', imagePath: null, deepLink: null };
  notifier?.show(notice);
  expect(elsewhere).toEqual([notice]);
  notifier?.close();
});
