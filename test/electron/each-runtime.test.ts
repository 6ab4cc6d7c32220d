// The built desktop app, the same steps in each runtime that is here: the double, and real Electron where it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktopKinds, launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

describe.each(desktopKinds())('the desktop app in: %s', (kind) => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await launchDesktop({ kind });
  });
  afterAll(() => desktop.close());

  it('shows a callback as it arrives, and its video', async () => {
    const page = await desktop.page();
    await page.getByText('Video Inbox').first().waitFor();
    const { taskId } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    await page.getByText('Luma Modify').first().waitFor();
  });

  it('hides its window and brings it back', async () => {
    const isVisible = () =>
      desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true);
    await waitUntil(isVisible, 'the window');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await waitUntil(async () => !(await isVisible()), 'the window to hide');
    await desktop.app.evaluate(({ app }) => app.emit('activate'));
    await waitUntil(isVisible, 'the window again');
  });

  it('keeps the computer awake for as long as that is wanted', async () => {
    const isAwake = () =>
      desktop.app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)));
    expect(await isAwake()).toBe(false);
    await desktop.call('settings:update', { desktop: { keepAwake: true } });
    await waitUntil(isAwake, 'the computer to be kept awake');
    await desktop.call('settings:update', { desktop: { keepAwake: false } });
    await waitUntil(async () => !(await isAwake()), 'the computer to be let go');
  });

  it('keeps Node away from the page', async () => {
    const page = await desktop.page();
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis))).toEqual(
      [],
    );
  });

  it('quits and lets go of everything', async () => {
    expect(await desktop.quit()).toBe(0);
  });
});
