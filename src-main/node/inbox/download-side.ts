/** Downloads as the person has set them, and what they report to the log and the pages. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../config.ts';
import type { Downloads } from '../downloads/downloads.ts';
import { createDownloads } from '../downloads/engine.ts';
import type { DownloadsOptions } from '../downloads/download-options.ts';
import { createProxyChoice } from '../downloads/proxy-choice.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createDownloadReports, type CountingReports, type DownloadReportPorts } from './download-reports.ts';
import type { SharedRights } from './shared-work.ts';

export interface DownloadSidePorts
  extends
    Pick<DownloadsOptions, 'dataDir' | 'store' | 'describe' | 'media' | 'keyHeaders' | 'allowUrlPrefixes' | 'giveWay'>,
    DownloadReportPorts {
  readonly dailyBytesFile: string;
  readonly config: Pick<Config, 'allowHosts'>;
  readonly settings: Pick<SettingsStore, 'get'>;
  /** `null` where nobody shares the work. */
  readonly rights: SharedRights | null;
  readonly systemProxy: ((url: string) => Promise<string | null>) | undefined;
}

export interface DownloadSide {
  readonly downloads: Downloads;
  readonly reports: CountingReports;
  /** What the disk keeps free: by the settings, else by its size. */
  readonly reserveBytes: () => number;
}

const mib = 1024 * 1024;
const mostUsualFreeMiB = 2048;

export async function openDownloadSide(ports: DownloadSidePorts): Promise<DownloadSide> {
  const { config, dataDir, rights, settings, systemProxy, log } = ports;
  const { blocks, bsize } = await statfs(dataDir);
  const usualFreeMiB = Math.min(mostUsualFreeMiB, (blocks * bsize) / mib / 10);
  const set = (): ReturnType<SettingsStore['get']>['downloads'] => settings.get().downloads;
  const reserveBytes = (): number => (set().minFreeMiB ?? usualFreeMiB) * mib;
  const reports = createDownloadReports(ports);
  const downloads = createDownloads({
    dataDir,
    dailyBytesFile: ports.dailyBytesFile,
    store: ports.store,
    describe: ports.describe,
    media: ports.media,
    ...(ports.keyHeaders === undefined ? {} : { keyHeaders: ports.keyHeaders }),
    ...(ports.allowUrlPrefixes === undefined ? {} : { allowUrlPrefixes: ports.allowUrlPrefixes }),
    ...(ports.giveWay === undefined ? {} : { giveWay: ports.giveWay }),
    reports,
    ...(rights === null ? {} : { rights }),
    allowHosts: config.allowHosts,
    proxyFor: createProxyChoice({
      environment: process.env,
      setting: () => set().proxy,
      ...(systemProxy === undefined ? {} : { system: systemProxy }),
    }),
    maxBytes: () => set().maxVideoMiB * mib,
    maxDailyBytes: () => set().mibPerDay * mib,
    reserveBytes,
    concurrency: set().atOnce,
    log,
  });
  return { downloads, reports, reserveBytes };
}
