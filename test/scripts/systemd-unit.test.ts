// The unit for systemd, read by systemd itself where it is installed. It has been run by one, too: see docs/internals/tests.md.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { skipHere } from '../support/skip-here.ts';

const unitFile = path.join(import.meta.dirname, '../../packaging/video-inbox.service');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-unit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What systemd has against the unit; other units of this machine are none of ours. `null` where there is no systemd. */
function complaints(file: string): readonly string[] | null {
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], {
    env: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error !== undefined) return null;
  return stderr.split('\n').filter((line) => line.includes('video-inbox.service'));
}

it('says nothing that systemd does not understand', async (context) => {
  const found = complaints(unitFile);
  if (found === null) skipHere(context, 'systemd-analyze is not installed');
  expect(found).toEqual([]);
  const mistyped = path.join(folder, 'video-inbox.service');
  await writeFile(mistyped, (await readFile(unitFile, 'utf8')).replace('ProtectSystem=', 'ProtectSytem='));
  expect(complaints(mistyped)?.join('\n')).toContain('ProtectSytem');
});
