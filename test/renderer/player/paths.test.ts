import { expect, it } from 'vitest';
import { absolutePath, fileName } from '../../../src-renderer/player/paths.ts';

it('writes a path as the person’s system does', () => {
  expect(absolutePath({ dataDir: '/home/ada/inbox/', platform: 'linux' }, 'videos/2026-11/a.mp4')).toBe(
    '/home/ada/inbox/videos/2026-11/a.mp4',
  );
  expect(absolutePath({ dataDir: 'C:\\Users\\Ada\\Inbox', platform: 'win32' }, 'videos/2026-11/a.mp4')).toBe(
    'C:\\Users\\Ada\\Inbox\\videos\\2026-11\\a.mp4',
  );
});

it('names a downloaded file as it is named in the library', () => {
  expect(fileName('videos/2026-11/kie-luma_a_1.mp4')).toBe('kie-luma_a_1.mp4');
});
