/** Which language the terminal speaks. */
import { corePacks } from '../common/texts/core-packs.ts';
import { type Language, languageFor, speakLanguage } from '../common/texts/language.ts';
import type { Environment } from '../node/config-values.ts';
import { terminalPacks } from './texts/packs.ts';

/**
 * As the environment says it, by the rules of POSIX. What programs read is in English: `--json`, and `mcp`.
 * @param args what follows `video-inbox`
 */
export function terminalLanguage(args: readonly string[], env: Environment): Language {
  if (args[0] === 'mcp' || args.includes('--json')) return 'en';
  const wished = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return languageFor(wished === undefined ? [] : [wished]);
}

/** A language that cannot be read is no reason to say nothing: English is always there. */
export async function speakInTerminal(language: Language): Promise<void> {
  await speakLanguage(language, corePacks, terminalPacks).catch(() => undefined);
}
