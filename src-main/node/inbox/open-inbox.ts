/** Opens everything that an inbox needs on a data dir. The hosts differ in secrets, worker processes and windows only. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AppInfo } from '../../common/contract.ts';
import { InboxError, type ErrorCode } from '../../common/errors.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { redactText } from '../../common/redact.ts';
import type { Config } from '../config.ts';
import { portsClosedToBrowsers } from '../config-values.ts';
import { dataDirRefused, sweepDataDir, type DataDir } from '../data-dir.ts';
import { lockDataDir } from '../instance-lock.ts';
import { createFileLog, type FileLog } from '../log/file-log.ts';
import { neverWaitFor, unhurriedLines } from '../log/unhurried-lines.ts';
import type { Log } from '../log/log.ts';
import { createOutgoing } from '../outgoing/outgoing.ts';
import { createProxyChoice, unusableProxies } from '../outgoing/proxy-choice.ts';
import { openSecrets, type Secrets, type SecretVault } from '../settings/secrets.ts';
import { noteSettings, openSettings, type SettingsStore } from '../settings/settings.ts';
import { secretsOfDatabaseUrl } from '../shared-log/database-secrets.ts';
import { createSyncedJsonAdapter } from '../storage/synced-json-adapter.ts';
import { chooseTunnel } from '../tunnel/choose-tunnel.ts';
import { createUrlMemory, urlRecordFormat } from '../tunnel/drift.ts';
import { createProbe, createProbeFetch } from '../tunnel/reachability.ts';
import { createSwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import type { SpawnWorker } from '../tunnel/worker-handle.ts';
import { withChosenTwin } from './machines/connect-elsewhere.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createReopening } from './reopening.ts';

export interface OpenInboxOptions {
  readonly config: Config;
  readonly info: Omit<AppInfo, 'dataDir' | 'command' | 'tunnelIsFixed'>;
  /** Folder of the built main files; the renderer lies beside it. */
  readonly mainDir: string;
  readonly openVault: (dir: DataDir, log: Log) => Promise<SecretVault> | SecretVault;
  readonly spawnNgrok: SpawnWorker;
  /** The proxy that the system's settings name for a URL, where the host can tell. */
  readonly systemProxy?: (url: string) => Promise<string | null>;
}

export interface OpenedInbox {
  readonly inbox: Inbox;
  readonly dir: DataDir;
  readonly log: FileLog;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  /** Flushes and lets go of the data dir. */
  close(): Promise<void>;
}

/** @throws InboxError with a sentence for the person: another process has the data dir, a port is taken … */
export async function openInbox(options: OpenInboxOptions): Promise<OpenedInbox> {
  try {
    return await openAll(options);
  } catch (error) {
    // Whatever the disk refuses while opening (full, read-only, not ours) is told as a sentence about the folder.
    throw dataDirRefused(options.config.dataDir, error);
  }
}

/** Without its workers the inbox would parse strangers' files on the thread that takes callbacks, or have no tunnel. */
const neededFiles = ['body-worker.cjs', 'media-worker.cjs', 'ngrok-worker.cjs'];

