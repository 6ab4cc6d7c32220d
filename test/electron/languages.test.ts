// Tray, menus and notices speak what was chosen, and change with it while they run. `electron` is empty here.
import { afterEach, expect, it, vi } from 'vitest';
import { say, speak, type Language } from '../../src-main/common/texts/language.ts';
import { libraryTexts } from '../../src-main/common/texts/en-library.ts';
import { createDesktopLanguage } from '../../src-main/electron/desktop-language.ts';
import { menuTemplate } from '../../src-main/electron/menu.ts';
import { trayTemplate } from '../../src-main/electron/tray.ts';
import { noticesOf } from '../../src-main/node/notifications/notices.ts';
import { sampleTask } from '../renderer/support/sample-task.ts';

vi.mock('electron', () => ({ nativeImage: { createFromPath: () => ({ isEmpty: () => true }) } }));
afterEach(() => speak(null));

const settings = { launchAtLogin: false, closeToTray: true, checkForUpdates: true };

function wordsNow(): readonly (string | undefined)[] {
  const tray = trayTemplate(
    {
      tunnel: { kind: 'ngrok', state: 'online' } as never,
      storage: { state: 'ok' } as never,
      shelf: undefined,
      recent: [],
      unseen: 0,
      paused: false,
    },
    {} as never,
  );
  const [file] = menuTemplate(settings, {} as never, 'linux');
  const [notice] = noticesOf(sampleTask('a', 0, { history: [{ at: '', kind: 'saved', video: 1 }] }), null);
  return [tray[0]?.label, file?.label, notice?.notice.title];
}

it('are drawn anew in a language that is chosen while the app runs, and in English again', async () => {
  let chosen: Language | null = null;
  let drawn = 0;
  const follow = createDesktopLanguage({
    chosen: () => chosen,
    system: () => 'en-GB',
    onSpoken: () => (drawn += 1),
    onFailed(error) {
      throw error;
    },
  });
  await follow();
  const english = wordsNow();
  expect([english, drawn]).toEqual([['Callback URL is reachable', '&File', 'Video saved from Luma Modify'], 0]);
  chosen = 'es';
  await follow();
  expect(wordsNow()).toEqual(['La URL de callback es accesible', '&Archivo', 'Vídeo de Luma Modify guardado']);
  // A setting of another kind changes nothing of this.
  await follow();
  expect(drawn).toBe(1);
  chosen = null;
  await follow();
  expect([wordsNow(), drawn]).toEqual([english, 2]);
});

it('follow the last of two choices, whichever is read first', async () => {
  let chosen: Language = 'es';
  const follow = createDesktopLanguage({
    chosen: () => chosen,
    system: () => 'en',
    onSpoken: () => undefined,
    onFailed: () => undefined,
  });
  const first = follow();
  chosen = 'en';
  const second = follow();
  await Promise.all([first, second]);
  expect(wordsNow()[1]).toBe('&File');
});

it('speak as the system where nothing was chosen', async () => {
  const follow = createDesktopLanguage({
    chosen: () => null,
    system: () => 'es-MX',
    onSpoken: () => undefined,
    onFailed: () => undefined,
  });
  await follow();
  expect(wordsNow()[1]).toBe('&Archivo');
  expect(say(libraryTexts.notUndone)).toMatch(/^Ya no se puede deshacer/);
  expect(libraryTexts.notUndone.english).toMatch(/^This cannot be taken back/);
});
