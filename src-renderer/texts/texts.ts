import { en } from './en.ts';
import { enSettings, type SettingsTexts } from './en-settings.ts';

/** What every language must offer. A language is one more file that satisfies this type. */
export type Texts = typeof en;

export const texts: Texts = en;
/** The same for the settings and the tunnel. */
export const settingsTexts: SettingsTexts = enSettings;
