/** The other languages of what only the desktop says. A language is one file, read where it is spoken. */
import type { PackSource, Translated } from '../../common/texts/language.ts';
import type { desktopTexts } from './en.ts';

export interface DesktopPack {
  readonly desktop: Translated<typeof desktopTexts>;
}

export const desktopPacks = {
  'zh-Hans': () => import('./zh-hans.ts'),
  es: () => import('./es.ts'),
  'pt-BR': () => import('./pt-br.ts'),
  vi: () => import('./vi.ts'),
  ar: () => import('./ar.ts'),
  ja: () => import('./ja.ts'),
} satisfies PackSource;
