/** What the person chose; `settings.json` in the data dir, by lowdb. Secrets are never in here. */
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { Low } from 'lowdb';
import * as v from 'valibot';
import type { SettingsPatch, SettingsValues } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import { mergeSettings, readSettings, settingsSchema } from '../../common/settings.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { dataDirRefused, diskReason, isDiskRefusal } from '../data-dir.ts';
import type { Log } from '../log/log.ts';
import { isErrno, renameFile, replaceFile } from '../storage/durable-files.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';

export type Settings = SettingsValues;

export interface SettingsStore {
  get(): Settings;
  /** @throws v.ValiError on a value that is not allowed, InboxError `storage-failed` where the disk refuses; the old settings stay then. */
  update(patch: SettingsPatch): Promise<Settings>;
  /** @returns the undo. */
  onChange(listener: (settings: Settings) => void): () => void;
  /** A sentence where the file, or some of its values, could not be used, until something is set anew; else `null`. */
  readonly problem: Sentence | null;
}

/**
 * Puts the file there where it is missing, so that whoever looks for it finds it. Nothing is set in it: what is usual may be
 * another value one day.
 */
export async function noteSettings(file: string): Promise<void> {
  if (!existsSync(file)) await replaceFile(file, '{"version":1}\n');
}

export async function openSettings(file: string, log: Log): Promise<SettingsStore> {
  /** Values of the file that are not in use; the first change writes over them. */
  let refused: readonly string[] = [];
  const format: JsonFormat<Settings> = {
    parse(value) {
      const read = readSettings(value);
      ({ refused } = read);
      return read.settings;
    },
    serialize: (settings) => ({ version: 1, ...settings }),
  };
  const store = new Low<Settings>(createSyncedJsonAdapter(file, format), v.parse(settingsSchema, {}));
  const listeners = new Set<(settings: Settings) => void>();
  const aside = `${file}.broken-${String(Date.now())}`;
  let problem: Sentence | null = null;
  const takeTurn = createTurns();
  try {
    await store.read();
    if (refused.length > 0) {
      problem = hostTexts.settingsRefused(refused.join(', '));
      log.warn({}, problem.english);
    }
  } catch (error) {
    // What the disk refuses may be there again at the next start; put aside it would be gone for good.
    if (isErrno(error, ['EACCES', 'EPERM', 'ELOOP'])) {
      const { code = '' } = error as NodeJS.ErrnoException;
      throw new InboxError('data-dir-unusable', hostTexts.settingsUnreadable(file, code), { cause: error });
    }
    if (isDiskRefusal(error) && !isErrno(error, ['EISDIR'])) throw dataDirRefused(path.dirname(file), error);
    await renameFile(file, aside);
    problem = hostTexts.settingsUnread(aside);
    log.warn({ error }, problem.english);
  }

  async function apply(patch: SettingsPatch): Promise<Settings> {
    const { data } = store;
    const next = v.parse(settingsSchema, mergeSettings(data, patch));
    store.data = next;
    try {
      if (refused.length > 0) await copyFile(file, aside);
      await store.write();
      [refused, problem] = [[], null];
    } catch (error) {
      store.data = data;
      throw new InboxError('storage-failed', hostTexts.settingsNotSaved(diskReason(error)), { cause: error });
    }
    for (const listener of listeners) listener(next);
    return next;
  }

  return {
    get problem() {
      return problem;
    },
    get: () => store.data,
    update: (patch) => takeTurn(() => apply(patch)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
