// Keys of the person through safeStorage. Here it is a stand-in that is reversible and no more; the strength of the real one
// is the system's business.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSafeVault } from '../../src-main/electron/secrets.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { tempDir } from '../support/temp-dir.ts';

const safeStorage = vi.hoisted(() => ({
  available: true,
  backend: 'gnome_libsecret',
  /** A keychain that was made anew cannot read what the old one wrote. */
  keychain: 'first',
  isAsyncEncryptionAvailable: () => Promise.resolve(safeStorage.available),
  getSelectedStorageBackend: () => safeStorage.backend,
  encryptStringAsync: (text: string) =>
    Promise.resolve(Buffer.from(`${safeStorage.keychain}:${Buffer.from(text).toString('hex')}`)),
  decryptStringAsync(bytes: Buffer) {
    const [keychain, hex = ''] = bytes.toString().split(':');
    if (keychain !== safeStorage.keychain) return Promise.reject(new Error('Error while decrypting the ciphertext'));
    return Promise.resolve({ shouldReEncrypt: false, result: Buffer.from(hex, 'hex').toString() });
  },
}));
vi.mock('electron', () => ({ safeStorage }));

const secrets = { KIE_HMAC: 'kie-hmac-secret-0123456789', NGROK_AUTHTOKEN: '2abcdefghijklmnopqrstuvwxyz' };

let file = '';
let told: string[] = [];
const log = {
  ...silentLog,
  warn: (_fields: object, message: string) => void told.push(message),
  error: (_fields: object, message: string) => void told.push(message),
};

beforeEach(async () => {
  file = path.join(await tempDir(), 'secrets.json');
  told = [];
  Object.assign(safeStorage, { available: true, backend: 'gnome_libsecret', keychain: 'first' });
});

async function openVault(platform: NodeJS.Platform = 'darwin') {
  const vault = await createSafeVault(file, platform, log);
  if (vault === null) throw new Error('there is no vault');
  return vault;
}

describe.each(['darwin', 'win32'] as const)('the keychain of %s', (platform) => {
  it('holds what encrypts the keys: on disk they stand nowhere in clear, and they are read back', async () => {
    // Backends are a matter of Linux.
    safeStorage.backend = 'basic_text';
    const vault = await openVault(platform);
    expect(vault.protection).toBe('keychain');
    expect(await vault.load()).toEqual({});
    await vault.save(secrets);
    const text = await readFile(file, 'utf8');
    for (const value of Object.values(secrets)) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString('base64').slice(0, 16));
    }
    expect(JSON.parse(text)).toMatchObject({ version: 1 });
    expect(await (await openVault(platform)).load()).toEqual(secrets);
    expect(told).toEqual([]);
  });
});

describe('Linux', () => {
  it.each(['gnome_libsecret', 'kwallet6'])('with %s has a keychain', async (backend) => {
    safeStorage.backend = backend;
    expect((await openVault('linux')).protection).toBe('keychain');
    expect(told).toEqual([]);
  });

  it('without a keyring still encrypts, and says plainly that this protects nothing', async () => {
    safeStorage.backend = 'basic_text';
    const vault = await openVault('linux');
    expect(vault.protection).toBe('file-permissions');
    expect(told).toEqual([expect.stringContaining('offers no keychain')]);
    await vault.save(secrets);
    expect(await readFile(file, 'utf8')).not.toContain(secrets.KIE_HMAC);
    expect(await vault.load()).toEqual(secrets);
  });
});

describe('the vault', () => {
  it('is none where the system encrypts nothing', async () => {
    safeStorage.available = false;
    expect(await createSafeVault(file, process.platform, log)).toBeNull();
  });

  it('gives the keys that can be read, and names what to do about the others', async () => {
    await (await openVault()).save({ KIE_HMAC: secrets.KIE_HMAC });
    const old = JSON.parse(await readFile(file, 'utf8')) as { secrets: Record<string, string> };
    safeStorage.keychain = 'second';
    await (await openVault()).save({ NGROK_AUTHTOKEN: secrets.NGROK_AUTHTOKEN });
    const both = JSON.parse(await readFile(file, 'utf8')) as { secrets: Record<string, string> };
    await writeFile(file, JSON.stringify({ version: 1, secrets: { ...old.secrets, ...both.secrets } }));
    expect(await (await openVault()).load()).toEqual({ NGROK_AUTHTOKEN: secrets.NGROK_AUTHTOKEN });
    expect(told).toEqual([expect.stringContaining('Enter them again in the settings')]);
  });
});
