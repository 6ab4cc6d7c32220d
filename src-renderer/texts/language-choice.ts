/** Which language this page speaks: what was chosen here, else what the system or the browser asks for. */
import { type Language, languageFor, languages, speakLanguage } from '../../src-main/common/texts/language.ts';
import { corePacks } from '../../src-main/common/texts/core-packs.ts';
import { keptTexts } from '../store/kept-texts.ts';
import { loadAtLast, loadPatiently } from '../ui/load-patiently.ts';
import { packs } from './packs.ts';
import { texts } from './texts.ts';

const storageKey = 'video-inbox.language';

/** @returns `null` where nothing was chosen. */
export function chosenLanguage(page: Window): Language | null {
  const stored = keptTexts(() => page.localStorage).getItem(storageKey);
  return languages.find(({ code }) => code === stored)?.code ?? null;
}

const wantedLanguage = (page: Window): Language => chosenLanguage(page) ?? languageFor(page.navigator.languages);

/** @param key of what another tab has kept; `null` = anything. */
export const isOfLanguage = (key: string | null): boolean => key === null || key === storageKey;

/** Whether another language was chosen than the one that this page speaks: that is English as well where its own could not be read. */
export const isOtherChosen = (page: Window): boolean => wantedLanguage(page) !== texts.language;

/** Remembers the choice, tells the inbox (for tray, menus and notices) and draws the page anew in it: sentences are read once, and nothing of the page is lost. */
export async function chooseLanguage(
  page: Window,
  language: Language | null,
  tell: (language: Language | null) => Promise<unknown>,
): Promise<void> {
  const kept = keptTexts(() => page.localStorage);
  if (language === null) kept.removeItem(storageKey);
  else kept.setItem(storageKey, language);
  // An inbox that is away speaks as before; the page changes all the same.
  await tell(language).catch(() => undefined);
  page.location.reload();
}

/**
 * Before anything is drawn. Where the sentences cannot be read the page speaks English, which it always has; see `readAtLast`.
 * @returns at once in English.
 */
export function speakChosen(page: Window): Promise<void> | null {
  const language = wantedLanguage(page);
  if (language === 'en') return null;
  return loadPatiently(() => speakLanguage(language, packs, corePacks)).then(
    () => {
      page.document.documentElement.lang = language;
      page.document.documentElement.dir = languages.find(({ code }) => code === language)?.direction ?? 'ltr';
    },
    () => undefined,
  );
}

/** Where the page began in English for want of the sentences that were chosen. @returns when they can be read. */
export async function readAtLast(page: Window): Promise<void> {
  const language = wantedLanguage(page);
  if (language === 'en') return;
  await loadAtLast(
    () => Promise.all([packs[language](), corePacks[language]()]),
    () => () => undefined,
  );
}
