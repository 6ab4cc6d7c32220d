/** What the person chose; `settings.json` in the data dir, by lowdb. Secrets are never in here. */
import { rename } from 'node:fs/promises';
import { Low } from 'lowdb';
import * as v from 'valibot';
import type { SettingsPatch, SettingsValues } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { diskReason } from '../data-dir.ts';
import type { Log } from '../log/log.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';

const timeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00'));

const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** Every field has a default, so that a file of an older version, or one edited by hand, still says what it says. */
const settingsSchema = v.object({
  // Any text: an entry that a hand wrote wrong must not make the whole file, and with it the list, be put aside.
  callbacks: v.optional(
    v.object({
      allowAddresses: v.optional(v.array(v.string()), []),
      bodyLimitMiB: v.optional(between(0.25, 64), 4),
      filmBodyLimitMiB: v.optional(between(0.25, 256), 32),
      signatureWindowSeconds: v.optional(between(30, 86_400), 300),
      tasksPerDay: v.optional(between(1, 10_000_000), 10_000),
      keptMiBPerDay: v.optional(between(1, 10_000_000), 1024),
      minFreeMiB: v.optional(v.nullable(between(0, 10_000_000)), null),
    }),
    {},
  ),
  downloads: v.optional(
    v.object({
      atOnce: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)), 4),
      maxVideoMiB: v.optional(between(1, 10_000_000), 4096),
      mibPerDay: v.optional(between(1, 1_000_000_000), 102_400),
      minFreeMiB: v.optional(v.nullable(between(0, 10_000_000)), null),
      proxy: v.optional(v.nullable(v.string()), null),
    }),
    {},
  ),
  tunnel: v.optional(
    v.object({
      kind: v.optional(v.picklist(['none', 'ngrok']), 'none'),
      /** Fixed domain of the ngrok account, without `https://`. */
      domain: v.optional(v.nullable(v.string()), null),
    }),
    {},
  ),
  notifications: v.optional(
    v.object({
      saved: v.optional(v.boolean(), true),
      failed: v.optional(v.boolean(), true),
      tunnel: v.optional(v.boolean(), true),
      quietHours: v.optional(v.nullable(v.object({ from: timeOfDay, until: timeOfDay })), null),
    }),
    {},
  ),
  desktop: v.optional(
    v.object({
      launchAtLogin: v.optional(v.boolean(), false),
      closeToTray: v.optional(v.boolean(), true),
      /** Set once it was explained that closing the window leaves the inbox running. */
      closeExplained: v.optional(v.boolean(), false),
      checkForUpdates: v.optional(v.boolean(), true),
    }),
    {},
  ),
});

export type Settings = SettingsValues;

export interface SettingsStore {
  get(): Settings;
  /** @throws v.ValiError on a value that is not allowed, InboxError `storage-failed` where the disk refuses; the old settings stay then. */
  update(patch: SettingsPatch): Promise<Settings>;
  /** @returns the undo. */
  onChange(listener: (settings: Settings) => void): () => void;
  /** A sentence where the file was broken and was put aside, else `null`. */
  readonly problem: string | null;
}

const format: JsonFormat<Settings> = {
  parse: (value) => v.parse(settingsSchema, value),
  serialize: (settings) => ({ version: 1, ...settings }),
};

export async function openSettings(file: string, log: Log): Promise<SettingsStore> {
  const store = new Low<Settings>(createSyncedJsonAdapter(file, format), v.parse(settingsSchema, {}));
  const listeners = new Set<(settings: Settings) => void>();
  let problem: string | null = null;
  const takeTurn = createTurns();
  try {
    await store.read();
  } catch (error) {
    const aside = `${file}.broken-${String(Date.now())}`;
    await rename(file, aside);
    problem = `settings.json could not be read, so the usual settings are used. Your videos are not touched. The old file is kept as ${aside}.`;
    log.warn({ error }, problem);
  }

  async function apply(patch: SettingsPatch): Promise<Settings> {
    const { data } = store;
    const next = v.parse(settingsSchema, {
      callbacks: { ...data.callbacks, ...patch.callbacks },
      downloads: { ...data.downloads, ...patch.downloads },
      tunnel: { ...data.tunnel, ...patch.tunnel },
      notifications: { ...data.notifications, ...patch.notifications },
      desktop: { ...data.desktop, ...patch.desktop },
    });
    store.data = next;
    try {
      await store.write();
    } catch (error) {
      store.data = data;
      throw new InboxError('storage-failed', hostTexts.settingsNotSaved(diskReason(error)), { cause: error });
    }
    for (const listener of listeners) listener(next);
    return next;
  }

  return {
    problem,
    get: () => store.data,
    update: (patch) => takeTurn(() => apply(patch)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
