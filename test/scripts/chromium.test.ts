import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findChromium, findTestBrowser } from '../../scripts/chromium.mjs';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-chromium-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function program(relative: string): Promise<string> {
  const file = path.join(dir, relative);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

/** A platform without usual places, so that the real browser of this machine is not found. */
const machine = (env: NodeJS.ProcessEnv) => ({ platform: 'freebsd' as const, env, homeDir: dir });

it('takes the browser that the environment names', async () => {
  const named = await program('somewhere/browser');
  await program('bin/chromium');
  expect(findChromium(machine({ VIDEO_INBOX_CHROMIUM: named, PATH: path.join(dir, 'bin') }))).toBe(named);
  expect(findChromium(machine({ CHROME_PATH: named, PATH: path.join(dir, 'bin') }))).toBe(named);
});

it('says so where the named browser cannot be run, and does not take another', async () => {
  await program('bin/chromium');
  const env = { VIDEO_INBOX_CHROMIUM: path.join(dir, 'missing'), PATH: path.join(dir, 'bin') };
  expect(() => findChromium(machine(env))).toThrow(/VIDEO_INBOX_CHROMIUM names .*missing/);
});

it('searches PATH, in the order of the names', async () => {
  await program('a/google-chrome');
  const chromium = await program('b/chromium');
  expect(findChromium(machine({ PATH: `${path.join(dir, 'a')}:${path.join(dir, 'b')}` }))).toBe(chromium);
});

it('takes the newest build that playwright keeps', async () => {
  const cache = path.join(dir, 'cache');
  await program('cache/chromium-999/chrome-linux64/chrome');
  const newest = await program('cache/chromium-1200/chrome-linux64/chrome');
  await program('cache/chromium_headless_shell-1300/chrome-linux64/chrome');
  expect(findChromium(machine({ PLAYWRIGHT_BROWSERS_PATH: cache }))).toBe(newest);
});

it('drives the tests in a Chromium without windows where there is one, and else in the whole one', async () => {
  const cache = path.join(dir, 'cache');
  const chromium = await program('bin/chromium');
  const env = { PATH: path.join(dir, 'bin'), PLAYWRIGHT_BROWSERS_PATH: cache };
  expect(findTestBrowser(machine(env))).toBe(chromium);
  await program('cache/chromium_headless_shell-999/chrome-headless-shell-linux64/chrome-headless-shell');
  const kept = await program(
    'cache/chromium_headless_shell-1300/chrome-headless-shell-mac-arm64/chrome-headless-shell',
  );
  expect(findTestBrowser(machine(env))).toBe(kept);
  const shell = await program('bin/chromium-headless-shell');
  expect(findTestBrowser(machine(env))).toBe(shell);
  expect(findTestBrowser(machine({ ...env, VIDEO_INBOX_CHROMIUM: chromium }))).toBe(chromium);
  expect(findChromium(machine(env))).toBe(chromium);
});

it('finds nothing where nothing is', () => {
  expect(findTestBrowser(machine({ PATH: dir }))).toBeNull();
  expect(findChromium(machine({ PATH: dir }))).toBeNull();
});
