/** The languages of what the core, the terminal and the desktop shell say: checked as those of the page are. */
import { expect, it } from 'vitest';
import { enAccess } from '../../../src-main/common/texts/en-access.ts';
import { enCallbacks } from '../../../src-main/common/texts/en-callbacks.ts';
import { enCommands } from '../../../src-main/common/texts/en-commands.ts';
import { enConfig } from '../../../src-main/common/texts/en-config.ts';
import { enDesktop } from '../../../src-main/common/texts/en-desktop.ts';
import { journalTexts } from '../../../src-main/common/texts/en-diagnostics.ts';
import { enDoctor } from '../../../src-main/common/texts/en-doctor.ts';
import { enDownloads } from '../../../src-main/common/texts/en-downloads.ts';
import { enErrors } from '../../../src-main/common/texts/en-errors.ts';
import { enHost } from '../../../src-main/common/texts/en-host.ts';
import { enInstance } from '../../../src-main/common/texts/en-instance.ts';
import { enLibrary } from '../../../src-main/common/texts/en-library.ts';
import { enLimits } from '../../../src-main/common/texts/en-limits.ts';
import { noticeTexts } from '../../../src-main/common/texts/en-notices.ts';
import { enProviders } from '../../../src-main/common/texts/en-providers.ts';
import { enRefusals, enRequests } from '../../../src-main/common/texts/en-requests.ts';
import { enSecrets } from '../../../src-main/common/texts/en-secrets.ts';
import { enShared } from '../../../src-main/common/texts/en-shared.ts';
import { enSources } from '../../../src-main/common/texts/en-sources.ts';
import { enStorage, enStorageAnswers } from '../../../src-main/common/texts/en-storage.ts';
import { storeTexts } from '../../../src-main/common/texts/en-store.ts';
import { enSync, enTwin } from '../../../src-main/common/texts/en-sync.ts';
import { enTunnel } from '../../../src-main/common/texts/en-tunnel.ts';
import { corePacks } from '../../../src-main/common/texts/core-packs.ts';
import { desktopTexts } from '../../../src-main/electron/texts/en.ts';
import { desktopPacks } from '../../../src-main/electron/texts/packs.ts';
import { helpTexts } from '../../../src-main/headless/texts/help/en.ts';
import { terminalTexts } from '../../../src-main/headless/texts/en.ts';
import { terminalPacks } from '../../../src-main/headless/texts/packs.ts';
import { describePacks } from '../../support/language-packs.ts';

const core = {
  access: enAccess,
  errors: enErrors,
  callbacks: enCallbacks,
  commands: enCommands,
  config: enConfig,
  desktopFailures: enDesktop,
  doctor: enDoctor,
  downloads: enDownloads,
  host: enHost,
  instance: enInstance,
  journal: journalTexts,
  library: enLibrary,
  limits: enLimits,
  notices: noticeTexts,
  providers: enProviders,
  refusals: enRefusals,
  requests: enRequests,
  secrets: enSecrets,
  shared: enShared,
  sources: enSources,
  storage: enStorage,
  storageAnswers: enStorageAnswers,
  store: storeTexts,
  sync: enSync,
  tunnel: enTunnel,
  twin: enTwin,
};

describePacks(core, corePacks);
describePacks({ desktop: desktopTexts }, desktopPacks);
describePacks({ terminal: terminalTexts, help: helpTexts }, terminalPacks);

it('a video over the limit names the setting as the settings do', async () => {
  const packs = await Promise.all(Object.values(corePacks).map(async (load) => (await load()).pack));
  for (const { downloads, limits } of [core, ...packs]) {
    const name = limits.names?.['downloads.maxVideoMiB'] ?? 'none';
    expect(downloads.reasons?.['too-large']?.({ limitBytes: 1 })).toContain(name);
  }
});
