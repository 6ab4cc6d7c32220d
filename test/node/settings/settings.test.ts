import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pack } from '../../../src-main/common/texts/es.ts';
import { inWords } from '../../../src-main/common/texts/sentence.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createFileVault, openSecrets } from '../../../src-main/node/settings/secrets.ts';
import { noteSettings, openSettings } from '../../../src-main/node/settings/settings.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('settings and secrets that the disk refuses are told as a sentence about the disk, and the old ones stay', async () => {
  const folder = path.join(await tempDir(), 'library');
  await mkdir(folder);
  const settings = await openSettings(path.join(folder, 'settings.json'), silentLog);
  await settings.update({ downloads: { atOnce: 7 } });
  const secrets = await openSecrets(createFileVault(path.join(folder, 'secrets.json')), {});
  await secrets.set('KIE_HMAC', 'one');
  // Root writes into a folder without modes, so the folder becomes a file.
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
  await writeFile(folder, '');

  await expect(settings.update({ downloads: { atOnce: 3 } })).rejects.toMatchObject({
    code: 'storage-failed',
    message: 'The settings could not be saved: a part of that path is a file, not a folder. The old ones stay in use.',
  });
  expect(settings.get().downloads.atOnce).toBe(7);
  await expect(secrets.set('KIE_HMAC', 'two')).rejects.toMatchObject({
    code: 'storage-failed',
    message: 'The secret could not be saved: a part of that path is a file, not a folder. The old one stays in use.',
  });
  expect(secrets.get('KIE_HMAC')).toBe('one');
});

it('secrets that are set at once are all kept', async () => {
  const file = path.join(await tempDir(), 'secrets.json');
  const secrets = await openSecrets(createFileVault(file), {});
  const names = ['KIE_HMAC', 'REPLICATE', 'OPENAI', 'POLLO'];
  await secrets.set('PIAPI', 'old');
  await Promise.all([...names.map((name) => secrets.set(name, `secret of ${name}`)), secrets.set('PIAPI', null)]);
  const again = await openSecrets(createFileVault(file), {});
  for (const kept of [secrets, again])
    expect([...names, 'PIAPI'].map((name) => kept.get(name))).toEqual([
      ...names.map((name) => `secret of ${name}`),
      null,
    ]);
});

it.each(['', '{"KIE_HMAC": "one', '[]', '"one"', 'null', '\0\0\0'])(
  'a broken file of secrets (%j) keeps nobody from starting, and is there beside the next one',
  async (broken) => {
    const folder = await tempDir();
    const file = path.join(folder, 'secrets.json');
    await writeFile(file, broken);
    const secrets = await openSecrets(createFileVault(file), { OPENAI: 'of the environment' });
    expect(secrets.problem?.english).toContain(`The file with your keys (${file}) could not be read`);
    expect([secrets.get('KIE_HMAC'), secrets.get('OPENAI')]).toEqual([null, 'of the environment']);
    expect(await readFile(file, 'utf8')).toBe(broken);
    await secrets.set('KIE_HMAC', 'two');
    expect(secrets.problem).toBeNull();
    const aside = (await readdir(folder)).filter((name) => /^secrets\.json\.broken-\d+$/.test(name));
    expect(await Promise.all(aside.map((name) => readFile(path.join(folder, name), 'utf8')))).toEqual([broken]);
    const again = await openSecrets(createFileVault(file), {});
    expect([again.problem, again.get('KIE_HMAC')]).toEqual([null, 'two']);
  },
);

it('a file of secrets that the disk does not give is there again one day: nobody goes on without it', async () => {
  const file = path.join(await tempDir(), 'secrets.json');
  await symlink('secrets.json', file);
  await expect(openSecrets(createFileVault(file), {})).rejects.toMatchObject({ code: 'data-dir-unusable' });
});

it('a file that the disk does not give just now stays where it is, and nobody goes on without it', async () => {
  const folder = await tempDir();
  const file = path.join(folder, 'settings.json');
  // A link to itself cannot be read, by root neither.
  await symlink('settings.json', file);
  await expect(openSettings(file, silentLog)).rejects.toMatchObject({
    code: 'data-dir-unusable',
    message: expect.stringContaining(`${file} cannot be read (ELOOP)`) as string,
  });
  expect(await readdir(folder)).toEqual(['settings.json']);
  // A folder in its place never is a file again.
  await rm(file);
  await mkdir(file);
  expect((await openSettings(file, silentLog)).problem?.english).toContain('the usual settings are used');
});

it('the file is there from the first start on, sets nothing, and what was set stays', async () => {
  const file = path.join(await tempDir(), 'settings.json');
  await noteSettings(file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1 });
  const settings = await openSettings(file, silentLog);
  expect([settings.problem, settings.get().downloads.minFreeMiB]).toEqual([null, null]);
  await settings.update({ downloads: { atOnce: 7 } });
  await noteSettings(file);
  expect((await openSettings(file, silentLog)).get().downloads.atOnce).toBe(7);
});

it('a value that is not allowed, as of a later version, takes no other with it, and is kept beside the first change', async () => {
  const folder = await tempDir();
  const file = path.join(folder, 'settings.json');
  const written = JSON.stringify({
    version: 2,
    callbacks: { allowAddresses: ['203.0.113.7'], bodyLimitMiB: 'much' },
    tunnel: { kind: 'pigeon', domain: 'a.example' },
    notifications: 'none',
    moods: { loud: true },
  });
  await writeFile(file, written);
  const settings = await openSettings(file, silentLog);
  expect(settings.get()).toMatchObject({
    callbacks: { allowAddresses: ['203.0.113.7'], bodyLimitMiB: 4 },
    tunnel: { kind: 'none', domain: 'a.example' },
    notifications: { saved: true },
  });
  expect(settings.problem?.english).toContain('(callbacks.bodyLimitMiB, tunnel.kind, notifications)');
  expect(inWords(settings.problem ?? expect.fail('nothing is told'), { ...pack })).toContain('contiene algo');
  expect(await readdir(folder)).toEqual(['settings.json']);

  await settings.update({ downloads: { atOnce: 7 } });
  expect(settings.problem).toBeNull();
  const [now, kept, ...others] = (await readdir(folder)).sort();
  expect([now, others]).toEqual(['settings.json', []]);
  expect(await readFile(path.join(folder, kept ?? ''), 'utf8')).toBe(written);
  const again = await openSettings(file, silentLog);
  expect([again.problem, again.get().callbacks.allowAddresses, again.get().downloads.atOnce]).toEqual([
    null,
    ['203.0.113.7'],
    7,
  ]);
});

it.each(['', '[]', 'null', '5', '{"version":1'])('a file that holds no settings (%s) is put aside', async (text) => {
  const folder = await tempDir();
  await writeFile(path.join(folder, 'settings.json'), text);
  const settings = await openSettings(path.join(folder, 'settings.json'), silentLog);
  expect([settings.problem !== null, settings.get().downloads.atOnce]).toEqual([true, 4]);
  const aside = expect.stringMatching(/^settings\.json\.broken-\d+$/) as string;
  expect(await readdir(folder)).toEqual([aside]);
  // It is told until something is set anew.
  await expect(settings.update({ downloads: { atOnce: -1 } })).rejects.toThrow();
  expect(settings.problem).not.toBeNull();
  await settings.update({ tunnel: { kind: 'ngrok' } });
  expect([settings.problem, (await readdir(folder)).sort()]).toEqual([null, ['settings.json', aside]]);
});
