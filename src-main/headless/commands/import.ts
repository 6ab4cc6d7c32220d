import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { say } from '../../common/texts/language.ts';
import { diskReason } from '../../node/data-dir.ts';
import { isErrno } from '../../node/storage/durable-files.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

/** What is looked for in a folder; a file that is named is taken whatever it is called. */
const filmName = /\.(?:mp4|m4v|mov|webm|mkv|avi|flv|ogv|mpe?g|wmv|3gp)$/i;
const exitNothing = 2;

/**
 * Films that are on disk come into the library. The key of each goes to standard output, also of those that were there.
 *
 * Exit code 1 where one could not be taken, 2 where there was none.
 */
export const runImport: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } }, ['PATH…']);
  const count = { imported: 0, present: 0, failed: 0 };
  const files: string[] = [];
  const refused = (folder: string, error: unknown): void => {
    count.failed += 1;
    terminal.err(`${folder}: ${say(diskReason(error))}`);
  };
  for (const named of flags.positionals) files.push(...(await filmsAt(path.resolve(named), refused)));
  const inbox = await needLocal(flags.dataDir);
  for (const file of files) {
    try {
      const { key, outcome } = await inbox.call('tasks:import', file);
      count[outcome] += 1;
      terminal.out(flags.isSet('json') ? JSON.stringify({ file, key, outcome }) : key);
    } catch (error) {
      if (!(error instanceof InboxError) || error.code !== 'bad-request') throw error;
      count.failed += 1;
      terminal.err(`${file}: ${say(error.text)}`);
    }
  }
  if (files.length === 0 && count.failed === 0) {
    terminal.err(terminalTexts.imported.nothing);
    return exitNothing;
  }
  terminal.err(terminalTexts.imported.done(terminalTexts.counts.films(count.imported), count.present, count.failed));
  return count.failed > 0 ? 1 : 0;
};

/** The file itself, or the films below a folder, in the order of their names. @param refused is told of folders that cannot be read. */
async function filmsAt(place: string, refused: (folder: string, error: unknown) => void): Promise<readonly string[]> {
  const facts = await stat(place).catch((cause: unknown) => {
    throw new InboxError('not-found', commandTexts.noSuchPath(place), { cause });
  });
  if (!facts.isDirectory()) return [place];
  const found: string[] = [];
  const folders = [place];
  // Those that it holds come behind it.
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      // One that was removed meanwhile holds no film.
      if (!isErrno(error, ['ENOENT'])) refused(folder, error);
      return [];
    });
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else if (entry.isFile() && filmName.test(entry.name) && !entry.name.startsWith('.')) found.push(file);
    }
  }
  return found.sort();
}
