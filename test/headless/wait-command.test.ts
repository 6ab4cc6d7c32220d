import { expect, onTestFinished, test, vi } from 'vitest';
import { runWait } from '../../src-main/headless/commands/wait.ts';
import { prepareDataDir } from '../../src-main/node/data-dir.ts';
import { lockInstance } from '../../src-main/node/instance-lock.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test('an inbox that is still starting is waited for as one that is started anew, and one that nobody starts is told at once', async () => {
  const dir = await prepareDataDir(await tempDir());
  const { run, told } = commandHere(runWait);
  const wait = () => run('task-1', '--timeout', '0.2', '--data-dir', dir.root);
  await expect(wait()).rejects.toThrow('No Video Inbox runs on');
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  onTestFinished(() => lock.release());
  expect(await wait()).toBe(3);
  expect(told).toEqual([expect.stringContaining('is still starting')]);
});

test('one that takes long to start is waited for until time is up', async () => {
  const dir = await prepareDataDir(await tempDir());
  const { run, told } = commandHere(runWait);
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  onTestFinished(() => lock.release());
  const now = performance.now.bind(performance);
  let hurried = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + (hurried += 10_000));
  onTestFinished(() => clock.mockRestore());
  expect(await run('task-1', '--timeout', '120', '--data-dir', dir.root)).toBe(3);
  expect(told).toEqual([expect.stringContaining('is still starting')]);
});
