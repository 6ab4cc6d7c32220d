import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../../src-main/node/config.ts';
import { findRunning } from '../../../src-main/node/instance-lock.ts';
import { openInbox } from '../../../src-main/node/inbox/open-inbox.ts';
import { createFileVault } from '../../../src-main/node/settings/secrets.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('an inbox that cannot be opened lets go of its folder, and its log holds what was told on the way', async () => {
  const [dataDir, mainDir] = [await tempDir(), await tempDir()];
  for (const name of ['body-worker.cjs', 'media-worker.cjs', 'ngrok-worker.cjs'])
    await writeFile(path.join(mainDir, name), '');
  await writeFile(path.join(dataDir, 'public-url.json'), 'half a re');
  const opening = openInbox({
    config: readConfig(['--data-dir', dataDir, '--local-port', '6667'], {}, 'linux'),
    info: { version: '0.0.0', host: 'browser', platform: 'linux' },
    mainDir,
    openVault: ({ secretsFile }) => createFileVault(secretsFile),
    spawnNgrok: () => {
      throw new Error('no tunnel is opened here');
    },
  });
  // Beside the source there is no built worker, so it breaks off once the log is open.
  await expect(opening).rejects.toThrow('media-worker.cjs');
  const told = await readFile(path.join(dataDir, 'logs/video-inbox.log'), 'utf8');
  expect(told).toContain('public address is not known');
  // What only scripts use is opened all the same.
  expect(told).toContain('browsers open nothing at port 6667,');
  expect(await findRunning(path.join(dataDir, 'instance.json'))).toBeNull();
});
