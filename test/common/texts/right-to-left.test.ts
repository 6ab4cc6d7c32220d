/** What a machine reads stays in its order, also in a sentence that is read from right to left. */
import { afterEach, expect, it } from 'vitest';
import { corePacks } from '../../../src-main/common/texts/core-packs.ts';
import { hostTexts } from '../../../src-main/common/texts/en-host.ts';
import { say, speak, speakLanguage } from '../../../src-main/common/texts/language.ts';
import { storageSentence } from '../../../src-main/common/texts/en-storage.ts';

afterEach(() => speak(null));

const leftToRightMark = '\u200e';

it('a path begins with its slash, where one is said', async () => {
  const file = '/media/my disk/settings.json.broken-1';
  const gone = storageSentence({ state: 'gone', code: 'folder-missing', params: { folder: '/media/a/journal' } });
  if (gone === null) throw new Error('no sentence');
  expect(say(hostTexts.settingsUnread(file))).not.toContain(leftToRightMark);
  await speakLanguage('ar', corePacks);
  expect(say(hostTexts.settingsUnread(file))).toContain(`${leftToRightMark}${file}`);
  expect(say(gone)).toContain(`${leftToRightMark}/media/a/journal`);
  // Inside of one, or of an address, it stands between signs of its own direction.
  expect(say(hostTexts.settingsUnread('https://nas.example/a/b')).split(leftToRightMark)).toHaveLength(1);
  await speakLanguage('es', corePacks);
  expect(say(hostTexts.settingsUnread(file))).not.toContain(leftToRightMark);
});
