/** `import` looks for films in folders as they are. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runImport } from '../../src-main/headless/commands/import.ts';
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
