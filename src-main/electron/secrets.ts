/** Keys of the person, encrypted by the system's keychain through Electron's safeStorage. */
import { safeStorage } from 'electron';
import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import type { Log } from '../node/log/log.ts';
import { createFileVault, createSecretsFile, type SecretsFile, type SecretVault } from '../node/settings/secrets.ts';
import { desktopFailures } from '../common/texts/en-desktop.ts';
import { desktopTexts } from './texts/en.ts';

const fileSchema = v.object({ version: v.literal(1), secrets: v.record(v.string(), v.pipe(v.string(), v.base64())) });

export interface SafeVaultOptions {
  /** Of the encrypted keys. */
  readonly file: string;
  /** Where keys are kept in clear while there is no keychain; taken over and removed once there is one. */
  readonly plainFile: string;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
}

/** Needs a ready app. Where this system encrypts nothing, keys are kept as headless keeps them: in clear, for this user. */
export async function openSafeVault(options: SafeVaultOptions): Promise<SecretVault> {
  const { plainFile, platform, log } = options;
  const file = createSecretsFile(options.file, (value) => v.parse(fileSchema, value).secrets);
  const plain = createFileVault(plainFile);
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return besideLocked(plain, file);
  const isBasicText = platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (isBasicText) log.warn({}, desktopTexts.secrets.basicText);
  /** What the keychain refuses just now. It may be locked or away: these come back with it, so they are written as they are. */
  let unread: Readonly<Record<string, string>> = {};

  async function load(): Promise<Record<string, string>> {
    const secrets: Record<string, string> = {};
    const refused: Record<string, string> = {};
    const outdated: string[] = [];
    for (const [name, base64] of Object.entries(await file.read())) {
      try {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(base64, 'base64'));
        secrets[name] = result;
        if (shouldReEncrypt) outdated.push(name);
      } catch (error) {
        refused[name] = base64;
        log.error({ error, name }, desktopFailures.keysRefused.english);
      }
    }
    unread = refused;
    // The keychain has a better key by now, as where there was none before: what we say of its protection is to be true.
    if (outdated.length > 0) {
      await save(secrets, []).catch((error: unknown) => {
        log.warn({ error, names: outdated }, desktopTexts.failures.notTakenOver);
      });
    }
    return secrets;
  }

  async function save(secrets: Readonly<Record<string, string>>, changed: readonly string[]): Promise<void> {
    const kept = Object.fromEntries(Object.entries(unread).filter(([name]) => !changed.includes(name)));
    const encrypted: Record<string, string> = { ...kept };
    for (const [name, value] of Object.entries(secrets)) {
      encrypted[name] = (await safeStorage.encryptStringAsync(value)).toString('base64');
    }
    await file.write({ version: 1, secrets: encrypted });
    unread = kept;
  }

  /** Keys that were entered while the keychain was away are the newer ones. */
  async function takeOverPlain(secrets: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const entered = await plain.load();
    const names = Object.keys(entered);
    if (names.length === 0) return secrets;
    const all = { ...secrets, ...entered };
    try {
      await save(all, names);
      await rm(plainFile, { force: true });
      log.info({ names }, 'keys that lay in clear are in the keychain now');
    } catch (error) {
      log.warn({ error, names }, desktopTexts.failures.notTakenOver);
    }
    return all;
  }

  /** A key in clear is no worse off than this keychain's, and a headless inbox reads it: it stays until it is changed here. */
  async function saveBesidePlain(secrets: Readonly<Record<string, string>>, changed: readonly string[]): Promise<void> {
    const entered = await plain.load();
    const staysPlain = (name: string): boolean => entered[name] !== undefined && !changed.includes(name);
    const pick = (all: Readonly<Record<string, string>>, isMeant: (name: string) => boolean) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => isMeant(name)));
    await save(
      pick(secrets, (name) => !staysPlain(name)),
      changed,
    );
    if (changed.some((name) => entered[name] !== undefined)) await plain.save(pick(entered, staysPlain), changed);
  }

  return {
    // Linux without a keyring: Chromium then encrypts with a password that is written in its source.
    protection: isBasicText ? 'file-permissions' : 'keychain',
    get problem() {
      return file.problem ?? plain.problem ?? (Object.keys(unread).length > 0 ? desktopFailures.keysRefused : null);
    },
    mayHold: (name) => file.problem !== null || plain.mayHold(name) || unread[name] !== undefined,
    load: async () => {
      const secrets = await load();
      return isBasicText ? { ...secrets, ...(await plain.load()) } : takeOverPlain(secrets);
    },
    save: isBasicText ? saveBesidePlain : save,
  };
}

/** @param file what a keychain that was here before has encrypted; what is changed meanwhile is forgotten there */
async function besideLocked(plain: SecretVault, file: SecretsFile): Promise<SecretVault> {
  // Whatever is wrong with it: without a keychain nothing in it is of use.
  let locked = await file.read().catch(() => ({}));
  let missing = Object.keys(locked);
  return {
    protection: plain.protection,
    get problem() {
      return plain.problem ?? (missing.length > 0 ? desktopFailures.keysRefused : null);
    },
    mayHold: (name) => plain.mayHold(name) || missing.includes(name),
    async load() {
      const secrets = await plain.load();
      missing = Object.keys(locked).filter((name) => secrets[name] === undefined);
      return secrets;
    },
    async save(secrets, changed) {
      await plain.save(secrets, changed);
      missing = missing.filter((name) => !changed.includes(name));
      const left = Object.fromEntries(Object.entries(locked).filter(([name]) => !changed.includes(name)));
      if (Object.keys(left).length < Object.keys(locked).length) await file.write({ version: 1, secrets: left });
      locked = left;
    },
  };
}
