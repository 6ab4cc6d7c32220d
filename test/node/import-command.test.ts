/** `import` looks for films in folders as they are. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runImport } from '../../src-main/headless/commands/import.ts';
import { filmsAt } from '../../src-main/headless/films-at.ts';
import { prepareDataDir } from '../../src-main/node/data-dir.ts';
import { lockInstance } from '../../src-main/node/instance-lock.ts';
import { commandHere } from '../support/command-here.ts';
import { skipHere } from '../support/skip-here.ts';
import { tempDir } from '../support/temp-dir.ts';

const run = promisify(execFile);

// No path of its own leads to the innermost of these, also not for whoever may read everything.
test('a folder that cannot be read is told, and holds up no other', async (context) => {
  if (process.platform !== 'linux') skipHere(context, 'only Linux makes folders that no path leads to');
  const films = await tempDir();
  const deep = path.join(films, 'deep');
  await mkdir(deep);
  onTestFinished(() => run('rm', ['-rf', deep]).then(() => undefined));
  const name = 'd'.repeat(200);
  const dig = `for (let n = 0; n < 25; n += 1) { fs.mkdirSync('${name}'); process.chdir('${name}'); }`;
  await run(process.execPath, ['-e', dig], { cwd: deep });
  const { told, run: runHere } = commandHere(runImport);
  await expect(runHere(films, '--data-dir', path.join(films, 'none'))).rejects.toThrow('No Video Inbox runs');
  expect(told).toEqual([expect.stringContaining(name)]);
});

test('what links lead to is found, once where they lead in circles, and one that leads nowhere is told', async (context) => {
  if (process.platform === 'win32') skipHere(context, 'Windows lets few make links');
  const films = await tempDir();
  const elsewhere = await tempDir();
  await mkdir(path.join(films, 'own'));
  await writeFile(path.join(elsewhere, 'far.mp4'), 'film');
  await symlink(elsewhere, path.join(films, 'shelf'));
  await symlink(path.join(elsewhere, 'far.mp4'), path.join(films, 'linked.mp4'));
  await symlink(films, path.join(films, 'own', 'up'));
  await symlink('nowhere', path.join(films, 'lost.mp4'));
  await symlink('nowhere', path.join(films, 'notes'));
  const told: string[] = [];
  const found = await filmsAt(films, ({ english }) => void told.push(english));
  expect(found.map((file) => path.relative(films, file))).toEqual(['linked.mp4', path.join('shelf', 'far.mp4')]);
  const words = expect.stringContaining('lost.mp4 is a link, and what it leads to is not there') as string;
  expect(told).toEqual([words]);
  await expect(
    filmsAt(path.join(films, 'lost.mp4'), ({ english }) => expect.unreachable(english)),
  ).rejects.toMatchObject({ message: words });
});

test('what the library keeps films as is found in a folder, and a program that is called like one is passed over', async () => {
  const films = await tempDir();
  const stream = await readFile(new URL('../fixtures/media/h264.mpegts', import.meta.url));
  const names = ['a.mp4', 'b.mxf', 'c.M2TS', 'd.asf', 'e.ts'];
  for (const name of names) await writeFile(path.join(films, name), name === 'e.ts' ? stream : 'film');
  await writeFile(path.join(films, 'program.ts'), 'export const film = 1;');
  await writeFile(path.join(films, 'notes.txt'), 'notes');
  const found = await filmsAt(films, ({ english }) => expect.unreachable(english));
  expect(found.map((file) => path.basename(file))).toEqual(names);
});

test('pictures that move are found where an inbox or an export tells of them beside; those of the person are not', async () => {
  const films = await tempDir();
  const names = ['kept.avif', 'kept.json', 'taken.gif', 'taken.gif.json', 'cat.gif', 'photo.webp'];
  for (const name of names) await writeFile(path.join(films, name), '{}');
  const found = await filmsAt(films, ({ english }) => expect.unreachable(english));
  expect(found.map((file) => path.basename(file))).toEqual(['kept.avif', 'taken.gif']);
});

test('a film or folder whose name is no UTF-8 is told as that', async (context) => {
  if (process.platform !== 'linux') skipHere(context, 'only Linux keeps such names');
  const films = await tempDir();
  const latin = (name: string): Buffer => Buffer.from(path.join(films, name), 'latin1');
  await writeFile(latin('caf\u00e9.mp4'), 'film');
  await writeFile(latin('caf\u00e9.txt'), 'notes');
  await mkdir(latin('\u00e9t\u00e9'));
  const told: string[] = [];
  expect(await filmsAt(films, ({ english }) => void told.push(english))).toEqual([]);
  expect(told).toEqual([
    expect.stringMatching(/caf.\.mp4 is not written in UTF-8/),
    expect.stringMatching(/.t. is not written/),
  ]);
  await expect(filmsAt(path.join(films, 'caf\ufffd.mp4'), () => undefined)).rejects.toThrow('not written in UTF-8');
});

test('where the library takes no more, it is told with which film that was and how many are missing', async () => {
  const refusal = { ok: false, error: { code: 'storage-failed', message: 'No room.' } };
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    asked += 1;
    const taken = { ok: true, value: { key: 'unknown:film-1', outcome: 'imported' } };
    response.end(JSON.stringify(asked === 1 ? taken : refusal));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const dir = await prepareDataDir(await tempDir());
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  onTestFinished(() => lock.release());
  await lock.publish({ localPort: (server.address() as AddressInfo).port, callbackPort: 1 });
  const films = await tempDir();
  for (const n of [1, 2, 3]) await writeFile(path.join(films, `${String(n)}.mp4`), 'film');

  const { lines, told, run: runHere } = commandHere(runImport);
  expect(await runHere(films, '--data-dir', dir.root)).toBe(1);
  expect(lines).toEqual(['unknown:film-1']);
  expect(told).toEqual([`${path.join(films, '2.mp4')}: No room.`, expect.stringMatching(/1 film .*2 not taken/)]);
  expect(asked).toBe(2);
});
