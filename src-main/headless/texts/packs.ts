/** The other languages of what only the terminal says. A language is one file, read where it is spoken. */
import type { PackSource, Translated } from '../../common/texts/language.ts';
import type { terminalTexts } from './en.ts';
import type { helpTexts } from './help/en.ts';

export interface TerminalPack {
  readonly terminal: Translated<typeof terminalTexts>;
  readonly help: Translated<typeof helpTexts>;
}

export const terminalPacks = {
  'zh-Hans': () => import('./zh-hans.ts'),
  es: () => import('./es.ts'),
  'pt-BR': () => import('./pt-br.ts'),
  vi: () => import('./vi.ts'),
  ar: () => import('./ar.ts'),
  ja: () => import('./ja.ts'),
} satisfies PackSource;
