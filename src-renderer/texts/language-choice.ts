/** Which language this page speaks: what was chosen here, else what the system or the browser asks for. */
import { type Language, languageFor, languages, speak } from '../../src-main/common/texts/language.ts';
import { packs } from './packs.ts';

const storageKey = 'video-inbox.language';

/** @returns `null` where nothing was chosen. */
export function chosenLanguage(page: Window): Language | null {
  try {
    const stored = page.localStorage.getItem(storageKey);
    return languages.find(({ code }) => code === stored)?.code ?? null;
  } catch {
    return null;
  }
}

/** Remembers the choice and draws the page anew in it: sentences are read once, and nothing of the page is lost. */
export function chooseLanguage(page: Window, language: Language | null): void {
  if (language === null) page.localStorage.removeItem(storageKey);
  else page.localStorage.setItem(storageKey, language);
  page.location.reload();
}

/**
 * Before anything is drawn. Where the sentences cannot be read the page speaks English, which it always has.
 * @returns at once in English.
 */
export function speakChosen(page: Window): Promise<void> | null {
  const language = chosenLanguage(page) ?? languageFor(page.navigator.languages);
  if (language === 'en') return null;
  return packs[language]().then(
    ({ pack }) => {
      speak({ ...pack });
      page.document.documentElement.lang = language;
      page.document.documentElement.dir = languages.find(({ code }) => code === language)?.direction ?? 'ltr';
    },
    () => undefined,
  );
}