async function openAll(options: OpenInboxOptions): Promise<OpenedInbox> {
  for (const name of neededFiles) {
    const file = path.join(options.mainDir, name);
    if (!existsSync(file)) throw new InboxError('unavailable', hostTexts.incomplete(file));
  }
  const now = (): Date => new Date();
  const { dir, lock } = await lockDataDir(options.config.dataDir);
  const config = { ...options.config, dataDir: dir.root };
  let closeLog: () => void = () => undefined;
  neverWaitFor(process.stderr);
  try {
    const database = secretsOfDatabaseUrl(config.shared?.url ?? null);
    let hidden = (): readonly string[] => [...Object.values(config.secrets), ...database];
    const log = createFileLog({
      dir: dir.logs,
      level: config.logLevel,
      terminal: unhurriedLines(process.stderr, { missed: (lines) => `… +${String(lines)}` }),
      redact: (text) => redactText(text, [...hidden(), lock.localKey]),
    });
    closeLog = () => log.close();
    await sweepDataDir(dir).catch((error: unknown) => log.warn({ error }, 'what a kill left of a save is still there'));
    const secrets = await openSecrets(await options.openVault(dir, log), config.secrets);
    hidden = () => [...secrets.values(), ...database];
    if (secrets.problem !== null) log.warn({}, secrets.problem.english);
    const settings = await openSettings(dir.settingsFile, log);
    await noteSettings(dir.settingsFile).catch((error: unknown) =>
      log.warn({ error }, 'settings.json is not there yet'),
    );
    const outgoing = createOutgoing(
      createProxyChoice({
        environment: process.env,
        setting: () => settings.get().downloads.proxy,
        ...(options.systemProxy === undefined ? {} : { system: options.systemProxy }),
      }),
    );
    const unusable = unusableProxies(process.env).join(', ');
    if (unusable !== '')
      log.warn({}, `nothing goes through the proxy of ${unusable}: HTTP, HTTPS and SOCKS 5 can be used, nothing else`);
    const { localPort: wantedPort } = config;
    if (wantedPort !== null && portsClosedToBrowsers.has(wantedPort)) {
      const port = String(wantedPort);
      log.warn({}, `browsers open nothing at port ${port}, so the gallery is seen only at another --local-port`);
    }
    const probe = createProbe({ fetch: createProbeFetch(outgoing) });
    const urlMemory = createUrlMemory({
      store: createSyncedJsonAdapter(dir.publicUrlFile, urlRecordFormat),
      date: now,
    });
    await urlMemory
      .load()
      .catch((error: unknown) => log.warn({ error }, 'the last public address is not known any more'));
    const { info } = options;
    const uiDir = path.join(options.mainDir, '../renderer');
    async function open(effective: Config): Promise<Inbox> {
      const choice = { config: effective, settings, secrets, probe, urlMemory, spawn: options.spawnNgrok, log };
      return createInbox({
        config: effective,
        dir,
        lock,
        log,
        settings,
        secrets,
        tunnel: createSwitchableTunnel(() => chooseTunnel(choice)),
        probe,
        urlMemory,
        info,
        uiDir,
        outgoing,
      });
    }
    const ports = createKeptPorts();
    let isCopy = false;
    async function openAs(wanted: Config): Promise<Inbox> {
      const sameAddresses = ports.in(wanted);
      const opened = await open(sameAddresses).catch((error: unknown) => {
        // Someone took a port while nobody listened there.
        if (sameAddresses === wanted || !isForeseen(error, 'port-in-use')) throw error;
        return open(wanted);
      });
      isCopy = wanted !== config;
      ports.keep(opened, wanted.twin !== null);
      return opened;
    }
    const { inbox, reopen } = await createReopening({
      open: () => {
        const chosen = withChosenTwin(config, settings);
        return openAs(chosen).catch(async (error: unknown) => {
          // What came between the choice and this makes it a library of its own; it opens as that.
          if (chosen === config || !isForeseen(error, 'conflict')) throw error;
          log.error({ error }, 'this library cannot be a copy of the inbox elsewhere that was chosen');
          await settings.update({ twin: { url: null } });
          return openAs(config);
        });
      },
      isOutdated: () => (withChosenTwin(config, settings) !== config) !== isCopy,
    });
    // Behind the answer to whoever chose it. Where nothing opens any more nobody catches that, and the process ends in order.
    const unfollow = settings.onChange(() => void setImmediate(() => void reopen()));
    return {
      inbox,
      dir,
      log,
      settings,
      secrets,
      async close() {
        unfollow();
        try {
          await inbox.close();
        } finally {
          await outgoing.destroy();
          await lock.release();
          log.close();
        }
      },
    };
  } catch (error) {
    await lock.release();
    // What was told on the way here is what explains it.
    closeLog();
    throw error;
  }
}

function isForeseen(error: unknown, code: ErrorCode): boolean {
  return error instanceof InboxError && error.code === code;
}

/** Ports that an inbox had in this run: opened anew, it is found where it was. */
function createKeptPorts(): { in(config: Config): Config; keep(inbox: Inbox, isCopy: boolean): void } {
  let localPort: number | null = null;
  let callbackPort: number | null = null;
  const portOf = (url: string): number => Number(new URL(url).port);
  return {
    in: (config) =>
      localPort === null && callbackPort === null
        ? config
        : { ...config, localPort: localPort ?? config.localPort, callbackPort: callbackPort ?? config.callbackPort },
    keep(inbox, isCopy) {
      localPort = portOf(inbox.galleryUrl());
      // The callback URL of a copy is another inbox's; one that takes no callbacks may have none.
      const url = isCopy ? '' : inbox.loopbackCallbackUrl();
      if (url !== '') callbackPort = portOf(url);
    },
  };
}
