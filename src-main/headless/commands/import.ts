import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { say } from '../../common/texts/language.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { filmsAt } from '../films-at.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

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
  const refused = (sentence: Sentence): void => {
    count.failed += 1;
    terminal.err(say(sentence));
  };
  for (const named of flags.positionals) files.push(...(await filmsAt(path.resolve(named), refused)));
  const inbox = await needLocal(flags.dataDir);
  for (const file of files) {
    try {
      const { key, outcome } = await inbox.call('tasks:import', file);
      count[outcome] += 1;
      terminal.out(flags.isSet('json') ? JSON.stringify({ file, key, outcome }) : key);
    } catch (error) {
      if (!(error instanceof InboxError)) throw error;
      terminal.err(`${file}: ${say(error.text)}`);
      count.failed += 1;
      if (error.code === 'bad-request') continue;
      // A disk that is full, or an inbox that is gone, takes none of the others.
      count.failed += files.length - files.indexOf(file) - 1;
      break;
    }
  }
  if (files.length === 0 && count.failed === 0) {
    terminal.err(terminalTexts.imported.nothing);
    return exitNothing;
  }
  terminal.err(terminalTexts.imported.done(terminalTexts.counts.films(count.imported), count.present, count.failed));
  return count.failed > 0 ? 1 : 0;
};
