/** How commands are typed, told by where the program lies. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { typedCommand } from '../../src-main/node/typed-command.ts';
import { repoDir } from '../support/inbox-process.ts';
import { tempDir } from '../support/temp-dir.ts';

it('is a script of npm in a checkout, and the command itself where a package put it into the path', async () => {
  const dir = await tempDir();
  expect(typedCommand(repoDir)).toBe('npm run cli --');
  expect(typedCommand(path.join(dir, 'lib/node_modules/video-inbox'))).toBe('video-inbox');
  expect(typedCommand('/opt/Video Inbox/resources/app.asar')).toBe('video-inbox');
});

it('is what npx was asked for', async () => {
  const dir = await tempDir();
  const hash = path.join(dir, '_npx/0123456789abcdef');
  const program = path.join(hash, 'node_modules/video-inbox');
  await mkdir(program, { recursive: true });
  const note = (text: string) => writeFile(path.join(hash, 'package.json'), text);
  expect(typedCommand(program)).toBe('npx video-inbox');
  await note(JSON.stringify({ _npx: { packages: ['/tmp/video-inbox-0.1.0.tgz'] } }));
  expect(typedCommand(program)).toBe('npx file:/tmp/video-inbox-0.1.0.tgz');
  for (const odd of ['{', '{}', '{"_npx":{"packages":[]}}', '{"_npx":{"packages":["/with a space.tgz"]}}']) {
    await note(odd);
    expect(typedCommand(program)).toBe('npx video-inbox');
  }
});
