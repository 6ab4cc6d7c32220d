import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';

export const runUrl: Command = async (args, terminal) => {
  const { dataDir } = readCommandFlags(args, terminal, {});
  const inbox = await needLocal(dataDir);
  const { url, isPublic } = await inbox.call('callback:url');
  if (!isPublic) {
    terminal.err('Note: this is the loopback address. Providers cannot reach it; set up a tunnel for a public one.');
  }
  terminal.out(url);
  return 0;
};
