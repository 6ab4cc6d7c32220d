/** The languages of the page. English is part of the page; another one is one file, read where it is spoken. */
import type { Language, Translated } from '../../src-main/common/texts/language.ts';
import type { en } from './en.ts';
import type { enCompare } from './en-compare.ts';
import type { enCosts } from './en-costs.ts';
import type { enCull } from './en-cull.ts';
import type { enExport } from './en-export.ts';
import type { enLabels } from './en-labels.ts';
import type { enNodes } from './en-nodes.ts';
import type { enRequestsScreen } from './en-requests-screen.ts';
import type { enSettings } from './en-settings.ts';
import type { enSubmit } from './en-submit.ts';
import type { enTable } from './en-table.ts';

export interface PagePack {
  readonly page: Translated<typeof en>;
  readonly settings: Translated<typeof enSettings>;
  readonly compare: Translated<typeof enCompare>;
  readonly requestsScreen: Translated<typeof enRequestsScreen>;
  readonly submit: Translated<typeof enSubmit>;
  readonly costs: Translated<typeof enCosts>;
  readonly nodes: Translated<typeof enNodes>;
  readonly cull: Translated<typeof enCull>;
  readonly table: Translated<typeof enTable>;
  readonly export: Translated<typeof enExport>;
  readonly labels: Translated<typeof enLabels>;
}

export const packs: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly pack: PagePack }>>> = {
  'zh-Hans': () => import('./zh-hans.ts'),
  es: () => import('./es.ts'),
  'pt-BR': () => import('./pt-br.ts'),
  ja: () => import('./ja.ts'),
  vi: () => import('./vi.ts'),
  ar: () => import('./ar.ts'),
};
