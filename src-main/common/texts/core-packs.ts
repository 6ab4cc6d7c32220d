/** The other languages of what the core tells: errors, notices, reasons. A language is one file, read where it is spoken. */
import type { enAccess } from './en-access.ts';
import type { enCallbacks } from './en-callbacks.ts';
import type { enCommands } from './en-commands.ts';
import type { enConfig } from './en-config.ts';
import type { enDesktop } from './en-desktop.ts';
import type { journalTexts } from './en-diagnostics.ts';
import type { enDoctor } from './en-doctor.ts';
import type { enDownloads } from './en-downloads.ts';
import type { enErrors } from './en-errors.ts';
import type { enHost } from './en-host.ts';
import type { enInstance } from './en-instance.ts';
import type { enLibrary } from './en-library.ts';
import type { enLimits } from './en-limits.ts';
import type { noticeTexts } from './en-notices.ts';
import type { enProviders } from './en-providers.ts';
import type { enRefusals, enRequests } from './en-requests.ts';
import type { enSecrets } from './en-secrets.ts';
import type { enShared } from './en-shared.ts';
import type { enSources } from './en-sources.ts';
import type { enStorage, enStorageAnswers } from './en-storage.ts';
import type { storeTexts } from './en-store.ts';
import type { enSync, enTwin } from './en-sync.ts';
import type { enTunnel } from './en-tunnel.ts';
import type { PackSource, Translated } from './language.ts';

export interface CorePack {
  readonly access: Translated<typeof enAccess>;
  readonly errors: Translated<typeof enErrors>;
  readonly callbacks: Translated<typeof enCallbacks>;
  readonly commands: Translated<typeof enCommands>;
  readonly config: Translated<typeof enConfig>;
  readonly desktopFailures: Translated<typeof enDesktop>;
  readonly doctor: Translated<typeof enDoctor>;
  readonly downloads: Translated<typeof enDownloads>;
  readonly host: Translated<typeof enHost>;
  readonly instance: Translated<typeof enInstance>;
  readonly journal: Translated<typeof journalTexts>;
  readonly library: Translated<typeof enLibrary>;
  readonly limits: Translated<typeof enLimits>;
  readonly notices: Translated<typeof noticeTexts>;
  readonly providers: Translated<typeof enProviders>;
  readonly refusals: Translated<typeof enRefusals>;
  readonly requests: Translated<typeof enRequests>;
  readonly secrets: Translated<typeof enSecrets>;
  readonly shared: Translated<typeof enShared>;
  readonly sources: Translated<typeof enSources>;
  readonly storage: Translated<typeof enStorage>;
  readonly storageAnswers: Translated<typeof enStorageAnswers>;
  readonly store: Translated<typeof storeTexts>;
  readonly sync: Translated<typeof enSync>;
  readonly tunnel: Translated<typeof enTunnel>;
  readonly twin: Translated<typeof enTwin>;
}

export const corePacks = {
  'zh-Hans': () => import('./zh-hans.ts'),
  es: () => import('./es.ts'),
  'pt-BR': () => import('./pt-br.ts'),
  vi: () => import('./vi.ts'),
  ar: () => import('./ar.ts'),
  ja: () => import('./ja.ts'),
} satisfies PackSource;
