// Keys of the person through safeStorage. Here it is a stand-in that is reversible and no more; the strength of the real one
// is the system's business.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openSafeVault } from '../../src-main/electron/secrets.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { createFileVault, openSecrets } from '../../src-main/node/settings/secrets.ts';
import { tempDir } from '../support/temp-dir.ts';

const safeStorage = vi.hoisted(() => ({
  available: true,
  backend: 'gnome_libsecret',
  /** One that reads what was encrypted with another key than its own, and asks for it to be encrypted anew. */
  alsoReads: '',
  /** A keychain that was made anew cannot read what the old one wrote. */
  keychain: 'first',
  isAsyncEncryptionAvailable: () => Promise.resolve(safeStorage.available),
  getSelectedStorageBackend: () => safeStorage.backend,
  encryptStringAsync: (text: string) =>
    Promise.resolve(Buffer.from(`${safeStorage.keychain}:${Buffer.from(text).toString('hex')}`)),
  decryptStringAsync(bytes: Buffer) {
    const [keychain, hex = ''] = bytes.toString().split(':');
    const isOld = keychain === safeStorage.alsoReads;
    if (keychain !== safeStorage.keychain && !isOld)
      return Promise.reject(new Error('Error while decrypting the ciphertext'));
    return Promise.resolve({ shouldReEncrypt: isOld, result: Buffer.from(hex, 'hex').toString() });
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
  Object.assign(safeStorage, { available: true, backend: 'gnome_libsecret', keychain: 'first', alsoReads: '' });
});

const plainFile = (): string => path.join(path.dirname(file), 'plain.json');
const openVault = (platform: NodeJS.Platform = 'darwin') =>
  openSafeVault({ file, plainFile: plainFile(), platform, log });
const allNames = Object.keys;

describe.each(['darwin', 'win32'] as const)('the keychain of %s', (platform) => {
  it('holds what encrypts the keys: on disk they stand nowhere in clear, and they are read back', async () => {
    // Backends are a matter of Linux.
    safeStorage.backend = 'basic_text';
    const vault = await openVault(platform);
    expect(vault.protection).toBe('keychain');
    expect(await vault.load()).toEqual({});
    await vault.save(secrets, allNames(secrets));
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

it('what was encrypted with a key that has a better one by now is encrypted with that; what is refused stays as it is', async () => {
  await (await openVault()).save(secrets, allNames(secrets));
  const stored = JSON.parse(await readFile(file, 'utf8')) as { readonly secrets: Record<string, string> };
  const refused = Buffer.from('lost:00').toString('base64');
  await writeFile(file, JSON.stringify({ ...stored, secrets: { ...stored.secrets, FAL_API_KEY: refused } }));
  Object.assign(safeStorage, { keychain: 'second', alsoReads: 'first' });
  expect(await (await openVault()).load()).toEqual(secrets);
  const now = JSON.parse(await readFile(file, 'utf8')) as { readonly secrets: Record<string, string> };
  const keyOf = ([name, base64]: [string, string]) => [name, String(Buffer.from(base64, 'base64')).split(':')[0]];
  expect(Object.fromEntries(Object.entries(now.secrets).map(keyOf))).toEqual({
    FAL_API_KEY: 'lost',
    KIE_HMAC: 'second',
    NGROK_AUTHTOKEN: 'second',
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
    await vault.save(secrets, allNames(secrets));
    expect(await readFile(file, 'utf8')).not.toContain(secrets.KIE_HMAC);
    expect(await vault.load()).toEqual(secrets);
  });
});

describe('the vault', () => {
  it('is a file in clear where the system encrypts nothing', async () => {
    safeStorage.available = false;
    const vault = await openVault('linux');
    expect(vault.protection).toBe('file-permissions');
    await vault.save({ KIE_HMAC: 'in clear' }, ['KIE_HMAC']);
    expect(await readFile(plainFile(), 'utf8')).toContain('in clear');
    expect(existsSync(file)).toBe(false);
  });

  it('keeps what the keychain refuses for a while, whatever is set or removed meanwhile', async () => {
    const first = await openSecrets(await openVault(), {});
    await first.set('KIE_HMAC', secrets.KIE_HMAC);
    await first.set('REPLICATE', 'will be removed');
    await first.set('OPENAI', 'will be replaced');

    safeStorage.keychain = 'away';
    const meanwhile = await openSecrets(await openVault(), {});
    expect(meanwhile.get('KIE_HMAC')).toBeNull();
    expect(told).toContainEqual(expect.stringContaining('It is kept and tried again at the next start'));
    expect(meanwhile.problem?.english).toBe(told[0]);
    // Who signs with one of these is to come again; who signs with one that was never set is refused.
    const lacking = (): readonly string[] =>
      ['KIE_HMAC', 'REPLICATE', 'POLLO'].filter((name) => meanwhile.mayLack(name));
    expect(lacking()).toEqual(['KIE_HMAC', 'REPLICATE']);
    await meanwhile.set('NGROK_AUTHTOKEN', secrets.NGROK_AUTHTOKEN);
    await meanwhile.set('REPLICATE', null);
    await meanwhile.set('OPENAI', 'replaced');
    expect(lacking()).toEqual(['KIE_HMAC']);

    safeStorage.keychain = 'first';
    const again = await openSecrets(await openVault(), {});
    expect(again.get('KIE_HMAC')).toBe(secrets.KIE_HMAC);
    expect(again.get('REPLICATE')).toBeNull();
    // Encrypted by the other keychain, so it is this one's turn to refuse them.
    expect([again.get('NGROK_AUTHTOKEN'), again.get('OPENAI')]).toEqual([null, null]);
    await again.set('POLLO', 'one more');
    safeStorage.keychain = 'away';
    const other = await openSecrets(await openVault(), {});
    expect([other.get('NGROK_AUTHTOKEN'), other.get('OPENAI')]).toEqual([secrets.NGROK_AUTHTOKEN, 'replaced']);
  });

  it('takes over keys that were entered while there was no keychain, and leaves none in clear', async () => {
    await (await openSecrets(await openVault('linux'), {})).set('KIE_HMAC', 'the old one');
    safeStorage.available = false;
    const without = await openSecrets(await openVault('linux'), {});
    expect(without.get('KIE_HMAC')).toBeNull();
    expect(without.problem?.english).toContain('A stored key cannot be read just now');
    expect([without.mayLack('KIE_HMAC'), without.mayLack('REPLICATE')]).toEqual([true, false]);
    await without.set('KIE_HMAC', 'the new one');
    expect([without.problem, without.mayLack('KIE_HMAC')]).toEqual([null, false]);
    await without.set('REPLICATE', 'whsec');

    safeStorage.available = true;
    const back = await openSecrets(await openVault('linux'), {});
    expect([back.get('KIE_HMAC'), back.get('REPLICATE')]).toEqual(['the new one', 'whsec']);
    expect(existsSync(plainFile())).toBe(false);
    expect(await readFile(file, 'utf8')).not.toContain('the new one');
    expect((await openSecrets(await openVault('linux'), {})).get('REPLICATE')).toBe('whsec');
  });

  it('does not bring back what was removed while there was no keychain, nor ask for it at each start', async () => {
    const before = await openSecrets(await openVault('linux'), {});
    await before.set('KIE_HMAC', 'no longer wanted');
    await before.set('REPLICATE', 'whsec');
    safeStorage.available = false;
    const without = await openSecrets(await openVault('linux'), {});
    await without.set('KIE_HMAC', null);
    expect(without.problem?.english).toContain('A stored key cannot be read just now');
    await without.set('REPLICATE', 'whsec too');
    expect((await openSecrets(await openVault('linux'), {})).problem).toBeNull();
    safeStorage.available = true;
    const back = await openSecrets(await openVault('linux'), {});
    expect([back.get('KIE_HMAC'), back.get('REPLICATE')]).toEqual([null, 'whsec too']);
  });

  it('leaves them where they are while the only keychain is one that protects nothing', async () => {
    await createFileVault(plainFile()).save({ KIE_HMAC: 'in clear' }, ['KIE_HMAC']);
    safeStorage.backend = 'basic_text';
    await (await openVault('linux')).load();
    expect(existsSync(plainFile())).toBe(true);
  });

  it('reads them there, and what the app changes is changed there too', async () => {
    safeStorage.backend = 'basic_text';
    await (await openSecrets(await openVault('linux'), {})).set('KIE_HMAC', 'the old one');
    // As `secret set` does while the app is closed.
    const terminal = await openSecrets(createFileVault(plainFile()), {});
    await terminal.set('KIE_HMAC', 'the new one');
    await terminal.set('REPLICATE', 'whsec');

    const app = await openSecrets(await openVault('linux'), {});
    expect([app.get('KIE_HMAC'), app.get('REPLICATE')]).toEqual(['the new one', 'whsec']);
    await app.set('KIE_HMAC', 'the newest');
    const again = await openSecrets(await openVault('linux'), {});
    expect([again.get('KIE_HMAC'), again.get('REPLICATE')]).toEqual(['the newest', 'whsec']);

    // Taken back where it was set, it is gone.
    await (await openSecrets(createFileVault(plainFile()), {})).set('REPLICATE', null);
    expect((await openSecrets(await openVault('linux'), {})).get('REPLICATE')).toBeNull();
    await again.set('KIE_HMAC', null);
    expect((await openSecrets(await openVault('linux'), {})).get('KIE_HMAC')).toBeNull();
  });

  it('says which file is broken, starts without its keys, and does not write over it', async () => {
    const broken = '{"version":1,"secrets":{"KIE_HMAC":';
    await writeFile(file, broken);
    const secrets = await openSecrets(await openVault(), {});
    expect(secrets.get('KIE_HMAC')).toBeNull();
    expect(secrets.problem?.english).toContain(`The file with your keys (${file}) could not be read`);
    expect(await readFile(file, 'utf8')).toBe(broken);
    await secrets.set('REPLICATE', 'whsec');
    expect(secrets.problem).toBeNull();
    expect((await openSecrets(await openVault(), {})).get('REPLICATE')).toBe('whsec');
    const folder = path.dirname(file);
    const aside = (await readdir(folder)).filter((name) => name.startsWith(`${path.basename(file)}.broken-`));
    expect(await Promise.all(aside.map((name) => readFile(path.join(folder, name), 'utf8')))).toEqual([broken]);
  });
});
