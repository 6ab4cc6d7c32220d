// By which file the program is started, and that it is never another program's.
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { forgetStartFileOfOthers, startFile } from '../../src-main/electron/start-file.ts';

const told = (env: NodeJS.ProcessEnv, execPath: string): string => {
  forgetStartFileOfOthers({ env, execPath });
  return startFile({ env, execPath });
};

it('is the AppImage that it runs from', () => {
  const env = { APPIMAGE: '/home/a/Video Inbox.AppImage', APPDIR: '/tmp/.mount_video' };
  expect(told(env, '/tmp/.mount_video/video-inbox')).toBe('/home/a/Video Inbox.AppImage');
});

it.each([
  [{ APPIMAGE: '/home/a/Terminal.AppImage', APPDIR: '/tmp/.mount_term' }],
  [{ APPIMAGE: '/home/a/Terminal.AppImage', APPDIR: '' }],
  [{ APPIMAGE: '/home/a/Terminal.AppImage' }],
  [{ PORTABLE_EXECUTABLE_FILE: '/home/a/editor.exe' }],
])('is its own where it was only started from another: %o', (env: NodeJS.ProcessEnv) => {
  expect(told(env, '/opt/video-inbox/video-inbox')).toBe('/opt/video-inbox/video-inbox');
  // Whatever else reads them, as the updater does.
  expect(env['APPIMAGE'] ?? env['PORTABLE_EXECUTABLE_FILE']).toBeUndefined();
});

it('is the portable program, which is unpacked anew for each start', () => {
  const env = { PORTABLE_EXECUTABLE_FILE: '/media/stick/video-inbox.exe' };
  expect(told(env, path.join(os.tmpdir(), '2abc', 'video-inbox.exe'))).toBe('/media/stick/video-inbox.exe');
});
