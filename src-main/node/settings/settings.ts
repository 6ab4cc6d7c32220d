/** What the person chose; `settings.json` in the data dir, by lowdb. Secrets are never in here. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Low } from 'lowdb';
import * as v from 'valibot';
import type { SettingsPatch, SettingsValues } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import { mergeSettings, settingsSchema } from '../../common/settings.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { diskReason } from '../data-dir.ts';
import type { Log } from '../log/log.ts';
import { replaceFile } from '../storage/durable-files.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';

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

/**
 * Puts the file there where it is missing, so that whoever looks for it finds it. Nothing is set in it: what is usual may be
 * another value one day.
 */
export async function noteSettings(file: string): Promise<void> {
  if (!existsSync(file)) await replaceFile(file, '{"version":1}\n');
}

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
    const next = v.parse(settingsSchema, mergeSettings(data, patch));
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
