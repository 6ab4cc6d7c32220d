import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withoutProxy } from '../../../../src-main/node/outgoing/outgoing.ts';
import { InboxError } from '../../../../src-main/common/errors.ts';
import { asTold } from '../../../../src-main/common/texts/sentence.ts';
import { createElsewhere } from '../../../../src-main/node/inbox/machines/connect-elsewhere.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { createFileVault, openSecrets } from '../../../../src-main/node/settings/secrets.ts';
import { openSettings } from '../../../../src-main/node/settings/settings.ts';
import { openJsonServer } from '../../../support/providers/json-server.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const tunnel = {
  kind: 'none',
  state: 'offline',
  publicUrl: null,
  callbackUrl: 'http://127.0.0.1:1/c/x',
  provenAt: null,
  message: null,
};

test('the token goes behind the address: a kill between the two leaves no copy that nobody lets in', async () => {
  const there = await openJsonServer(() => ({ json: { node: 'n1', tunnel } }));
  onTestFinished(() => there.close());
  const root = await tempDir();
  const file = path.join(root, 'settings.json');
  const settings = await openSettings(file, silentLog);
  const secrets = await openSecrets(createFileVault(path.join(root, 'secrets.json')), {});
  const keptWhenTokenWent: (string | null)[] = [];
  const elsewhere = createElsewhere({
    fetch: withoutProxy.fetch,
    config: { twin: null, shared: null },
    settings,
    secrets: {
      ...secrets,
      async set(name, value) {
        if (value === null) keptWhenTokenWent.push((await openSettings(file, silentLog)).get().twin.url);
        await secrets.set(name, value);
      },
    },
    twinFile: path.join(root, 'twin.json'),
    taskCount: () => 0,
    ownNode: () => Promise.resolve(null),
    choose: () => undefined,
    changed: () => undefined,
  });
  await elsewhere.connect(there.origin, 'vi_token');
  await elsewhere.disconnect();
  expect(keptWhenTokenWent).toEqual([null]);
  expect(secrets.get('TWIN_TOKEN')).toBeNull();
});

test('an address that cannot be kept leaves the token as it was', async () => {
  const there = await openJsonServer(() => ({ json: { node: 'n1', tunnel } }));
  onTestFinished(() => there.close());
  const root = await tempDir();
  const settings = await openSettings(path.join(root, 'settings.json'), silentLog);
  const secrets = await openSecrets(createFileVault(path.join(root, 'secrets.json')), {});
  let isFull = true;
  const elsewhere = createElsewhere({
    fetch: withoutProxy.fetch,
    config: { twin: null, shared: null },
    settings: {
      ...settings,
      update: (patch) =>
        isFull ? Promise.reject(new InboxError('storage-failed', asTold('the disk is full'))) : settings.update(patch),
    },
    secrets,
    twinFile: path.join(root, 'twin.json'),
    taskCount: () => 0,
    ownNode: () => Promise.resolve(null),
    choose: () => undefined,
    changed: () => undefined,
  });
  await expect(elsewhere.connect(there.origin, 'vi_token')).rejects.toThrow('the disk is full');
  expect([secrets.get('TWIN_TOKEN'), settings.get().twin.url]).toEqual([null, null]);
  isFull = false;
  await elsewhere.connect(there.origin, 'vi_token');
  expect([secrets.get('TWIN_TOKEN'), settings.get().twin.url]).toEqual(['vi_token', there.origin]);
  isFull = true;
  await expect(elsewhere.connect(there.origin, 'vi_other')).rejects.toThrow('the disk is full');
  expect(secrets.get('TWIN_TOKEN')).toBe('vi_token');
});

test('an address is taken below a path and as it was copied; one with a password in it, and of itself, is refused', async () => {
  const asked: string[] = [];
  const there = await openJsonServer(({ path: where }) => {
    asked.push(where);
    return { json: { node: 'n1', copyOf: ['n0'], tunnel } };
  });
  onTestFinished(() => there.close());
  const root = await tempDir();
  const settings = await openSettings(path.join(root, 'settings.json'), silentLog);
  let own: string | null = 'other';
  const elsewhere = createElsewhere({
    fetch: withoutProxy.fetch,
    config: { twin: null, shared: null },
    settings,
    secrets: await openSecrets(createFileVault(path.join(root, 'secrets.json')), {}),
    twinFile: path.join(root, 'twin.json'),
    taskCount: () => 0,
    ownNode: () => Promise.resolve(own),
    choose: () => undefined,
    changed: () => undefined,
  });
  await elsewhere.connect(`${there.origin}/inbox/v1/events?after=3`, 'vi_token');
  expect([asked, settings.get().twin.url]).toEqual([['/inbox/v1/status'], `${there.origin}/inbox`]);
  const withPassword = there.origin.replace('//', '//me:secret@');
  await expect(elsewhere.connect(withPassword, 'vi_token')).rejects.toMatchObject({ code: 'bad-request' });
  for (own of ['n1', 'n0']) {
    await expect(elsewhere.connect(there.origin, 'vi_token')).rejects.toThrow('this one itself, or a copy of it');
  }
  expect(settings.get().twin.url).toBe(`${there.origin}/inbox`);
});
