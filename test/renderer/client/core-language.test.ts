import { afterEach, expect, it } from 'vitest';
import { InboxError, toErrorData } from '../../../src-main/common/errors.ts';
import { corePacks } from '../../../src-main/common/texts/core-packs.ts';
import { libraryTexts } from '../../../src-main/common/texts/en-library.ts';
import { providerTextsEn } from '../../../src-main/common/texts/en-providers.ts';
import { speak, speakLanguage } from '../../../src-main/common/texts/language.ts';
import { unwrapAnswer } from '../../../src-renderer/client/renderer-client.ts';
import { packs } from '../../../src-renderer/texts/packs.ts';

afterEach(() => speak(null));

function shown(error: InboxError): string {
  // As it comes over the wire.
  const answer = JSON.parse(JSON.stringify({ ok: false, error: toErrorData(error) })) as Parameters<
    typeof unwrapAnswer
  >[0];
  try {
    unwrapAnswer(answer);
  } catch (caught) {
    return caught instanceof InboxError ? caught.message : '';
  }
  return '';
}

it('a page in Japanese shows an error of the core in Japanese, and the words of a provider as they came', async () => {
  const gone = new InboxError('not-found', libraryTexts.notInLibrary);
  const refused = new InboxError('unavailable', providerTextsEn.fault('no-credits', 'Insufficient balance: 0.5 left'));
  expect(shown(gone)).toBe('That video is not in the library any more.');
  await speakLanguage('ja', packs, corePacks);
  expect(shown(gone)).toBe('その動画はもうライブラリにありません。');
  expect(shown(refused)).toMatch(/^クレジットを使い切りました。.*Insufficient balance: 0\.5 left\.$/);
});

it.each(Object.keys(corePacks) as (keyof typeof corePacks)[])(
  'in %s the words of a provider stand beside ours, unchanged',
  async (language) => {
    await speakLanguage(language, packs, corePacks);
    const said = 'Prompt was flagged (E005): «sensitive» 内容 محتوى';
    for (const code of ['no-credits', 'moderated', 'invalid']) {
      expect(shown(new InboxError('unavailable', providerTextsEn.fault(code, said)))).toContain(said);
    }
  },
);
