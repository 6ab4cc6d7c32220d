// Where the built desktop app has to be started again: by itself, or since someone started it while it was ending.
import { chmod, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { taskLink } from '../../src-main/node/notifications/deep-link.ts';
import { endOf } from '../support/child-end.ts';
import { desktopKinds, launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

let desktop: Desktop | null = null;
afterEach(async () => {
  await desktop?.close();
  desktop = null;
});

/** Writes each new start that is asked for to standard error, and makes none. */
async function launch(options: Parameters<typeof launchDesktop>[0] = {}): Promise<Desktop> {
  const opened = await launchDesktop(options);
  desktop = opened;
  await opened.page();
  await opened.app.evaluate(({ app }) => {
    app.relaunch = (start) => {
      const told = process.env['VIDEO_INBOX_TELL_AT_START'] ?? '';
      process.stderr.write(`ANEW ${JSON.stringify([start?.args?.slice(-1), start?.execPath, told])}\n`);
    };
  });
  return opened;
}

const breakIt = ({ app }: Desktop): Promise<void> =>
  app.evaluate(() => {
    setTimeout(() => {
      throw new TypeError('broken from inside');
    }, 10);
  });

describe.each(desktopKinds())('in: %s', (kind) => {
  it('a start that comes while the app closes is made up for, with its task', async () => {
    const opened = await launch({ kind, args: ['--hidden'] });
    const ended = endOf(opened.app.process());
    await opened.app.evaluate(({ app }, link) => {
      app.on('before-quit', () => app.emit('second-instance', {}, ['video-inbox', link], '/'));
    }, taskLink('fal:a'));
    opened.app.process().kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(opened.log()).toContain(`ANEW [["${taskLink('fal:a')}"],null,""]`);
  });

  it('a quit is a quit where nobody called', async () => {
    const opened = await launch({ kind });
    const ended = endOf(opened.app.process());
    opened.app.process().kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(opened.log()).not.toContain('ANEW');
  });

  it('a start counts as well while a box waits that nobody reads', async () => {
    const opened = await launch({ kind });
    const ended = endOf(opened.app.process());
    await opened.app.evaluate(({ app, dialog }) => {
      dialog.showMessageBox = () => {
        setTimeout(() => app.emit('second-instance', {}, ['video-inbox'], '/'), 10);
        return new Promise(() => undefined);
      };
    });
    await breakIt(opened);
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(opened.log()).toContain('ANEW [');
  });

  it('an app that ran for long and broke starts again by itself, and tells of it', async () => {
    const opened = await launch({ kind, args: ['--hidden'] });
    const ended = endOf(opened.app.process());
    await opened.app.evaluate(() => {
      process.uptime = () => 3600;
    });
    await breakIt(opened);
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(opened.log()).toMatch(/ANEW \[\["--hidden"\],null,.*Video Inbox had stopped and was started again/);
  });
});

describe.skipIf(!desktopKinds().includes('double'))('in the double', () => {
  it('what the start before left to be told stands in a box, once', async () => {
    const tell = { title: 'The library was not moved', body: 'The disk is gone.' };
    const opened = await launch({ env: { VIDEO_INBOX_TELL_AT_START: JSON.stringify(tell) } });
    const boxes = () =>
      opened.app.evaluate((electron) => {
        const { double } = electron as never as { double: { calls: { name: string; args: unknown[] }[] } };
        return double.calls
          .filter(({ name }) => name.endsWith('showMessageBox'))
          .map(({ args }) => JSON.stringify(args));
      });
    const [box] = await waitUntil(async () => ((await boxes()).length > 0 ? await boxes() : null), 'the box');
    expect(box).toContain('The disk is gone.');
    expect(await opened.app.evaluate(() => process.env['VIDEO_INBOX_TELL_AT_START'])).toBeUndefined();
  });

  it('an AppImage starts by its own file, once the folder that it ran from may go', async () => {
    const opened = await launchDesktop();
    desktop = opened;
    await opened.page();
    const program = await realpath(await opened.app.evaluate(() => process.execPath));
    await opened.quit();

    const file = path.join(opened.home, 'Video Inbox.AppImage');
    const proof = path.join(opened.home, 'started');
    await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "$@" >'${proof}.part'\nmv '${proof}.part' '${proof}'\n`);
    await chmod(file, 0o755);
    await mkdir(path.join(opened.home, 'mount'));
    const again = await launch({ home: opened.home, env: { APPIMAGE: file, APPDIR: path.dirname(program) } });
    await again.app.evaluate(({ app }) => {
      app.on('before-quit', () => app.emit('second-instance', {}, ['video-inbox'], '/'));
    });
    expect(await again.quit()).toBe(0);
    const started = await waitUntil(() => readFile(proof, 'utf8').catch(() => null), 'the new start');
    expect(started.split('\n')).toContain(`--user-data-dir=${again.userDataDir}`);
    expect(again.log()).not.toContain('ANEW');
  });
});
