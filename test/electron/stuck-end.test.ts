// The built desktop app where its end is held up, in each runtime that is here: it comes all the same.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endOf } from '../support/child-end.ts';
import { desktopKinds, launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

let desktop: Desktop | null = null;
afterEach(async () => {
  await desktop?.close();
  desktop = null;
});

describe.each(desktopKinds())('quitting in: %s', (kind) => {
  it.skipIf(process.platform === 'win32')(
    'comes to its end where the main thread is stuck, with all closed',
    async () => {
      const opened = await launchDesktop({ kind });
      desktop = opened;
      await opened.page();
      expect((await opened.postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
      await opened.app.evaluate(({ app }) => {
        app.once('quit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });
      const ended = endOf(opened.app.process());
      opened.app.process().kill('SIGTERM');
      expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
      expect(existsSync(path.join(opened.dataDir, 'instance.json'))).toBe(false);
    },
  );

  it('does not wait for a box about a crash that nobody reads', async () => {
    const opened = await launchDesktop({ kind });
    desktop = opened;
    await opened.page();
    const ended = endOf(opened.app.process());
    await opened.app.evaluate(({ dialog }) => {
      // The double's person answers at once.
      if (process.versions.electron.includes('double')) dialog.showMessageBox = () => new Promise(() => undefined);
      setTimeout(() => {
        throw new TypeError('broken from inside');
      }, 10);
    });
    await waitUntil(() => opened.log().includes('broken from inside'), 'the error to be told');
    opened.app.process().kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});
