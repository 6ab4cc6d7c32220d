import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

export const runUrl: Command = async (args, terminal) => {
  const { dataDir } = readCommandFlags(args, terminal, {});
  const inbox = await needLocal(dataDir);
  const { url, isPublic } = await inbox.call('callback:url');
  if (!isPublic) {
    terminal.err(terminalTexts.note(terminalTexts.url.loopback));
  }
  terminal.out(url);
  return 0;
};
