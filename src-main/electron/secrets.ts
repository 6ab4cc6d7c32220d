/** Keys of the person, encrypted by the system's keychain through Electron's safeStorage. */
import { safeStorage } from 'electron';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Log } from '../node/log/log.ts';
import type { SecretVault } from '../node/settings/secrets.ts';
import { isErrno, replaceFile } from '../node/storage/durable-files.ts';
import { desktopTexts } from './texts/en.ts';

const fileSchema = v.object({ version: v.literal(1), secrets: v.record(v.string(), v.pipe(v.string(), v.base64())) });

/**
 * Needs a ready app.
 * @returns `null` where this system encrypts nothing; the caller then keeps secrets as headless does.
 */
export async function createSafeVault(file: string, platform: NodeJS.Platform, log: Log): Promise<SecretVault | null> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null;
  const isBasicText = platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (isBasicText) log.warn({}, desktopTexts.secrets.basicText);
  return {
    // Linux without a keyring: Chromium then encrypts with a password that is written in its source.
    protection: isBasicText ? 'file-permissions' : 'keychain',
    async load() {
      const stored = await readStored(file);
      const secrets: Record<string, string> = {};
      for (const [name, base64] of Object.entries(stored)) {
        try {
          const { result } = await safeStorage.decryptStringAsync(Buffer.from(base64, 'base64'));
          secrets[name] = result;
        } catch (error) {
          log.error({ error, name }, desktopTexts.failures.secretsUnreadable);
        }
      }
      return secrets;
    },
    async save(secrets) {
      const encrypted: Record<string, string> = {};
      for (const [name, value] of Object.entries(secrets)) {
        encrypted[name] = (await safeStorage.encryptStringAsync(value)).toString('base64');
      }
      await replaceFile(file, `${JSON.stringify({ version: 1, secrets: encrypted }, null, 2)}\n`);
    },
  };
}

async function readStored(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    return v.parse(fileSchema, JSON.parse(await readFile(file, 'utf8'))).secrets;
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return {};
    throw error;
  }
}
