/** The language of tray, menus, notices and dialogs: what was chosen in the page, else what the system speaks. */
import { corePacks } from '../common/texts/core-packs.ts';
import { type Language, languageFor, speakLanguage, spokenLanguage } from '../common/texts/language.ts';
import { desktopPacks } from './texts/packs.ts';

export interface DesktopLanguagePorts {
  /** `null` where nothing was chosen. */
  readonly chosen: () => Language | null;
  /** BCP 47, such as `pt-BR`. */
  readonly system: () => string;
  /** Another language is spoken: what was drawn is to be drawn anew. */
  readonly onSpoken: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** @returns what is to be called at each change of the settings; settled once the language is spoken. */
export function createDesktopLanguage({
  chosen,
  system,
  onSpoken,
  onFailed,
}: DesktopLanguagePorts): () => Promise<void> {
  let wanted = spokenLanguage();
  let drawn = wanted;
  return async () => {
    const next = chosen() ?? languageFor([system()]);
    if (next === wanted) return;
    wanted = next;
    try {
      await speakLanguage(next, corePacks, desktopPacks);
    } catch (error) {
      onFailed(error);
    }
    if (spokenLanguage() === drawn) return;
    drawn = spokenLanguage();
    onSpoken();
  };
}
